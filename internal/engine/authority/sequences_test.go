package authority_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/coalition"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

var (
	steps     = flag.Int("steps", 8_000, "requests to judge in random worlds, each a world of its own")
	sequences = flag.Int("sequences", 300, "sequences of requests to judge")
	firstSeed = flag.Uint64("first-seed", 0, "where the seeds begin")
	allFaults = flag.Bool("all-faults", false, "look for each fault from the first seed on, and in sequences too")
)

// quick are seeds near which the faults are found that take long to find.
var quick = map[string]uint64{
	"what begins by the clock":                        211,
	"what selections give to what is to come":         376,
	"to whom what stands below belongs":               8953,
	"who gathers every sensitive permission in parts": 4173,
	"whom a SystemDeny names":                         153,
	"names that objects still name":                   784,
	"what deleting takes":                             1001,
	"whoever comes into a group next":                 86,
	"what is held by those who are down":              1360,
	"whom only a Person lets in":                      2205,
	"whom compose keeps out":                          2998,
	"what a term gives":                               4399,
	"who waits to be let in":                          2251,
	"what a role gives below":                         6970,
}

// arenas are what the search is made in: with and without what selects (R34).
var arenas = map[string]func(worlds.Dice) *coalition.Arena{"naming": coalition.NewArena, "selecting": coalition.NewSelectingArena}

// selectingFaults are left out in worlds in which something selects.
var selectingFaults = []string{"what selections give to what is to come", "what a role gives below"}

// allows is how a request is judged.
type allows func(*coalition.World, coalition.Request) bool

func without(left uint16) allows {
	return func(w *coalition.World, r coalition.Request) bool {
		v, err := authority.JudgeWithout(w.Snapshot(), authority.Requester{User: r.Who}, authority.Change{Before: r.Before, After: r.After},
			w.Now, left)
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
	for name, arena := range arenas {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := searchSteps(t, arena, *firstSeed, need.AtMost(*steps, 1000), without(0), func(f found) { t.Fatal(f) })
			t.Log(seen)
			if seen.allowed < seen.judged/200 {
				t.Error("too little of interest happened")
			}
		})
	}
}

// TestNoSequenceGivesMore lets people ask for one thing after the other, while
// others who are trusted change things too, and the clock goes on.
func TestNoSequenceGivesMore(t *testing.T) {
	t.Parallel()
	for _, arena := range arenas {
		t.Log(searchSequences(t, arena, need.AtMost(*sequences, 40)/len(arenas), without(0), func(f found) { t.Fatal(f) }))
	}
}

// TestTheSearchFindsFaults leaves the checks out one by one: the search finds
// each time what would be possible.
func TestTheSearchFindsFaults(t *testing.T) {
	t.Parallel()
	for name, left := range authority.Checks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var shortest *found
			from := quick[name]
			if *allFaults {
				from = 0
			}
			arena := coalition.NewArena
			if slices.Contains(selectingFaults, name) {
				arena = coalition.NewSelectingArena
			}
			seen := searchSteps(t, arena, from, 400_000, without(left), func(f found) { shortest = &f })
			if shortest == nil {
				t.Fatalf("not found (%v)", seen)
			}
			t.Logf("found after %v:\n%v", seen, shortest)
			if !*allFaults {
				return
			}
			inSequence := searchSequences(t, arena, 100_000, without(left), func(f found) { shortest = &f })
			t.Logf("in sequences found after %v, with %d in the shortest: %s", inSequence, shortest.events, shortest.wrong)
			if shortest.events == 0 {
				t.Error("no sequence was found")
			}
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
	events      int // in the sequence that leads to it, itself included
}

