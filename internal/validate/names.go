package validate

import (
	"fmt"

	"provost.dev/provost/internal/advice"
	"provost.dev/provost/internal/catalogue"
	"provost.dev/provost/internal/directory"
	"provost.dev/provost/internal/suggest"
)

// meant is the remedy for something that does not exist: the name that was
// probably meant; "" where none is near, or nothing is missing.
func (r *run) meant(record directory.Record, a advice.Advice) string {
	switch {
	case a.Permission != "":
		return suggest.DidYouMean(a.Permission, permissionsFor(record))
	case a.Missing.Name != "":
		return suggest.DidYouMean(a.Missing.Name, r.namesLike(a.Missing))
	}
	return ""
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

// namesLike are the names of everything that could stand in the place of what is missing.
func (r *run) namesLike(missing directory.ID) []string {
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
		own(r.snapshot.Groups())
	case directory.KindRoleTemplate:
		own(r.snapshot.Templates())
	case directory.KindRole:
		own(r.snapshot.Roles())
		for _, role := range catalogue.SystemRoles() {
			names = append(names, role.Name)
		}
	default:
		for _, e := range r.snapshot.Entities() {
			if e.Namespace == missing.Namespace && e.ID().Kind == missing.Kind {
				names = append(names, e.Name)
			}
		}
	}
	return names
}

// at is the path to an entry of a list.
func at(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }
