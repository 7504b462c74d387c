package admission

import (
	"slices"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

// tooLong refuses a grant that lasts longer than the Platform's limits allow, where it says Refuse (rule R38). What was
// granted before stays as it is: only what a request grants anew, or to more people, or for longer is looked at.
func (h *changes) tooLong(r *request) []string {
	before := h.Directory.Snapshot()
	anew := grantedAnew(r.was, r.is)
	if anew == nil || !before.Limits().Refuse {
		return nil
	}
	after, _ := before.With(directory.Upsert(anew))
	var out []string
	for _, f := range (findings.Question{Snapshot: after, Now: h.Clock.Now(), Apart: true}).Of(anew) {
		if f.Rule == findings.GrantTooLong {
			out = append(out, f.Line())
		}
	}
	return out
}

// grantedAnew is a record with only those of its grants that were not there before; nil where there are none.
func grantedAnew(was, is directory.Record) directory.Record {
	switch is := is.(type) {
	case *directory.RoleBinding:
		if b, ok := was.(*directory.RoleBinding); !ok || b.Entity != is.Entity || b.Selects.Compare(is.Selects) != 0 || b.Role != is.Role || b.Window != is.Window ||
			!within(is.Subjects, b.Subjects) {
			return is
		}
	case *directory.PermissionOverride:
		if o, ok := was.(*directory.PermissionOverride); !ok || o.Entity != is.Entity || o.Person != is.Person || o.Window != is.Window ||
			!within(is.Permissions, o.Permissions) {
			return is
		}
	case *directory.Group:
		g, _ := was.(*directory.Group)
		anew := *is
		anew.Enrolments = slices.DeleteFunc(slices.Clone(is.Enrolments), func(e directory.Enrolment) bool {
			return g != nil && slices.ContainsFunc(g.Enrolments, func(o directory.Enrolment) bool {
				return o.Name == e.Name && o.Entity == e.Entity && o.Selects.Compare(e.Selects) == 0 && o.Role == e.Role && o.Window == e.Window
			})
		})
		if len(anew.Enrolments) > 0 {
			return &anew
		}
	}
	return nil
}

// within says whether every element is among the others.
func within[T comparable](some, others []T) bool {
	return !slices.ContainsFunc(some, func(x T) bool { return !slices.Contains(others, x) })
}
