package controllers

import (
	"context"
	"sync"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/types"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"provost.dev/provost/controllers/feed"
)

// handover has the statuses of people follow a change of the engine in an order
// in which nobody is shown to have yet what somebody else is shown to have
// still: what is lost by a change is written first, by whomever, and what is
// gained by it when all of that has been written.
//
// A change is a round: it has a state of the engine that the statuses are to
// come to, and the people whom it bears on. Each of them is looked at first. A
// status that says more than the round leaves the person is owed to the round
// until it has been written; one that says less waits. When nothing is owed any
// more the round is granted, and those who wait get what they gain. A status is
// never held back from saying less: no round waits with that for another one.
//
// Rounds are granted in their order. A permission is held at an entity of one
// namespace, so rounds are kept by namespace: a status that cannot be written
// keeps nobody elsewhere from what is theirs. For a while the namespaces of one
// change wait for one another all the same, so that a change that bears on
// several of them is seen to take before it gives.
//
// At the start nothing is granted, and the first round bears on everybody:
// whatever was written by whoever led before, what is more than is so comes off first.
type handover struct {
	// enqueue has people looked at.
	enqueue func(priority int, people ...types.NamespacedName)
	ctx     context.Context

	mu    sync.Mutex
	begun bool
	// latest is the state of the last change.
	latest feed.Instant
	// change counts the changes.
	change uint64
	spaces map[string]*space
	// owed is how much is owed by the number of the change.
	owed map[uint64]int
	// early are whom changes bore on before the start.
	early  map[types.NamespacedName]struct{}
	ticker *time.Timer
	warned time.Time
	// elsewhere is how long the namespaces of one change wait for one another.
	elsewhere time.Duration
	// standstill is how long nothing moves in a round until it is taken to be stuck.
	standstill time.Duration
	log        logr.Logger
}

// space is a namespace in which something changes hands.
type space struct {
	// granted is the state of which everything may be written; nil before the first round is granted.
	granted *feed.Instant
	// rounds are the one under way, which does not change any more, and the next, which takes in whatever comes.
	rounds []*round
	// over are people whose statuses still say what they have lost in a round that is granted, since
	// nobody gained that by it. They are due at once.
	over map[types.NamespacedName]struct{}
}

// round is one change of the engine within a namespace, or several.
type round struct {
	state feed.Instant
	// last is the number of the last change in it.
	last  uint64
	since time.Time
	// moved is when somebody was last looked at, or written.
	moved time.Time
	// touched are the people whom it bears on.
	touched map[types.NamespacedName]struct{}
	// owing are the people whose statuses may say more than it leaves them, with the change by which.
	owing map[types.NamespacedName]uint64
	// unseen are those of them who have not been looked at.
	unseen map[types.NamespacedName]struct{}
	// mixed are those who gain and lose, and of whom it is not known yet whether others gain what they lose.
	mixed map[types.NamespacedName]struct{}
	// waiting are those who gain by it.
	waiting map[types.NamespacedName]struct{}
	// gained is all that anybody gains by it.
	gained  holdings
	granted bool
}

// What is looked at first. Everything else has the priority 0, or less.
const (
	// urgent is for what may say too much.
	urgent = 100
	// overdue is for what says too much of what nobody gained.
	overdue = 50
)

const (
	// elsewhere is the usual time for that.
	elsewhere = 30 * time.Second
	// standstill is how long nothing moves in a round until those who gain and lose at once do not wait for it with their loss.
	standstill = 5 * time.Second
	// glanceAtRounds is how often rounds are looked at that do not come to an end.
	glanceAtRounds = 2 * time.Second
)

func newHandover() *handover {
	return &handover{elsewhere: elsewhere, standstill: standstill, spaces: map[string]*space{}, owed: map[uint64]int{}, early: map[types.NamespacedName]struct{}{}}
}

// begin starts the first round, which bears on the given people and whoever else was touched before.
func (h *handover) begin(ctx context.Context, enqueue func(int, ...types.NamespacedName), people []types.NamespacedName) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ctx, h.log, h.enqueue, h.begun = ctx, logf.FromContext(ctx).WithName("handover"), enqueue, true
	for _, k := range people {
		h.early[k] = struct{}{}
	}
	all := make([]types.NamespacedName, 0, len(h.early))
	for k := range h.early {
		all = append(all, k)
	}
	h.early = nil
	h.touch(nil, all)
}

