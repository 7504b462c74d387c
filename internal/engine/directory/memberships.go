package directory

import (
	"iter"
	"slices"
	"time"
)

// MembershipDelta says which groups one person joined and left, as an effective member (R13-R18)
// at some time: a group of which the person is a member at other times than before (R12a) is in both lists.
type MembershipDelta struct {
	Person       string
	Joined, Left []Key
	// Possible are the unsettled groups in which the person might be at other times than before (R36).
	Possible []Key
}

// Memberships yields the people whose effective memberships differ. After one
// Apply or With every person comes once; a merged Delta may name one for each of its parts.
func (d Delta) Memberships() iter.Seq[MembershipDelta] {
	return func(yield func(MembershipDelta) bool) {
		for i := range d.parts {
			names := d.parts[i].after.names
			keys := func(groups []uint32) []Key {
				out := make([]Key, len(groups))
				for j, g := range groups {
					out[j] = names.groups.key(g)
				}
				return out
			}
			for _, m := range d.parts[i].effects.members {
				joined, left := append(keys(m.joined), keys(m.retimed)...), append(keys(m.left), keys(m.retimed)...)
				if !yield(MembershipDelta{names.people.key(m.person), joined, left, keys(m.possible)}) {
					return
				}
			}
		}
	}
}

// MembershipTransitions are the moments after a given one at which a person's memberships
// begin or end by the clock (R12a), in order.
func (s *Snapshot) MembershipTransitions(who string, after time.Time) []time.Time {
	i, ok := s.names.people.find(who)
	if !ok || s.people.at(i) == nil {
		return nil
	}
	var out []time.Time
	for _, at := range s.people.at(i).changes(func(uint32) bool { return true }) {
		if at > after.UnixMicro() {
			out = append(out, time.UnixMicro(at).UTC())
		}
	}
	return out
}

// EverMembers are those who are effective members of a group at some time, by name.
func (s *Snapshot) EverMembers(k Key) []string {
	g, ok := s.names.groups.find(k)
	if !ok {
		return nil
	}
	var out []string
	s.eachMember(g, func(i uint32) { out = append(out, s.names.people.key(i)) })
	slices.Sort(out)
	return out
}

// MembershipTime is when a person is a member of a group: around a moment, or else the next time
// after it, or else the last one before it (R12a). There is none where the person never is.
func (s *Snapshot) MembershipTime(k Key, who string, now time.Time) (Window, bool) {
	g, _, p := s.pair(k, who)
	if p == nil {
		return Window{}, false
	}
	sp, ok := p.nearest(g, now.UnixMicro())
	return sp.window(), ok
}
