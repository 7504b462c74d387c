package authority

import (
	"fmt"
	"testing"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/script"
	"provost.dev/provost/internal/testing/worlds"
)

// claiming is a record that says of every name that it was its own.
func claiming(r directory.Record) directory.Record {
	names := []string{"alice", "bob", "ann", "g1", "x", "ta"}
	switch r := r.(type) {
	case *directory.Person:
		c := *r
		c.RenamedFrom, c.Email = names, "a@example.org"
		return &c
	case *directory.Group:
		c := *r
		c.RenamedFrom = names
		return &c
	case *directory.Role:
		c := *r
		c.RenamedFrom = names
		return &c
	case *directory.Entity:
		c := *r
		c.RenamedFrom = names
		return &c
	}
	return r
}

// TestClaimsDecideNothing says of everything that it was called otherwise: nobody has more or less by it (R39).
func TestClaimsDecideNothing(t *testing.T) {
	for seed := range 40 {
		records := worlds.Random(worlds.NewDice(uint64(seed)))
		claims := make([]directory.Record, len(records))
		for i, r := range records {
			claims[i] = claiming(r)
		}
		a, b := directory.Build(records...), directory.Build(claims...)
		for _, who := range a.People() {
			was, is := fmt.Sprint(a.AccessOf(who, worlds.Now)), fmt.Sprint(b.AccessOf(who, worlds.Now))
			if was != is {
				t.Fatalf("seed %d: %s has %s by a claim, and else %s\n%s", seed, who, is, was, worlds.Dump(records))
			}
		}
	}
}

// TestClaimsGiveNoAuthority asks with and without a claim for what takes a leaver's place: the same is missing (R22, R39).
func TestClaimsGiveNoAuthority(t *testing.T) {
	s, err := script.Run(`organisation/uni
course/algebra under organisation/uni
group tutors
in tutors: ann
bind @tutors course-admin at course/algebra
bind lea campus-member at organisation/uni
person ann
`)
	if err != nil {
		t.Fatal(err)
	}
	snapshot := directory.Build(append(s.Records(), &directory.Person{Name: "lea", Username: "oidc:lea"})...)
	group := func() *directory.Group {
		return &directory.Group{Key: directory.Key{Namespace: "acme", Name: "tutors"}, Members: []directory.Member{{Name: "mallory"}}}
	}
	before, _ := snapshot.Record(group().Key.GroupID())
	for _, c := range []Change{
		{After: &directory.Person{Name: "mallory", Username: "oidc:mallory"}},
		{Before: before, After: group()},
	} {
		requester := Requester{User: "oidc:lea"}
		plain, err := Judge(t.Context(), snapshot, requester, c, script.Beginning)
		if err != nil {
			t.Fatal(err)
		}
		c.After = claiming(c.After)
		claimed, err := Judge(t.Context(), snapshot, requester, c, script.Beginning)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(plain.Missing) != fmt.Sprint(claimed.Missing) || len(plain.Missing) == 0 {
			t.Errorf("%s: missing %v, and with a claim %v", c.After.ID(), plain.Missing, claimed.Missing)
		}
	}
}
