package plan

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

type sets struct{ gained, lost catalogue.Set }

// difference of two evaluations by the oracle.
func differenceOf(was, is map[oracle.Pair]catalogue.Set) map[oracle.Pair]sets {
	out := map[oracle.Pair]sets{}
	for k, a := range was {
		if b := is[k]; a != b {
			out[k] = sets{b &^ a, a &^ b}
		}
	}
	for k, b := range is {
		if _, known := was[k]; !known {
			out[k] = sets{gained: b}
		}
	}
	return out
}

// TestRandomPlans holds plans of random changes to random worlds against the
// oracle: now exactly, and at every later moment as far as what is new then.
func TestRandomPlans(t *testing.T) {
	n := 400
	if testing.Short() {
		n = 50
	}
	for seed := range n {
		dice := worlds.NewDice(uint64(seed))
		before := worlds.Random(dice)
		after := before
		mutator := worlds.NewMutator(dice)
		for range 1 + dice.IntN(4) {
			after = oracle.After(after, mutator.Change(after))
		}
		now := worlds.Now
		p := between(unique(before), unique(after), now)
		was, is := oracle.New(before...), oracle.New(after...)
		seen := map[oracle.Pair]sets{}
		for _, at := range append([]time.Time{now}, worlds.Times()...) {
			if at.Before(now) {
				continue
			}
			got := map[oracle.Pair]sets{}
			for i := range p.Rows {
				r := &p.Rows[i]
				if r.From.After(at) {
					continue
				}
				for _, who := range r.People {
					for _, e := range r.Entities {
						k := oracle.Pair{Person: who, Entity: e}
						got[k] = sets{got[k].gained | r.Gained, got[k].lost | r.Lost}
					}
				}
			}
			for k, s := range differenceOf(was.EffectiveAll(at), is.EffectiveAll(at)) {
				seen[k] = sets{seen[k].gained | s.gained, seen[k].lost | s.lost}
			}
			if diff := cmp.Diff(fmt.Sprint(seen), fmt.Sprint(got)); diff != "" && at.Equal(now) {
				t.Fatalf("seed %d at %s: (-oracle +plan)\n%s\nbefore:\n%s\nafter:\n%s", seed, at, diff, worlds.Dump(before), worlds.Dump(after))
			}
			for k, s := range seen {
				if got[k].gained&s.gained != s.gained || got[k].lost&s.lost != s.lost {
					t.Fatalf("seed %d at %s: %v: the oracle says %v and the plan %v", seed, at, k, s, got[k])
				}
			}
		}
		for i := range p.Rows {
			if r := &p.Rows[i]; len(r.Causes) == 0 {
				t.Errorf("seed %d: nothing causes %v", seed, *r)
			}
		}
	}
}

// unique keeps the last of several records with one ID, as the engine does.
func unique(records []directory.Record) []directory.Record {
	var out []directory.Record
	last := map[directory.ID]int{}
	for i, r := range records {
		last[r.ID()] = i
	}
	for i, r := range records {
		if last[r.ID()] == i {
			out = append(out, r)
		}
	}
	return out
}
