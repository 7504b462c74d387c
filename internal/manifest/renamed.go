package manifest

import (
	"slices"
	"strings"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

// RenamedFrom reads the annotation by which an object says how it was called before: names, separated by commas (R39).
// What cannot be a name is left out: nothing is decided by it.
func RenamedFrom(value string) []string {
	var out []string
	for name := range strings.SplitSeq(value, ",") {
		if name = strings.TrimSpace(name); validName(name, maxName) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func renamedFrom(obj Object, r directory.Record) {
	value, said := obj.GetAnnotations()[provostv1.RenamedFromAnnotation]
	if !said {
		return
	}
	names := RenamedFrom(value)
	switch r := r.(type) {
	case *directory.Person:
		r.RenamedFrom = names
	case *directory.Group:
		r.RenamedFrom = names
	case *directory.Role:
		r.RenamedFrom = names
	case *directory.Term:
		r.RenamedFrom = names
	case *directory.Entity:
		r.RenamedFrom = names
	}
}
