package directory_test

import (
	"slices"
	"strings"
	"testing"

	. "provost.dev/provost/internal/engine/directory"
)

func TestPeopleOfUser(t *testing.T) {
	d := New()
	d.Apply(
		Upsert(&Person{Name: "alice", Username: "alice@example.org"}),
		Upsert(&Person{Name: "bob", Username: "shared"}),
		Upsert(&Person{Name: "carol", Username: "shared"}),
		Upsert(&Person{Name: "dan", Username: "gone", Suspended: true}),
		Upsert(&Person{Name: "erin"}),
	)
	check := func(user, want string) {
		t.Helper()
		if got := d.Snapshot().PeopleOfUser(user); !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s means %v, want %q", user, got, want)
		}
	}
	check("alice@example.org", "alice")
	check("alice", "")
	check("shared", "bob carol")
	check("gone", "")
	check("erin", "")
	check("", "")
	d.Apply(Upsert(&Platform{MatchNames: true}), Upsert(&Person{Name: "carol", Username: "carol"}))
	check("erin", "erin")
	check("alice", "") // she has a username, and this is not it
	check("shared", "bob")
	check("carol", "carol")
	d.Apply(Delete(ID{Kind: KindPerson, Name: "carol"}))
	check("carol", "")
}
