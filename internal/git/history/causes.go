package history

import (
	"slices"
	"time"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/plan"
)

// causes are the edits of a step that turned a question, with their places.
func (s *Step) causes(f *Question, now time.Time) []plan.Edit {
	var out []plan.Edit
	for _, c := range s.turning(func(s *directory.Snapshot) bool { return f.Holds(s, now) }) {
		edits := plan.EditsOf(c.Records())
		mine := slices.DeleteFunc(slices.Clone(edits), func(e plan.Edit) bool {
			return e.NoEffect || e.Person != "" && e.Person != f.Person
		})
		if len(mine) == 0 {
			mine = edits
		}
		for _, e := range mine {
			at := s.Place(&e)
			e.File, e.Line = at.File, at.Line
			out = append(out, e)
		}
	}
	return out
}

// turning are the changes of a step that turned something which is judged of a
// snapshot: those without any one of which it would be as it was before. Where
// each of several would have done alone, those that would; and where it takes
// other combinations, every change that bears on access.
func (s *Step) turning(judge func(*directory.Snapshot) bool) []*Change {
	after := judge(s.After)
	needed := s.that(func(c *Change) bool {
		undone, _ := s.After.With(c.undo())
		return judge(undone) != after
	})
	if len(needed) > 0 {
		return needed
	}
	enough := s.that(func(c *Change) bool {
		done, _ := s.Before.With(c.engine())
		return judge(done) == after
	})
	if len(enough) > 0 {
		return enough
	}
	return s.that(func(*Change) bool { return true })
}

// that are the changes that bear on access and of which something is true.
func (s *Step) that(is func(*Change) bool) []*Change {
	var out []*Change
	for i := range s.Changes {
		if s.Changes[i].Access && is(&s.Changes[i]) {
			out = append(out, &s.Changes[i])
		}
	}
	return out
}

// undo is the change back.
func (c *Change) undo() directory.Change {
	back := Change{ID: c.ID, Before: c.After, After: c.Before}
	return back.engine()
}
