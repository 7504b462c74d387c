package authority

import (
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// alike are the places of a change in classes: what selects gives the same to the same people at a thousand courses, and it is
// enough to look at one of them for each person of whom none of them says anything else (R34).
type alike struct {
	j      *judgement
	places []directory.EntityKey
	among  map[directory.EntityKey]bool
	// classes are the places of each class.
	classes [][]directory.EntityKey
}

// placeClass is all by which two places may differ for somebody whom nothing there names.
type placeClass struct {
	level         catalogue.Level
	before, after any // what selections give
	denies        string
	owner         belongs
	requester     catalogue.Set
	toCome        bool // from what is not there nothing is taken
}

func (j *judgement) alike(places []directory.EntityKey) *alike {
	a := &alike{j: j, places: places, among: make(map[directory.EntityKey]bool, len(places))}
	if len(places) < 2 {
		return a
	}
	class := map[placeClass]int{}
	for _, e := range places {
		a.among[e] = true
		c := placeClass{
			level: e.Level, before: j.before.SelectedClass(e), after: j.after.SelectedClass(e),
			denies: strings.Join(j.before.DeniesAt(e), " ") + "/" + strings.Join(j.after.DeniesAt(e), " "),
			owner:  belonging(j.before, e), requester: j.before.Permissions(j.who, e, j.now),
			toCome: isToCome(e),
		}
		i, known := class[c]
		if !known {
			i = len(a.classes)
			class[c], a.classes = i, append(a.classes, nil)
		}
		a.classes[i] = append(a.classes[i], e)
	}
	return a
}

// of are the places to look at for one person, in order: those at which something names him or a group of his, and one of each class.
func (a *alike) of(who string) []directory.EntityKey {
	if len(a.places) < 2 {
		return a.places
	}
	named := map[directory.EntityKey]bool{}
	var out []directory.EntityKey
	for _, s := range [2]*directory.Snapshot{a.j.before, a.j.after} {
		s.NamedAt(who, func(e directory.EntityKey) {
			if a.among[e] && !named[e] {
				named[e], out = true, append(out, e)
			}
		})
	}
	for _, class := range a.classes {
		if i := slices.IndexFunc(class, func(e directory.EntityKey) bool { return !named[e] }); i >= 0 {
			out = append(out, class[i])
		}
	}
	slices.SortFunc(out, directory.EntityKey.Compare)
	return out
}
