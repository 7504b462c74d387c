package directory

import "slices"

// listing is what a group's list says of one person: the states of all the
// person's entries, and when those count that bear on membership (R12, R12a).
type listing struct {
	active, removed, idle bool
	// constant says of Active and of Removed that one of the entries counts always.
	constant [2]bool
	timed    []timedEntry
}

func (s *listing) add(m *Member) {
	switch m.State {
	case MemberActive, MemberRemoved:
	case MemberPending, MemberInactive:
		s.idle = true
		return
	default:
		return
	}
	removed := m.State == MemberRemoved
	s.active, s.removed = s.active || !removed, s.removed || removed
	if sp := m.span(); sp != always {
		s.timed = append(s.timed, timedEntry{removed: removed, span: sp})
	} else if removed {
		s.constant[1] = true
	} else {
		s.constant[0] = true
	}
}

// settled is the listing in a group without the windows that alter nothing: those
// beside an entry that counts always.
func (s listing) settled(g uint32) listing {
	s.timed = slices.DeleteFunc(s.timed, func(e timedEntry) bool {
		return e.removed && s.constant[1] || !e.removed && s.constant[0]
	})
	for i := range s.timed {
		s.timed[i].group = g
	}
	slices.SortFunc(s.timed, compareTimed)
	s.timed = slices.Compact(s.timed)
	return s
}

func (s listing) same(o listing) bool {
	return s.active == o.active && s.removed == o.removed && s.idle == o.idle && slices.Equal(s.timed, o.timed)
}

// put writes the listing in a group down at the person.
func (s listing) put(p *person, g uint32) {
	for _, l := range []struct {
		list *[]uint32
		is   bool
	}{{&p.active, s.active}, {&p.removed, s.removed}, {&p.idle, s.idle}} {
		if l.is {
			*l.list = with(*l.list, g)
		} else {
			*l.list = without(*l.list, g)
		}
	}
	if len(p.timed)+len(s.timed) == 0 {
		return
	}
	p.timed = slices.DeleteFunc(slices.Clone(p.timed), func(e timedEntry) bool { return e.group == g })
	p.timed = append(p.timed, s.timed...)
	slices.SortFunc(p.timed, compareTimed)
	if len(p.timed) == 0 {
		p.timed = nil
	}
}
