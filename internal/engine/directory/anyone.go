package directory

import (
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
)

// AnyoneCan says whether anybody at all has a permission at an entity at some time.
func (s *Snapshot) AnyoneCan(p catalogue.Permission, at EntityKey, now time.Time) bool {
	e, ok := s.names.entities.find(at)
	if !ok || p.Level != at.Level {
		return false
	}
	g := s.byEntity.at(e)
	if g == nil {
		return false
	}
	found := false
	s.eachAt(g, func(i uint32) {
		if found {
			return
		}
		c := s.personAt(i, now.UnixMicro())
		if s.subjectStates(c) != SubjectGood {
			return
		}
		q := question{s, i, c.groups, e, g, now.UnixMicro(), nil}
		found = q.effective(p.Set()) != 0
	})
	return found
}

// Children returns the declared entities that name an entity as their parent,
// in order, whether or not it exists itself.
func (s *Snapshot) Children(k EntityKey) []EntityKey {
	i, ok := s.names.entities.find(k)
	if !ok || s.entities.at(i) == nil {
		return nil
	}
	var out []EntityKey
	for _, c := range s.entities.at(i).children {
		out = append(out, s.names.entities.key(c))
	}
	slices.SortFunc(out, EntityKey.Compare)
	return out
}
