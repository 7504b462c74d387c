package sight_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/sight"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

var (
	worldCount = flag.Int("sight.worlds", 60, "in how many random worlds what viewers see is compared with the oracle")
	firstSeed  = flag.Uint64("sight.seed", 1, "the seed of the first random world; the others follow")
)

// counts is how many answers were compared, and how many of those let somebody see.
type counts struct{ answers, yes int }

func (c *counts) String() string {
	return fmt.Sprintf("%d answers, of which %d let somebody see", c.answers, c.yes)
}

// comparison is a snapshot and an oracle at one moment. Questions of two names are asked as often as chance has it.
type comparison struct {
	s    *directory.Snapshot
	w    *oracle.World
	now  time.Time
	dice worlds.Dice
	n    *counts
}

// ghosts are named by no record.
var (
	ghostEntity = directory.EntityKey{Level: catalogue.Course, Namespace: "acme", Name: "ghost"}
	ghostGroup  = directory.Key{Namespace: "acme", Name: "ghost"}
)

// differs is the first difference between what somebody sees and what the oracle lets him; "" where there is none.
func (c *comparison) differs() (difference string) {
	defer func() {
		if r := recover(); r != nil {
			difference = fmt.Sprintf("panic: %v", r)
		}
	}()
	people := append(c.w.People(), "stranger")
	looks := c.w.Looks(c.now)
	for _, who := range append(slices.Clone(people), "") {
		eyes := looks(who, authority.IsAdministrator(c.s, who))
		if d := c.viewer(who, sight.As(c.s, who, c.now), eyes, people); d != "" {
			return d
		}
	}
	return c.viewer("an administrator", sight.All(c.s, c.now), looks("", true), people)
}

func (c *comparison) viewer(who string, v *sight.Viewer, eyes *oracle.Eyes, people []string) string {
	entities, groups := append(c.w.Entities(), ghostEntity), append(c.w.GroupKeys(), ghostGroup)
	wrong := ""
	same := func(what string, got, want any) {
		if c.n.answers++; got != any("Hidden") && got != any(false) {
			c.n.yes++
		}
		if got != want && wrong == "" {
			wrong = fmt.Sprintf("at %+d minutes: %s looks: %s is %v, want %v", int(c.now.Sub(worlds.Now).Minutes()), who, what, got, want)
		}
	}
	var seenEntities []directory.EntityKey
	var seenGroups []directory.Key
	var seenPeople []string
	for _, e := range entities {
		want := eyes.Entity(e)
		same(fmt.Sprintf("Entity(%s)", e), v.Entity(e).String(), want)
		same(fmt.Sprintf("Access(%s)", e), v.Access(e), eyes.Access(e))
		same(fmt.Sprintf("Grants(%s)", e), v.Grants(e), eyes.Grants(e))
		if want != "Hidden" {
			seenEntities = append(seenEntities, e)
		}
	}
	for _, g := range groups {
		want := eyes.Group(g)
		same(fmt.Sprintf("Group(%s)", g), v.Group(g), want)
		same(fmt.Sprintf("Members(%s)", g), v.Members(g), eyes.Members(g))
		same(fmt.Sprintf("Entries(%s)", g), v.Entries(g), eyes.Entries(g))
		if want {
			seenGroups = append(seenGroups, g)
		}
	}
	for _, p := range people {
		want := eyes.Person(p)
		same(fmt.Sprintf("Person(%s)", p), v.Person(p), want)
		if want && slices.Contains(c.w.People(), p) {
			seenPeople = append(seenPeople, p)
		}
		if c.dice.In(3) || p == who {
			e, g := worlds.Pick(c.dice, entities), worlds.Pick(c.dice, groups)
			same(fmt.Sprintf("Why(%s, %s)", p, e), v.Why(p, e), eyes.Why(p, e))
			same(fmt.Sprintf("History(%s, %s)", p, e), v.History(p, e), eyes.History(p, e))
			same(fmt.Sprintf("Membership(%s, %s)", p, g), v.Membership(p, g), eyes.Membership(p, g))
		}
	}
	switch {
	case wrong != "":
	case !slices.Equal(v.Entities(), seenEntities):
		wrong = fmt.Sprintf("%s looks: Entities() = %v, want %v", who, v.Entities(), seenEntities)
	case !slices.Equal(v.Groups(), seenGroups):
		wrong = fmt.Sprintf("%s looks: Groups() = %v, want %v", who, v.Groups(), seenGroups)
	case !slices.Equal(v.People(), seenPeople):
		wrong = fmt.Sprintf("%s looks: People() = %v, want %v", who, v.People(), seenPeople)
	}
	return wrong
}

