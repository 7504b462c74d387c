package history

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/oracle"
)

var (
	blameSample = flag.Int("blame.sample", 100, "how many questions to put to the history of a real organisation")
	blameSeed   = flag.Uint64("blame.seed", 1, "which ones")
)

// asked is one question: may somebody do something somewhere.
type asked struct {
	person string
	p      catalogue.Permission
	at     directory.EntityKey
	around int // a commit at which the answer may have turned
}

// past is a history as the oracle sees it.
type past struct {
	records [][]directory.Record
	oracles []*oracle.World
	times   []time.Time
	asked   []asked
}

// TestBlame puts questions to the history of a real organisation, and compares
// each turn that is found with a bisection that asks the oracle.
func TestBlame(t *testing.T) {
	t.Parallel()
	need.Time(t)
	repo, commits := realOrganisation(t)
	r := rand.New(rand.NewPCG(*blameSeed, 5))
	h := recall(t, r, repo, commits)
	number := map[gitrepo.Hash]int{}
	for i, c := range commits {
		number[c.Hash] = i
	}
	index, opts := &Index{}, manifest.Options{Cache: &manifest.Cache{}, Documents: &manifest.Documents{}}
	for _, a := range h.asked {
		q := Inquiry{Question: May(a.person, a.p, a.at), Now: h.times[len(commits)-1], Index: index}
		turned := map[int]bool{}
		last := false
		for turn, err := range q.Turns(t.Context(), NewWorld(opts), repo, "", commits) {
			if err != nil {
				t.Fatal(err)
			}
			i := number[turn.Commit.Hash]
			turned[i], last = turn.Holds, turn.Holds
			if h.holds(&a, i) != turn.Holds || h.holds(&a, i-1) == turn.Holds {
				t.Errorf("%+v: commit %d is said to have turned it to %t", a, i, turn.Holds)
			}
		}
		if last != h.holds(&a, len(commits)-1) {
			t.Errorf("%+v: it is said to be %t at the end", a, last)
		}
		for _, i := range h.bisect(&a, len(commits)) {
			if is, found := turned[i]; !found || is != h.holds(&a, i) {
				t.Errorf("%+v: commit %d turned it, and was not found: %v", a, i, turned)
			}
		}
	}
	t.Logf("%d questions, %d of them with an answer that turned", len(h.asked), h.turned())
}

// recall walks the history once, keeps the records of every commit, and thinks of questions:
// mostly about people for whom some commit did something, and some about anybody.
func recall(t *testing.T, r *rand.Rand, repo *gitrepo.Repository, commits []*gitrepo.Commit) *past {
	h := &past{oracles: make([]*oracle.World, len(commits))}
	w := NewWorld(manifest.Options{})
	for step, err := range w.Walk(t.Context(), repo, "", commits) {
		if err != nil {
			t.Fatal(err)
		}
		at := step.Commit().When
		if n := len(h.times); n > 0 {
			at = later(at, h.times[n-1])
		}
		h.records, h.times = append(h.records, step.After.Records()), append(h.times, at)
		if len(h.records) > 1 {
			h.ask(step, at)
		}
	}
	r.Shuffle(len(h.asked), func(i, j int) { h.asked[i], h.asked[j] = h.asked[j], h.asked[i] })
	h.asked = h.asked[:min(len(h.asked), *blameSample*3/4)]
	s := w.Snapshot()
	people, entities := s.People(), s.Entities()
	for len(h.asked) < *blameSample {
		e := entities[r.IntN(len(entities))]
		ps := e.Level.Permissions()
		h.asked = append(h.asked, asked{people[r.IntN(len(people))], ps[r.IntN(len(ps))], e, r.IntN(len(commits))})
	}
	return h
}

// ask thinks of a question about everybody whose access a step changed.
func (h *past) ask(step *Step, now time.Time) {
	for who, ns := range step.Delta.Keys() {
		before, after := step.Before.AccessIn(who, ns, now), step.After.AccessIn(who, ns, now)
		for _, a := range slices.Concat(before, after) {
			was, is := step.Before.Permissions(who, a.Entity, now), step.After.Permissions(who, a.Entity, now)
			ids := (was ^ is).IDs(a.Entity.Level)
			if len(ids) == 0 {
				continue
			}
			p, _ := a.Entity.Level.Permission(ids[len(h.asked)%len(ids)])
			h.asked = append(h.asked, asked{who, p, a.Entity, len(h.records) - 1})
		}
	}
}

// holds is the oracle's answer after a commit; before the first nothing holds.
func (h *past) holds(a *asked, commit int) bool {
	if commit < 0 {
		return false
	}
	if h.oracles[commit] == nil {
		h.oracles[commit] = oracle.New(h.records[commit]...)
	}
	return h.oracles[commit].Permissions(a.person, a.at, h.times[commit]).Has(a.p.Set())
}

// bisect finds a turn on either side of where the answer may have turned, as git bisect would.
func (h *past) bisect(a *asked, n int) []int {
	var out []int
	for _, ends := range [][2]int{{-1, a.around}, {-1, n - 1}, {a.around - 1, a.around}, {a.around, n - 1}} {
		low, high := ends[0], ends[1]
		if low >= high || h.holds(a, low) == h.holds(a, high) {
			continue
		}
		for was := h.holds(a, low); high-low > 1; {
			if middle := (low + high) / 2; h.holds(a, middle) == was {
				low = middle
			} else {
				high = middle
			}
		}
		out = append(out, high)
	}
	return out
}

func (h *past) turned() int {
	n := 0
	for i := range h.asked {
		if len(h.bisect(&h.asked[i], len(h.records))) > 0 {
			n++
		}
	}
	return n
}

// String is the question as it would be put to the command line.
func (a asked) String() string {
	return fmt.Sprintf("provost blame %s %s %s", a.person, a.p.ID, a.at)
}
