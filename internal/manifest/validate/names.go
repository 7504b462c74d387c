package validate

import (
	"fmt"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/text/suggest"
)

// Names finds the name that was probably meant by one that nothing has.
type Names struct {
	Snapshot *directory.Snapshot
	// Items are the objects that the snapshot is made of.
	Items []manifest.Item
}

// Meant is the remedy for something that does not exist: the name that was
// probably meant; "" where none is near, or nothing is missing.
func (n Names) Meant(record directory.Record, a findings.Finding) string {
	switch {
	case a.Permission != "":
		return suggest.DidYouMean(a.Permission, permissionsFor(record))
	case a.Missing.Name == "":
		return ""
	}
	if hint := suggest.DidYouMean(a.Missing.Name, n.like(a.Missing)); hint != "" || record.ID().Kind != directory.KindSystemDeny {
		return hint
	}
	// A SystemDeny has no namespace of its own: that of what it names may be the wrong one.
	return suggest.DidYouMean(a.Missing.Namespace+"/"+a.Missing.Name, n.anywhere(a.Missing.Kind))
}

// anywhere are the names, each with its namespace, of all that is of a kind.
func (n Names) anywhere(kind directory.Kind) []string {
	var names []string
	for i := range n.Items {
		if record := n.Items[i].Record; record != nil && record.ID().Kind == kind && record.ID().Namespace != "" {
			names = append(names, record.ID().Namespace+"/"+record.ID().Name)
		}
	}
	return names
}

// permissionsFor are the permissions that a record can list.
func permissionsFor(record directory.Record) []string {
	levels := catalogue.Levels()
	switch record := record.(type) {
	case *directory.Role:
		levels = []catalogue.Level{record.Level}
	case *directory.PermissionOverride:
		levels = []catalogue.Level{record.Entity.Level}
	}
	var out []string
	for _, l := range levels {
		out = append(out, l.All().IDs(l)...)
	}
	return out
}

// like are the names of everything that could stand in the place of what is missing.
func (n Names) like(missing directory.ID) []string {
	var names []string
	own := func(keys []directory.Key) {
		for _, k := range keys {
			if k.Namespace == missing.Namespace {
				names = append(names, k.Name)
			}
		}
	}
	switch missing.Kind {
	case directory.KindGroup:
		own(n.Snapshot.Groups())
	case directory.KindTerm:
		own(n.Snapshot.Terms())
	case directory.KindRoleTemplate:
		own(n.Snapshot.Templates())
	case directory.KindRole:
		own(n.Snapshot.Roles())
		for _, role := range catalogue.SystemRoles() {
			names = append(names, role.Name)
		}
	case directory.KindNamespace:
		for i := range n.Items {
			o := n.Items[i].Object
			names = append(names, o.GetNamespace())
			if id, _ := manifest.ID(o); id.Kind == directory.KindNamespace {
				names = append(names, id.Name)
			}
		}
	case directory.KindPerson:
		nobody := map[string]bool{}
		for _, deny := range n.Snapshot.Denies() {
			f, _ := n.Snapshot.Deny(deny, time.Time{}) // whom it reaches is of no matter
			for _, who := range f.Unnamed {
				nobody[who] = true
			}
		}
		names = slices.DeleteFunc(n.Snapshot.People(), func(who string) bool { return nobody[who] })
	default:
		for _, e := range n.Snapshot.Entities() {
			if e.Namespace == missing.Namespace && e.ID().Kind == missing.Kind {
				names = append(names, e.Name)
			}
		}
	}
	return names
}

// at is the path to an entry of a list.
func at(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }
