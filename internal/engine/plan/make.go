package plan

import (
	"cmp"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/directory"
)

// Make works a plan out. It takes time in proportion to those whom the Delta names; where something has another name
// afterwards, in proportion to all that is declared before.
func Make(in Input) *Plan {
	in, renames := in.Renamed()
	p := &Plan{Now: in.Now, Before: in.Before, After: in.After, Edits: in.Edits, Renames: renames}
	c := comparison{in: &in, timed: hasTransitions(&in)}
	for _, k := range concerned(in.Delta) {
		c.namespace(k[0], k[1])
	}
	p.differences = c.found
	p.count()
	p.rows()
	p.mark()
	p.denies()
	p.withoutAdministrators()
	p.groups(in.Delta)
	p.carry()
	p.sort()
	p.atoms = nil // and with it the states that nobody needs any more
	return p
}

// concerned are the people and namespaces of a Delta, in order, so that a plan is the same every time.
func concerned(d directory.Delta) [][2]string {
	var out [][2]string
	for who, ns := range d.Keys() {
		out = append(out, [2]string{who, ns})
	}
	slices.SortFunc(out, func(a, b [2]string) int {
		return cmp.Or(strings.Compare(a[0], b[0]), strings.Compare(a[1], b[1]))
	})
	return out
}

// hasTransitions says whether the clock changes anything in one of the states.
func hasTransitions(in *Input) bool {
	_, before := in.Before.NextTransition(in.Now)
	_, after := in.After.NextTransition(in.Now)
	return before || after
}
