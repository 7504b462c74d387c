package directory_test

import (
	"fmt"
	"testing"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// TestTransitions is R29: answers change with the clock only at transitions, and
// the sources of these touch everybody for whom something changes.
func TestTransitions(t *testing.T) {
	t.Parallel()
	var tight tightness
	for _, seed := range seeds(20) {
		d := worlds.NewDice(seed)
		records := oracle.After(nil, sets(worlds.Random(d))...)
		differs := func(records []directory.Record) string { return compareTransitions(records, &tight) }
		if differs(records) != "" {
			report(t, seed, records, differs)
		}
	}
	t.Logf("changed by the clock: %d people and namespaces, with %d named; %d records, with %d named",
		tight.changed, tight.named, tight.alteredRecords, tight.records)
}

func compareTransitions(records []directory.Record, tight *tightness) string {
	s, w := directory.Build(records...), oracle.New(records...)
	times := worlds.Times()
	before := tableOf(w, times[0])
	for i, until := range times[1:] {
		var sources []directory.ID
		transitions := s.Transitions(times[i], until)
		for _, tr := range transitions {
			if !tr.At.After(times[i]) || tr.At.After(until) {
				return fmt.Sprintf("a transition at %s is not between %s and %s", clock(tr.At), clock(times[i]), clock(until))
			}
			sources = append(sources, tr.Source)
		}
		next, ok := s.NextTransition(times[i])
		if len(transitions) > 0 && (!ok || !next.Equal(transitions[0].At)) || len(transitions) == 0 && ok && !next.After(until) {
			return fmt.Sprintf("NextTransition(%s) = %s, %v and Transitions begin with %v", clock(times[i]), clock(next), ok, transitions)
		}
		after := tableOf(w, until)
		effects, ids := s.DeltaOf(sources...), idsOf(records...)
		d := namesAll(effects.Keys(), before, after, tight)
		if d == "" {
			d = namesAllRecords(effects, statusOfAll(s, ids, times[i]), statusOfAll(s, ids, until), tight)
		}
		if d != "" {
			return fmt.Sprintf("between %s and %s, with the transitions %v: %s", clock(times[i]), clock(until), transitions, d)
		}
		before = after
	}
	return ""
}

// TestUntil: until then, what is in force stays so.
func TestUntil(t *testing.T) {
	t.Parallel()
	for _, seed := range seeds(20) {
		records := worlds.Random(worlds.NewDice(seed))
		if compareUntil(records) != "" {
			report(t, seed, records, compareUntil)
		}
	}
}

func compareUntil(records []directory.Record) string {
	s, w := directory.Build(records...), oracle.New(records...)
	for _, p := range w.People() {
		for _, e := range w.Entities() {
			got := s.Access(p, e, worlds.Now).Until
			want := w.Until(p, e, worlds.Now)
			if !got.Equal(want) {
				return fmt.Sprintf("Access(%s, %s).Until = %s, want %s", p, e, clock(got), clock(want))
			}
		}
	}
	return ""
}
