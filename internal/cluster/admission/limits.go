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
	if t, ok := r.is.(*directory.Term); ok && before.Limits().Refuse {
		return h.tooLongWith(before, t)
	}
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

// tooLongWith refuses days of a term by which something that names it would last longer than it may and than it does (rules R33, R38).
func (h *changes) tooLongWith(before *directory.Snapshot, t *directory.Term) []string {
	after, _ := before.With(directory.Upsert(t))
	var out []string
	for _, id := range before.NamingTerm(t.Key) {
		rec, _ := before.Record(id)
		were := (findings.Question{Snapshot: before, Now: h.Clock.Now(), Apart: true}).Of(rec)
		for _, f := range (findings.Question{Snapshot: after, Now: h.Clock.Now(), Apart: true}).Of(rec) {
			if f.Rule == findings.GrantTooLong && !slices.Contains(were, f) {
				out = append(out, string(id.Kind)+" "+id.Name+": "+f.Line())
			}
		}
	}
	return out
}

// grantedAnew is a record with only those of its grants that were not there before; nil where there are none.
func grantedAnew(was, is directory.Record) directory.Record {
	switch is := is.(type) {
	case *directory.RoleBinding:
		if b, ok := was.(*directory.RoleBinding); !ok || b.Entity != is.Entity || b.Selects.Compare(is.Selects) != 0 ||
			b.Role != is.Role || b.Window != is.Window || b.Term != is.Term || !within(is.Subjects, b.Subjects) {
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
				return o.Name == e.Name && o.Entity == e.Entity && o.Selects.Compare(e.Selects) == 0 && o.Role == e.Role &&
					o.Window == e.Window && o.Term == e.Term
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
