package plan

import (
	"slices"
	"strconv"

	"provost.dev/provost/internal/engine/directory"
)

// atom is what is left in a change, or taken out of it, as one: an edit about nobody in particular, or
// edits of one class, one each, that one record holds about several people. What is about one person bears on nobody
// else's access. So for each of them the atom is the edits about that person, and one state answers for all.
type atom struct {
	edits []int
	// by is the edit about each person; nil where the atom is about nobody in particular.
	by map[string]int
}

// atoms are a plan's edits on which access may depend, and the states that some of them make.
type atoms struct {
	plan     *Plan
	list     []atom
	of       map[int]int // by edit
	general  []int
	personal map[string][]int
	records  map[directory.ID][]int // the edits of each record, in order
	terms    []int                  // what makes terms open at other times (R33)
}

func newAtoms(p *Plan) *atoms {
	a := &atoms{plan: p, of: map[int]int{}, personal: map[string][]int{}, records: map[directory.ID][]int{}}
	known := map[string]int{}
	for i := range p.Edits {
		e := &p.Edits[i]
		if e.NoEffect {
			continue
		}
		a.records[e.ID] = append(a.records[e.ID], i)
		if e.Person == "" {
			a.of[i] = len(a.list)
			if e.ID.Kind == directory.KindTerm || e.Class == classTimeZone {
				a.terms = append(a.terms, len(a.list))
			}
			a.general = append(a.general, len(a.list))
			a.list = append(a.list, atom{edits: []int{i}})
			continue
		}
		id := e.ID
		if id.Kind == directory.KindPerson {
			id.Name = ""
		}
		at := a.atomFor(known, id.String()+" "+string(e.Class), e.Person)
		t := &a.list[at]
		a.personal[e.Person] = append(a.personal[e.Person], at)
		t.edits = append(t.edits, i)
		t.by[e.Person] = i
		a.of[i] = at
	}
	return a
}

// atomFor is the first atom of a class of edits that holds none about a person yet: two entries of one person in a
// group come and go each by itself (R12a).
func (a *atoms) atomFor(known map[string]int, class, person string) int {
	for {
		at, ok := known[class]
		if !ok {
			at = len(a.list)
			known[class] = at
			a.list = append(a.list, atom{by: map[string]int{}})
		}
		if _, taken := a.list[at].by[person]; !taken {
			return at
		}
		class += " again"
	}
}

// count is how many atoms may bear on somebody's access, and about are those.
func (a *atoms) count(who string) int { return len(a.general) + len(a.personal[who]) }

func (a *atoms) about(who string) []int { return slices.Concat(a.general, a.personal[who]) }

// editsOf are the edits of atoms as far as they may bear on somebody's access, in order.
func (a *atoms) editsOf(set []int, who string) []int {
	var out []int
	for _, i := range set {
		t := &a.list[i]
		if e, some := t.by[who]; some {
			out = append(out, e)
		} else if t.by == nil {
			out = append(out, t.edits...)
		}
	}
	slices.Sort(out)
	return out
}

// with is the state before with the edits of some atoms alone, and without the state after but for those.
func (a *atoms) with(set []int) *directory.Snapshot {
	s, _ := a.plan.Before.With(a.changes(set, true)...)
	return s
}

func (a *atoms) without(set []int) *directory.Snapshot {
	s, _ := a.plan.After.With(a.changes(set, false)...)
	return s
}

// changes are those of the records that some atoms edit: to what the edits of the set make of them, or
// to what the others do.
func (a *atoms) changes(set []int, inside bool) []directory.Change {
	in := map[int]bool{}
	for _, i := range set {
		in[i] = true
	}
	var out []directory.Change
	done := map[directory.ID]bool{}
	for _, i := range set {
		for _, e := range a.list[i].edits {
			id := a.plan.Edits[e].ID
			if done[id] {
				continue
			}
			done[id] = true
			var chosen []*Edit
			for _, other := range a.records[id] {
				if in[a.of[other]] == inside {
					chosen = append(chosen, &a.plan.Edits[other])
				}
			}
			before, _ := a.plan.Before.Record(id)
			after, _ := a.plan.After.Record(id)
			r := after
			if len(chosen) < len(a.records[id]) {
				r = partial(before, after, chosen)
			}
			if r == nil {
				out = append(out, directory.Delete(id))
			} else {
				out = append(out, directory.Upsert(r))
			}
		}
	}
	return out
}

// keyOf names a set of atoms.
func keyOf(set []int) string {
	out := make([]byte, 0, 8*len(set))
	for _, i := range set {
		out = append(strconv.AppendInt(out, int64(i), 36), ' ')
	}
	return string(out)
}

// minus is a set without another.
func minus(set, other []int) []int {
	return slices.DeleteFunc(slices.Clone(set), func(i int) bool { return slices.Contains(other, i) })
}
