package validate

import (
	"fmt"

	"provost.dev/provost/internal/catalogue"
	"provost.dev/provost/internal/directory"
	"provost.dev/provost/internal/suggest"
)

// meant is the remedy for something that does not exist: the name that was
// probably meant; "" where none is near, or nothing is missing.
func (r *run) meant(missing directory.ID) string {
	if missing.Name == "" {
		return ""
	}
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
	return suggest.DidYouMean(missing.Name, names)
}

// at is the path to an entry of a list.
func at(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }
