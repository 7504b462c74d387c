package history

import (
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/plan"
)

// Question is a yes or no about a person that a commit, or the clock, can turn.
type Question struct {
	// Person is whom it is about.
	Person string
	// Group is set where it is about the membership of a group.
	Group directory.Key
	// At is the entity where it is about a permission.
	At directory.EntityKey
	// Holds is the answer of a snapshot.
	Holds func(s *directory.Snapshot, now time.Time) bool

	permission catalogue.Permission
}

// May is whether a person has a permission at an entity (R8 to R11).
func May(person string, p catalogue.Permission, at directory.EntityKey) Question {
	return Question{Person: person, At: at, permission: p, Holds: func(s *directory.Snapshot, now time.Time) bool {
		return s.Can(person, p, at, now)
	}}
}

// IsMember is whether a person is an effective member of a group (R12a to R15).
func IsMember(person string, group directory.Key) Question {
	return Question{Person: person, Group: group, Holds: func(s *directory.Snapshot, now time.Time) bool {
		_, yes := s.Member(group, person, now)
		return yes
	}}
}

// before is the question as it was asked before renames (R39), and whether they bear on it.
func (q Question) before(renames []plan.Rename) (was Question, bears bool) {
	person, at, group := q.Person, q.At, q.Group
	for i := range renames {
		switch r := &renames[i]; r.ID {
		case directory.PersonID(q.Person):
			person, bears = r.Old, true
		case q.At.ID():
			at.Name, bears = r.Old, true
		case q.Group.GroupID():
			group.Name, bears = r.Old, true
		}
	}
	if q.Group == (directory.Key{}) {
		return May(person, q.permission, at), bears
	}
	return IsMember(person, group), bears
}
