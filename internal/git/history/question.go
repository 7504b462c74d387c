package history

import (
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// Question is a yes or no about a person that a commit, or the clock, can turn.
type Question struct {
	// Person is whom it is about.
	Person string
	// Group is set where it is about the membership of a group.
	Group directory.Key
	// Holds is the answer of a snapshot.
	Holds func(s *directory.Snapshot, now time.Time) bool
}

// May is whether a person has a permission at an entity (R8 to R11).
func May(person string, p catalogue.Permission, at directory.EntityKey) Question {
	return Question{Person: person, Holds: func(s *directory.Snapshot, now time.Time) bool { return s.Can(person, p, at, now) }}
}

// IsMember is whether a person is an effective member of a group (R12a to R15).
func IsMember(person string, group directory.Key) Question {
	return Question{Person: person, Group: group, Holds: func(s *directory.Snapshot, now time.Time) bool {
		_, yes := s.Member(group, person, now)
		return yes
	}}
}
