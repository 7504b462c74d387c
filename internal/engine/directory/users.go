package directory

import (
	"cmp"
	"slices"
	"strings"

	"github.com/google/btree"
)

// userName leads from a Kubernetes user name to a person (R21).
type userName struct {
	name   string
	person uint32
}

func (u userName) less(o userName) bool {
	return cmp.Or(strings.Compare(u.name, o.name), cmp.Compare(u.person, o.person)) < 0
}

// setUser keeps the index of user names when a Person's record changes.
func (t *txn) setUser(i uint32, old, rec *Person) {
	var was, is string
	if old != nil {
		was = old.Username
	}
	if rec != nil {
		is = rec.Username
	}
	if was == is {
		return
	}
	if t.users == t.before.users {
		t.users = t.users.Clone() // copies nothing yet
	}
	if was != "" {
		t.users.Delete(userName{was, i})
	}
	if is != "" {
		t.users.ReplaceOrInsert(userName{is, i})
	}
}

// PeopleOfUser are the active people whom a Kubernetes user name means, by
// name: those who set it as their username, and, where the Platform says
// matchNames, the one of that very name who sets none. Only a user name that
// means exactly one has any authority (R21).
func (s *Snapshot) PeopleOfUser(user string) []string { return s.ofUser(user, false) }

// SuspendedOfUser are the suspended people whom a Kubernetes user name would mean, by name.
func (s *Snapshot) SuspendedOfUser(user string) []string { return s.ofUser(user, true) }

func (s *Snapshot) ofUser(user string, suspended bool) []string {
	var out []string
	if user == "" {
		return nil
	}
	add := func(i uint32) {
		if p := s.people.at(i); p != nil && p.rec != nil && p.rec.Suspended == suspended {
			out = append(out, p.rec.Name)
		}
	}
	s.users.AscendGreaterOrEqual(userName{name: user}, func(u userName) bool {
		if u.name != user {
			return false
		}
		add(u.person)
		return true
	})
	if s.platform != nil && s.platform.MatchNames {
		if i, ok := s.names.people.find(user); ok {
			if p := s.people.at(i); p != nil && p.rec != nil && p.rec.Username == "" {
				add(i)
			}
		}
	}
	slices.Sort(out)
	return out
}

func newUsers() *btree.BTreeG[userName] { return btree.NewG(32, userName.less) }
