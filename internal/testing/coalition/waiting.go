package coalition

import (
	"reflect"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
)

// unbarred are the worlds before and after a change of a group's list, in which nothing of the group's own keeps anybody out: whoever is
// entered there is given what it carries, on the day on which nothing keeps him out any more (R36). Ok is false for any other change.
func (s *step) unbarred() (before, after *World, ok bool) {
	was, isGroup := s.r.Before.(*directory.Group)
	is, still := s.r.After.(*directory.Group)
	if !isGroup || !still || !reflect.DeepEqual(was.Compose, is.Compose) || len(was.Compose.Require)+len(was.Compose.Exclude) == 0 {
		return nil, nil, false
	}
	unbar := func(w *World) *World {
		g, ok := w.Find(was.ID()).(*directory.Group)
		if !ok {
			return w
		}
		c := *g
		c.Compose.Require, c.Compose.Exclude = nil, nil
		return w.After(oracle.Set(&c))
	}
	return unbar(s.before), unbar(s.after), true
}

// waiting is what somebody is given who is entered in a group that keeps him out today.
func (s *step) waiting() string {
	before, after, ok := s.unbarred()
	if !ok {
		return ""
	}
	l := &step{r: s.r, before: before, after: after, plain: s.plain, made: s.made, next: [2]*World{before, after}, gainsOnly: true}
	return l.effects()
}
