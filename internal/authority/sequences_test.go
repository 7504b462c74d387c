package authority_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"provost.dev/provost/internal/authority"
	"provost.dev/provost/internal/directory"
	"provost.dev/provost/internal/oracle"
	"provost.dev/provost/internal/oracle/coalition"
	"provost.dev/provost/internal/oracle/worlds"
)

var (
	steps     = flag.Int("steps", 20_000, "requests to judge in random worlds, each a world of its own")
	sequences = flag.Int("sequences", 500, "sequences of requests to judge")
	firstSeed = flag.Uint64("first-seed", 0, "where the seeds begin")
)

// allows is how a request is judged.
type allows func(*coalition.World, coalition.Request) bool

func without(left uint16) allows {
	return func(w *coalition.World, r coalition.Request) bool {
		v, err := authority.JudgeWithout(w.Snapshot(), authority.Requester{User: r.Who}, authority.Change{Before: r.Before, After: r.After}, w.Now, left)
		if err != nil {
			panic(err)
		}
		return v.Allowed && (r.Before != nil || r.After != nil)
	}
}

// TestNoStepGivesMore asks R22a of single requests in random worlds: what is
// allowed gives and takes only what is the requester's to give and take, and
// leaves him and his accomplices with no more power than they had. That is
// enough: what holds for each step holds for every sequence of them.
func TestNoStepGivesMore(t *testing.T) {
	t.Parallel()
	seen := searchSteps(t, *steps, without(0), func(f found) { t.Fatal(f) })
	t.Log(seen)
	if seen.allowed < seen.judged/200 {
		t.Error("too little of interest happened")
	}
}

// TestNoSequenceGivesMore lets people ask for one thing after the other, while
// others who are trusted change things too, and the clock goes on.
func TestNoSequenceGivesMore(t *testing.T) {
	t.Parallel()
	t.Log(searchSequences(t, *sequences, without(0), func(f found) { t.Fatal(f) }))
}

// TestTheSearchFindsFaults leaves the checks out one by one: the search finds
// each time what would be possible.
func TestTheSearchFindsFaults(t *testing.T) {
	t.Parallel()
	for name, left := range authority.Checks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var shortest *found
			seen := searchSteps(t, 400_000, without(left), func(f found) { shortest = &f })
			if shortest == nil {
				t.Fatalf("not found (%v)", seen)
			}
			t.Logf("found after %v:\n%v", seen, shortest)
		})
	}
}

// found is a way round.
type found struct {
	seed        uint64
	wrong       string
	world       *coalition.World
	request     coalition.Request
	accomplices []string
}

func (f found) String() string {
	return fmt.Sprintf("seed %d: %s\nrequester %s, accomplices %v\nchange\n%sworld\n%s", f.seed, f.wrong, f.request.Who, f.accomplices,
		worlds.DumpChanges([]oracle.Change{{ID: f.request.ID, Record: f.request.After}}), worlds.Dump(f.world.Records))
}

// shrink makes the world small that shows it.
func (f found) shrink(may allows) found {
	wrongIn := func(records []directory.Record) string {
		w := coalition.NewWorld(f.world.Now, records)
		r := f.request
		r.Before = w.Find(r.ID)
		if !may(w, r) {
			return ""
		}
		return coalition.Step(w, w.After(oracle.Change{ID: r.ID, Record: r.After}), r, f.accomplices, made(w, r, nil))
	}
	records := worlds.Shrink(f.world.Records, func(records []directory.Record) bool { return wrongIn(records) != "" })
	f.world, f.wrong = coalition.NewWorld(f.world.Now, records), wrongIn(records)
	f.request.Before = f.world.Find(f.request.ID)
	return f
}

// made are the records that were made under names that were free, this request's among them.
func made(w *coalition.World, r coalition.Request, before map[directory.ID]bool) map[directory.ID]bool {
	if r.Before != nil || coalition.Known(w, r.ID) {
		return before
	}
	out := map[directory.ID]bool{r.ID: true}
	for id := range before {
		out[id] = true
	}
	return out
}

// tallied counts, so that a search is known to look at something.
type tallied struct {
	worlds, judged, allowed int
	took                    time.Duration
}

func (s tallied) String() string {
	return fmt.Sprintf("%d worlds, %d requests judged, %d of them allowed, in %v", s.worlds, s.judged, s.allowed, s.took.Round(time.Millisecond))
}

// perWorld is how many requests are made in one world: making one costs more than judging.
const perWorld = 40

// searchSteps ends with the first way round that it finds.
func searchSteps(t *testing.T, n int, may allows, report func(found)) tallied {
	t.Helper()
	var s tallied
	started := time.Now()
	defer func() { s.took = time.Since(started) }()
	for seed := *firstSeed; s.judged < n; seed++ {
		a := coalition.NewArena(worlds.NewDice(seed))
		w := a.World()
		s.worlds++
		for range perWorld {
			r := a.Request(w)
			s.judged++
			if !may(w, r) {
				continue
			}
			s.allowed++
			accomplices := a.Accomplices(r.Who)
			after := w.After(oracle.Change{ID: r.ID, Record: r.After})
			if wrong := coalition.Step(w, after, r, accomplices, made(w, r, nil)); wrong != "" {
				s.took = time.Since(started)
				report(found{seed, wrong, w, r, accomplices}.shrink(may))
				return s
			}
		}
	}
	s.took = time.Since(started)
	return s
}

// searchSequences lets three people act together.
func searchSequences(t *testing.T, n int, may allows, report func(found)) tallied {
	t.Helper()
	var s tallied
	started := time.Now()
	for seed := *firstSeed; s.worlds < n; seed++ {
		a := coalition.NewArena(worlds.NewDice(seed + 1<<32))
		w := a.World()
		s.worlds++
		together := a.Accomplices("")
		known := coalition.Names(w)
		ours := map[directory.ID]bool{}
		for range 5 + a.IntN(10) {
			if a.In(4) { // somebody who is trusted, or the clock
				if a.In(3) {
					w = a.Later(w)
				} else {
					w = w.After(a.Trusted(w))
				}
				known = append(known, coalition.Names(w)...)
				continue
			}
			r := a.Request(w)
			if !slices.Contains(together, r.Who) {
				continue
			}
			s.judged++
			if !may(w, r) {
				continue
			}
			s.allowed++
			after := w.After(oracle.Change{ID: r.ID, Record: r.After})
			if _, old := slices.BinarySearchFunc(known, r.ID, directory.ID.Compare); !old {
				ours = made(w, r, ours)
			}
			rest := slices.DeleteFunc(slices.Clone(together), func(who string) bool { return who == r.Who })
			if wrong := coalition.Step(w, after, r, rest, ours); wrong != "" {
				report(found{seed, wrong, w, r, rest})
				return s
			}
			w = after
		}
	}
	s.took = time.Since(started)
	return s
}
