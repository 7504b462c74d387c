package directory

import (
	"iter"
	"time"
)

// What follows says who takes part in what without telling how: who sees what asks it of everything there is (R32), and so
// it allocates nothing where one question is asked.

// TakesPart says whether there is anything to say of a person at an entity at some time: a role is held there, withheld or
// not, or a PermissionOverride is in force. It is so of every entity of [Snapshot.AccessOf], and of no other.
func (s *Snapshot) TakesPart(who string, at EntityKey, now time.Time) bool {
	i, ok := s.names.people.find(who)
	if !ok {
		return false
	}
	e, ok := s.names.entities.find(at)
	return ok && s.takesPart(i, s.personAt(i, now.UnixMicro()), e, now.UnixMicro())
}

// PartOf are the entities in which a person takes part at some time, in no order.
func (s *Snapshot) PartOf(who string, now time.Time) []EntityKey {
	i, ok := s.names.people.find(who)
	if !ok || s.people.at(i) == nil {
		return nil
	}
	row := s.personAt(i, now.UnixMicro())
	var out []EntityKey
	for _, e := range s.concerning(s.people.at(i)) {
		if s.takesPart(i, row, e, now.UnixMicro()) {
			out = append(out, s.names.entities.key(e))
		}
	}
	return out
}

func (s *Snapshot) takesPart(i uint32, row personRow, e uint32, now int64) bool {
	g := s.byEntity.at(e)
	if g == nil || !row.known {
		return false
	}
	q := question{s, i, row.groups, e, g, now, nil}
	if _, replaced := q.overridden(); replaced {
		return true
	}
	var room [heldWords]uint64
	for _, word := range q.held(room[:0]) {
		if word != 0 {
			return true
		}
	}
	return false
}

// SubjectState says whether a person may have permissions at all, and why not (R11).
func (s *Snapshot) SubjectState(who string) SubjectState {
	if i, ok := s.names.people.find(who); ok {
		return s.subjectStates(s.byPerson.at(i))
	}
	return s.subjectStates(personRow{})
}

// IsMember says whether a person is an effective member of a group at some time (R12a, R13 to R18).
func (s *Snapshot) IsMember(k Key, who string, now time.Time) bool {
	g, _, p := s.pair(k, who)
	return p != nil && contains(p.groupsAt(now.UnixMicro()), g)
}

// RankIn is a person's role within a group at some time (R12a, R16): that of a member of this very group, and Learner for
// whoever is none.
func (s *Snapshot) RankIn(k Key, who string, now time.Time) MemberRole {
	g, _, p := s.pair(k, who)
	if p == nil || !contains(p.groupsAt(now.UnixMicro()), g) {
		return Learner
	}
	rank, node := Learner, s.groups.at(g)
	if node == nil || node.rec == nil {
		return Learner
	}
	for i := range node.dated.Members {
		if m := &node.dated.Members[i]; m.Name == who && m.State == MemberActive && m.Open(now) {
			rank = max(rank, m.Role)
		}
	}
	return rank
}

// Parent is the entity below which one stands, declared or not; there is none where it names none of a level that may be
// its parent (R1).
func (s *Snapshot) Parent(k EntityKey) (EntityKey, bool) {
	i, ok := s.names.entities.find(k)
	if !ok {
		return EntityKey{}, false
	}
	e := s.entities.at(i)
	if e == nil || e.rec == nil || e.parent == none {
		return EntityKey{}, false
	}
	return s.names.entities.key(e.parent), true
}

// EachEntity are the declared entities, in no order.
func (s *Snapshot) EachEntity() iter.Seq[*Entity] {
	return func(yield func(*Entity) bool) {
		for _, e := range all(s.entities) {
			if e.rec != nil && !yield(e.rec) {
				return
			}
		}
	}
}