// administered is a world in which somebody may administer the platform, by the name or by a user name.
func administered(d worlds.Dice, records []directory.Record) []directory.Record {
	out := slices.Clone(records)
	for i, r := range out {
		switch r := r.(type) {
		case *directory.Person:
			p := *r
			if d.In(2) {
				p.Username = p.Name + "@example.org"
			}
			out[i] = &p
		case *directory.Platform:
			p := *r
			p.MatchNames = d.In(2)
			p.Administrators = []directory.Principal{
				{Kind: directory.PrincipalPerson, Name: "alice"}, {Kind: directory.PrincipalUser, Name: "bob@example.org"},
			}
			out[i] = &p
		}
	}
	return out
}

// moments are those at which most windows open or close, and another one.
func moments(d worlds.Dice) []time.Time {
	return []time.Time{worlds.Now, worlds.Pick(d, worlds.Times()), worlds.Now.Add(-time.Microsecond)}
}

// TestRandomWorlds compares what everybody sees of everything with the oracle, in random worlds and around the moments at
// which their windows open and close.
func TestRandomWorlds(t *testing.T) {
	t.Parallel()
	var n counts
	for i := range need.AtMost(*worldCount, 20) {
		seed := *firstSeed + uint64(i)
		d := worlds.NewDice(seed)
		records := administered(d, worlds.Random(d))
		times := moments(d)
		differs := func(records []directory.Record) string {
			s, w := directory.Build(records...), oracle.New(records...)
			for _, now := range times {
				if d := (&comparison{s, w, now, worlds.NewDice(seed), &n}).differs(); d != "" {
					return d
				}
			}
			return ""
		}
		if differs(records) != "" {
			small := worlds.Shrink(records, func(r []directory.Record) bool { return differs(r) != "" })
			t.Fatalf("seed %d: %s\n%s\nthe world that shows it:\n%s", seed, differs(records), differs(small), worlds.Dump(small))
		}
	}
	t.Logf("%v", &n)
	if *worldCount >= 60 && !testing.Short() && (n.answers < 50_000 || n.yes < n.answers/10 || n.yes > n.answers*9/10) {
		t.Errorf("too little was compared, or it was all alike: %v", &n)
	}
}

// TestIncremental compares after each of many small changes to one directory.
func TestIncremental(t *testing.T) {
	t.Parallel()
	var n counts
	for i := range need.AtMost(*worldCount/15, 2) {
		seed := *firstSeed + uint64(i)
		d := worlds.NewDice(seed)
		records := administered(d, worlds.Random(d))
		live := directory.New()
		for _, r := range records {
			live.Apply(directory.Upsert(r))
		}
		m := worlds.NewMutator(d)
		for step := range need.AtMost(40, 15) {
			change := m.Change(records)
			if change.Record == nil {
				live.Apply(directory.Delete(change.ID))
			} else {
				live.Apply(directory.Upsert(change.Record))
			}
			records = oracle.After(records, change)
			now := worlds.Pick(d, moments(d))
			if wrong := (&comparison{live.Snapshot(), oracle.New(records...), now, d, &n}).differs(); wrong != "" {
				t.Fatalf("seed %d, step %d, after %s: %s\n%s", seed, step, worlds.DumpChanges([]oracle.Change{change}), wrong, worlds.Dump(records))
			}
		}
	}
	t.Logf("%v", &n)
}
