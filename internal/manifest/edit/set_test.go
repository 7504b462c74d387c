package edit

import (
	"slices"
	"strings"
	"testing"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// TestSetIsExact sets lists of random people in random worlds: afterwards exactly these are Active, whoever was listed has the role
// that he had, whoever was Removed and is not wanted is so still, and once more changes nothing.
func TestSetIsExact(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		d := worlds.NewDice(seed)
		var changes []oracle.Change
		for _, r := range worlds.Random(d) {
			changes = append(changes, oracle.Set(r))
		}
		s := directory.Build(oracle.After(nil, changes...)...)
		for _, k := range s.Groups() {
			var people []string
			for _, who := range s.People() {
				if d.In(3) {
					people = append(people, who)
				}
			}
			plan, err := Set(s, k, people, moment)
			if err != nil {
				continue // somebody is listed twice, or at another time
			}
			want := map[string]directory.Member{}
			if g := groupRecord(s, k); g != nil {
				for _, m := range g.Members {
					if m.State == directory.MemberRemoved {
						want[m.Name] = m
					}
				}
			}
			for _, who := range people {
				entry, _ := entryOf(s, k, who)
				entry.Name, entry.State = who, directory.MemberActive
				want[who] = entry
			}
			got := groupRecord(plan.After, k)
			if got == nil || len(got.Members) != len(want) ||
				slices.ContainsFunc(got.Members, func(m directory.Member) bool { return want[m.Name] != m }) {
				t.Fatalf("seed %d, %s: %v, want %v", seed, k, got, want)
			}
			again, err := Set(plan.After, k, people, moment)
			if err != nil || len(again.Changes) > 0 {
				t.Errorf("seed %d, %s: once more changes %v, %v", seed, k, again, err)
			}
		}
	}
}

// An entry whose time is over, or to come, is no membership: it is not made one by being set, nor left for one.
func TestUntimely(t *testing.T) {
	s := world(t, "group a\nin a from +1h: bob\nin a: alice")
	if _, err := Set(s, group("a"), []string{"bob"}, moment); err == nil || !strings.Contains(err.Error(), "bob that does not count now") {
		t.Errorf("the error is %v", err)
	}
	if _, err := Add(s, group("a"), []string{"bob"}, nil, nil, moment); err == nil {
		t.Error("bob was added, and is no member")
	}
	if _, err := Set(s, group("a"), []string{"alice"}, moment); err != nil {
		t.Error(err)
	}
}
