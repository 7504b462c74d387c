package history

import "provost.dev/provost/internal/directory"

// Causes are the changes of a step that turned something which is judged of a
// snapshot: those without any one of which it would be as it was before. Where
// each of several would have done alone, those that would; and where it takes
// other combinations, every change that bears on access.
func (s *Step) Causes(judge func(*directory.Snapshot) bool) []Change {
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
func (s *Step) that(is func(*Change) bool) []Change {
	var out []Change
	for i := range s.Changes {
		if s.Changes[i].Access && is(&s.Changes[i]) {
			out = append(out, s.Changes[i])
		}
	}
	return out
}

// undo is the change back.
func (c *Change) undo() directory.Change {
	back := Change{ID: c.ID, Before: c.After, After: c.Before}
	return back.engine()
}