// changed takes in a change: the state that it led to, and whom it bears on.
func (h *handover) changed(to feed.Instant, people []types.NamespacedName) {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.latest
	h.latest = to
	if h.begun {
		h.touch(&before, people)
		return
	}
	for _, k := range people {
		h.early[k] = struct{}{}
	}
}

// touch adds people to the rounds of their namespaces. Before is the state from which they come.
func (h *handover) touch(before *feed.Instant, people []types.NamespacedName) {
	if len(people) == 0 {
		return
	}
	h.change++
	for _, k := range people {
		sp := h.spaces[k.Namespace]
		switch {
		case sp == nil:
			sp = &space{granted: before, over: map[types.NamespacedName]struct{}{}}
			h.spaces[k.Namespace] = sp
		case len(sp.rounds) == 0:
			sp.granted = before // which is the same here
		}
		sp.roundFor(h).touch(h, k)
	}
	h.enqueue(urgent, people...)
	if h.ticker == nil {
		h.ticker = time.AfterFunc(glanceAtRounds, h.tick)
	}
}

// roundFor is the round of a namespace that takes in the change that has just come.
func (sp *space) roundFor(h *handover) *round {
	if n := len(sp.rounds); n > 0 {
		if r := sp.rounds[n-1]; n > 1 || r.last == h.change {
			r.state, r.last = h.latest, h.change
			return r
		}
	}
	r := &round{
		state: h.latest, last: h.change, since: time.Now(), moved: time.Now(), gained: holdings{},
		touched: map[types.NamespacedName]struct{}{}, owing: map[types.NamespacedName]uint64{},
		unseen: map[types.NamespacedName]struct{}{}, mixed: map[types.NamespacedName]struct{}{},
		waiting: map[types.NamespacedName]struct{}{},
	}
	sp.rounds = append(sp.rounds, r)
	if len(sp.rounds) == 1 {
		r.inherit(h, sp)
	}
	return r
}

// inherit has a round wait for those who are overdue.
func (r *round) inherit(h *handover, sp *space) {
	for k := range sp.over {
		if _, ok := r.owing[k]; !ok {
			r.owing[k] = r.last
			h.owed[r.last]++
		}
	}
}

// touch has a round bear on somebody.
func (r *round) touch(h *handover, k types.NamespacedName) {
	r.settle(h, k)
	r.touched[k], r.unseen[k] = struct{}{}, struct{}{}
	delete(r.mixed, k)
	r.owing[k] = h.change
	h.owed[h.change]++
}

// settle takes in that somebody's status says no more than the round leaves the person.
func (r *round) settle(h *handover, k types.NamespacedName) {
	change, ok := r.owing[k]
	if !ok {
		return
	}
	delete(r.owing, k)
	delete(r.mixed, k)
	r.moved = time.Now()
	if h.owed[change]--; h.owed[change] == 0 {
		delete(h.owed, change)
	}
}

// mayGrant says whether the first round of a namespace can be granted.
func (h *handover) mayGrant(sp *space) bool {
	if len(sp.rounds) == 0 || len(sp.rounds[0].owing) > 0 {
		return false
	}
	return h.aloneIn(sp.rounds[0], 0)
}

// aloneIn says whether no more than so much is owed up to a round, or whether it has waited for others long enough.
func (h *handover) aloneIn(r *round, own int) bool {
	if time.Since(r.since) >= h.elsewhere {
		return true
	}
	owed := 0
	for change, n := range h.owed {
		if change <= r.last {
			owed += n
		}
	}
	return owed <= own
}

// advance grants what can be granted.
func (h *handover) advance() {
	for ns, sp := range h.spaces {
		for h.mayGrant(sp) {
			h.grant(sp)
		}
		if len(sp.rounds)+len(sp.over) == 0 {
			delete(h.spaces, ns)
		}
	}
	h.measure()
}

// grant grants the first round of a namespace.
func (h *handover) grant(sp *space) {
	r := sp.rounds[0]
	granted := r.state // and nothing else of the round
	sp.granted, sp.rounds, r.granted = &granted, sp.rounds[1:], true
	if len(sp.rounds) > 0 {
		sp.rounds[0].inherit(h, sp)
	}
	for k := range sp.over {
		delete(r.waiting, k)
		h.enqueue(overdue, k)
	}
	if len(r.waiting) == 0 {
		return
	}
	waited.Observe(time.Since(r.since).Seconds())
	people := make([]types.NamespacedName, 0, len(r.waiting))
	for k := range r.waiting {
		people = append(people, k)
	}
	h.enqueue(0, people...)
}
