package history

import (
	"slices"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/plan"
)

// namesAnew says whether anything comes with the step that says how it was called before.
func (s *Step) namesAnew() bool {
	return slices.ContainsFunc(s.Changes, func(c Change) bool {
		before, after := c.Records()
		return before == nil && after != nil && len(directory.RenamedFrom(after)) > 0
	})
}

// renamed is the step with the names of the state after in the state before, and what has another name by it (R39). It
// is the step itself where nothing has.
func (s *Step) renamed() (*Step, []plan.Rename) {
	if !s.namesAnew() {
		return s, nil
	}
	in, found := plan.Input{Before: s.Before, After: s.After, Delta: s.Delta, Edits: s.Edits()}.Renamed()
	if len(found) == 0 {
		return s, nil
	}
	old := map[directory.ID]directory.ID{}
	for i := range found {
		old[found[i].ID] = found[i].Was()
	}
	out := *s
	out.Before, out.After, out.Delta, out.Changes = in.Before, in.After, in.Delta, nil
	done := map[directory.ID]bool{}
	for i := range in.Edits {
		id := in.Edits[i].ID
		if done[id] {
			continue
		}
		done[id] = true
		c := Change{ID: id, Access: true}
		if r, ok := in.Before.Record(id); ok {
			was := id
			if other, renamed := old[id]; renamed {
				was = other
			}
			c.Before = s.declared(was, func(c *Change) *Declared { return c.Before }).as(r)
		}
		if r, ok := in.After.Record(id); ok {
			c.After = s.declared(id, func(c *Change) *Declared { return c.After }).as(r)
		}
		out.Changes = append(out.Changes, c)
	}
	sortChanges(out.Changes)
	return &out, found
}

// declared is one side of a change of the step; nil where it changes nothing there.
func (s *Step) declared(id directory.ID, side func(*Change) *Declared) *Declared {
	i, ok := slices.BinarySearchFunc(s.Changes, id, func(c Change, id directory.ID) int { return c.ID.Compare(id) })
	if !ok {
		return nil
	}
	return side(&s.Changes[i])
}

// as is a declaration, with its places, of a record with other names.
func (d *Declared) as(r directory.Record) *Declared {
	if d == nil {
		return &Declared{Record: r}
	}
	c := *d
	c.Record = r
	return &c
}

// naming is a commit by which something that a question is about got its name.
type naming struct {
	// at is the place of the commit in the list.
	at int
	// after is the question from then on.
	after Question
}
