package edit

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/need"
)

var randomPeople = []string{"alice", "bob", "carol", "dan"}

// randomTrees writes trees of groups with lists and selectors, in the language of the tests.
func randomTrees(r *rand.Rand) (text string, groups []string) {
	n := 2 + r.IntN(8)
	var b strings.Builder
	for _, p := range randomPeople {
		fmt.Fprintf(&b, "person %s%s team=%c\n", p, []string{"", "", "", " suspended"}[r.IntN(4)], 'a'+rune(r.IntN(2)))
	}
	for i := range n {
		groups = append(groups, fmt.Sprintf("g%d", i))
		fmt.Fprintf(&b, "group g%d", i)
		if i > 0 && r.IntN(5) > 0 { // below one that was there before: no cycle
			fmt.Fprintf(&b, " under g%d", r.IntN(i))
		}
		b.WriteString("\n")
		if r.IntN(4) == 0 {
			fmt.Fprintf(&b, "listed g%d\n", i)
		}
		if r.IntN(4) == 0 {
			fmt.Fprintf(&b, "select g%d: team=%c\n", i, 'a'+rune(r.IntN(2)))
		}
		for _, p := range randomPeople {
			if r.IntN(3) == 0 {
				fmt.Fprintf(&b, "in g%d: %s%s\n", i, p, []string{"", "", "", "", ":admin", ":pending", ":inactive", ":removed", ":removed"}[r.IntN(9)])
			}
		}
	}
	return b.String(), groups
}

// TestRemoveAtRandom takes people out of groups of random trees: whoever was taken out is no member there and below, and
// as much of a member elsewhere as before; nothing changes for anybody else; and a second time there is nothing to do.
func TestRemoveAtRandom(t *testing.T) {
	changed := 0
	for seed := range need.AtMost[uint64](4000, 400) {
		r := rand.New(rand.NewPCG(seed, 7))
		text, groups := randomTrees(r)
		before := world(t, text)
		from := group(groups[r.IntN(len(groups))])
		people := slices.Clone(randomPeople[:1+r.IntN(len(randomPeople))])
		everywhere := r.IntN(4) == 0
		p, err := Remove(before, from, people, everywhere, moment)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
		changed += len(p.Changes)
		below, above := subtree(before, from, moment), before.Group(from, moment).Path
		for _, who := range randomPeople {
			was, is := before.Person(who, moment).Groups, p.After.Person(who, moment).Groups
			if !slices.Contains(people, who) {
				if !slices.Equal(was, is) {
					t.Fatalf("seed %d: %s is changed: %v, then %v\n%s\n%s", seed, who, was, is, text, written(p))
				}
				continue
			}
			for _, k := range is {
				if slices.Contains(below, k) || !slices.Contains(was, k) {
					t.Fatalf("seed %d: %s is a member of %s\n%s\n%s", seed, who, k, text, written(p))
				}
			}
			for _, k := range was {
				if !slices.Contains(is, k) && !slices.Contains(below, k) && (!everywhere || !slices.Contains(above, k)) {
					t.Fatalf("seed %d: %s is no member of %s any more\n%s\n%s", seed, who, k, text, written(p))
				}
			}
		}
		again, err := Remove(p.After, from, people, everywhere, moment)
		if err != nil || len(again.Changes) > 0 {
			t.Fatalf("seed %d: a second time %q, %v\n%s\n%s", seed, written(again), err, text, written(p))
		}
		needed(t, seed, text, p, from)
	}
	if !testing.Short() && changed < 4000 {
		t.Errorf("only %d changes: the trees are too small", changed)
	}
}

// needed finds every Removed that was added to be needed: without it a selector would bring the person back.
func needed(t *testing.T, seed uint64, text string, p *Plan, from directory.Key) {
	t.Helper()
	for _, c := range p.Changes {
		if c.Reason != Selected {
			continue
		}
		g := *groupRecord(p.After, c.Group)
		g.Members = slices.DeleteFunc(slices.Clone(g.Members), func(m directory.Member) bool { return m.Name == c.Person })
		without, _ := p.After.With(directory.Upsert(&g))
		if m, ok := without.Member(from, c.Person, moment); !ok || !without.Path(c.Person, from, moment).BySelector {
			t.Fatalf("seed %d: Removed of %s was not needed: %+v\n%s\n%s", seed, c.Person, m, text, written(p))
		}
	}
}