func (f found) String() string {
	return fmt.Sprintf("seed %d, %d in sequence: %s\nrequester %s, accomplices %v\nchange\n%sworld\n%s", f.seed, max(f.events, 1), f.wrong,
		f.request.Who, f.accomplices,
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
	return fmt.Sprintf("%d worlds, %d requests judged, %d of them allowed, in %v", s.worlds, s.judged, s.allowed,
		s.took.Round(time.Millisecond))
}

// perWorld is how many requests are made in one world: making one costs more than judging.
const perWorld = 40

// searchSteps ends with the first way round that it finds.
func searchSteps(t *testing.T, arena func(worlds.Dice) *coalition.Arena, from uint64, n int, may allows, report func(found)) tallied {
	t.Helper()
	var s tallied
	started := time.Now()
	defer func() { s.took = time.Since(started) }()
	for seed := from; s.judged < n; seed++ {
		a := arena(worlds.NewDice(seed))
		if seed%4 == 3 {
			a.WithTerms(worlds.NewDice(seed))
		}
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
				report(found{seed: seed, wrong: wrong, world: w, request: r, accomplices: accomplices}.shrink(may))
				return s
			}
		}
	}
	s.took = time.Since(started)
	return s
}

// event is one thing that happens in a sequence: a request of somebody who acts
// with others, a change that is trusted, or the clock going on.
type event struct {
	request *coalition.Request
	trusted *oracle.Change
	now     time.Time
}

// searchSequences lets up to three people act together, and ends with the first
// sequence that gives them more than they had, made as short as it can be.
func searchSequences(t *testing.T, arena func(worlds.Dice) *coalition.Arena, n int, may allows, report func(found)) tallied {
	t.Helper()
	var s tallied
	started := time.Now()
	for seed := *firstSeed; s.worlds < n; seed++ {
		a := arena(worlds.NewDice(seed + 1<<32))
		if seed%4 == 3 {
			a.WithTerms(worlds.NewDice(seed))
		}
		start := a.World()
		s.worlds++
		together := a.Accomplices("")
		var events []event
		w := start
		for range 5 + a.IntN(10) {
			events = append(events, happen(a, w, together))
			w = after(w, events[len(events)-1], may)
		}
		f, seen := replay(start, events, together, may)
		s.judged += seen.judged
		s.allowed += seen.allowed
		if f == nil {
			continue
		}
		shorter := worlds.Drop(events, func(events []event) bool { f, _ := replay(start, events, together, may); return f != nil })
		f, _ = replay(start, shorter, together, may)
		f.seed, f.events = seed, len(shorter)
		s.took = time.Since(started)
		if small := f.shrink(may); small.wrong != "" { // it may take what was made before
			report(small)
		} else {
			report(*f)
		}
		return s
	}
	s.took = time.Since(started)
	return s
}

// happen is what comes next: in one of four times something that is not theirs to do.
func happen(a *coalition.Arena, w *coalition.World, together []string) event {
	switch {
	case a.In(12):
		return event{now: a.Later(w).Now}
	case a.In(4):
		c := a.Trusted(w)
		return event{trusted: &c}
	}
	r := a.Request(w)
	r.Who = worlds.Pick(a.Dice, together)
	return event{request: &r}
}

// after is the world once something has happened; what is refused changes nothing.
func after(w *coalition.World, e event, may allows) *coalition.World {
	switch {
	case e.trusted != nil:
		return w.After(*e.trusted)
	case e.request == nil:
		return w.At(e.now)
	}
	r := *e.request
	r.Before = w.Find(r.ID)
	if !may(w, r) {
		return w
	}
	return w.After(oracle.Change{ID: r.ID, Record: r.After})
}

// replay has a sequence happen again and looks at every step of theirs. A restart
// in between, when everything is read anew, makes no difference.
func replay(w *coalition.World, events []event, together []string, may allows) (*found, tallied) {
	var seen tallied
	known, ours := map[directory.ID]bool{}, map[directory.ID]bool{}
	for _, e := range events {
		for _, id := range coalition.Names(w) {
			known[id] = known[id] || !ours[id]
		}
		next := after(w, e, may)
		if e.request != nil {
			seen.judged++
		}
		if e.request == nil || next == w {
			w = next
			continue
		}
		seen.allowed++
		r := *e.request
		r.Before = w.Find(r.ID)
		if !known[r.ID] {
			ours = made(w, r, ours)
		}
		rest := slices.DeleteFunc(slices.Clone(together), func(who string) bool { return who == r.Who })
		if wrong := coalition.Step(w, next, r, rest, ours); wrong != "" {
			return &found{wrong: wrong, world: w, request: r, accomplices: rest}, seen
		}
		w = coalition.NewWorld(next.Now, next.Records)
	}
	return nil, seen
}
