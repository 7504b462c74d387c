package controllers

import (
	"time"

	"k8s.io/apimachinery/pkg/types"

	"provost.dev/provost/controllers/feed"
)

// turn is what one look at somebody's status has to go by.
type turn struct {
	h   *handover
	key types.NamespacedName
	// state is what the status is to come to.
	state feed.Instant
	// granted is the state of which everything may be written; nil for nothing.
	granted *feed.Instant
	// rounds are those under way that bear on the person, as they were then.
	rounds []roundThen
	// owing are the rounds to which the status is owed, with the change by which.
	owing map[*round]uint64
	over  bool
}

type roundThen struct {
	*round
	state feed.Instant
}

// turn begins a look at somebody's status.
func (h *handover) turn(key types.NamespacedName) *turn {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := &turn{h: h, key: key, state: h.latest, owing: map[*round]uint64{}}
	sp := h.spaces[key.Namespace]
	if sp == nil {
		return t
	}
	if sp.granted == nil {
		// Nobody has said anything of this person, whose object somebody else has made.
		if _, ok := sp.rounds[0].touched[key]; !ok {
			sp.rounds[0].touch(h, key)
		}
	} else {
		t.granted, t.state = sp.granted, *sp.granted
	}
	_, t.over = sp.over[key]
	for _, r := range sp.rounds {
		if change, ok := r.owing[key]; ok {
			t.owing[r] = change
		}
		if _, ok := r.touched[key]; ok {
			t.rounds = append(t.rounds, roundThen{r, r.state})
			t.state = r.state
		}
	}
	return t
}

// share is how much of what somebody's status is to come to may be written.
type share int

const (
	// stale: a round was granted meanwhile, and it has to be seen again.
	stale share = iota
	// nothing: the status stays as it is until more is granted.
	nothing
	// part: what is permitted.
	part
	// whole: all of it.
	whole
)

// share says how much may be written over a status that shows some holdings, and
// of a part what is permitted in it.
func (t *turn) share(shows func() holdings) (share, holdings) {
	if len(t.rounds) == 0 {
		if (len(t.owing) > 0 || t.over) && len(shows().beyond(heldBy(t.state, t.key))) == 0 {
			t.wrote()
		}
		return whole, nil
	}
	shown := shows()
	s := sides{shown: shown}
	for i, r := range t.rounds {
		left := heldBy(r.state, t.key)
		if s.gained = append(s.gained, left.beyond(shown)); i == 0 {
			s.within = left
		} else {
			s.within = s.within.and(left)
		}
		s.wanted = left
	}
	s.lost = shown.beyond(s.within)
	s.permitted = shown
	if t.granted != nil {
		s.permitted = shown.or(heldBy(*t.granted, t.key))
	}
	s.permitted = s.permitted.and(s.within)
	return t.decide(s), s.permitted
}

// sides are what somebody's status shows, and what rounds do about it.
type sides struct {
	shown holdings
	// within is what all rounds leave, and wanted what the last one does.
	within, wanted holdings
	// lost is what is shown beyond that, and permitted what may be written now.
	lost, permitted holdings
	// gained is what each of the rounds gives.
	gained []holdings
}

func (t *turn) decide(s sides) share {
	h := t.h
	h.mu.Lock()
	defer h.mu.Unlock()
	sp := h.spaces[t.key.Namespace]
	for i, r := range t.rounds {
		if r.granted {
			return stale
		}
		if _, news := r.unseen[t.key]; news && t.owing[r.round] == r.owing[t.key] {
			delete(r.unseen, t.key)
			r.moved = time.Now()
		}
		r.gained.add(s.gained[i])
	}
	first := sp.rounds[0]
	defer first.sort(h)
	if len(s.wanted.beyond(s.permitted)) == 0 {
		if len(s.lost) == 0 {
			t.settle()
		}
		return whole
	}
	for _, r := range t.rounds {
		r.waiting[t.key] = struct{}{}
	}
	if len(s.lost) > 0 {
		return t.step(sp, s)
	}
	if t.settle() {
		return stale // which was all that there was to wait for
	}
	return t.partOf(s)
}

// step says how somebody who loses and gains at once goes on. What is lost has to
// be seen to be lost before anybody else is seen to have gained it: that takes a
// write of its own, which is not made where nobody gains it, or where everybody
// else's losses are written already.
func (t *turn) step(sp *space, s sides) share {
	first := sp.rounds[0]
	switch {
	case len(sp.rounds) > 1:
		return part
	case len(first.owing) == 1 && len(sp.over) == 0 && t.owing[first] != 0 && t.h.aloneIn(first, 1):
		return whole
	case time.Since(first.moved) >= t.h.standstill:
		return part
	case len(first.unseen) > 0:
		first.mixed[t.key] = struct{}{}
		return t.partOf(s)
	case s.lost.meets(first.gained):
		return part
	}
	sp.over[t.key] = struct{}{}
	if t.pay() {
		return stale
	}
	return t.partOf(s)
}

// partOf says whether there is something to gain before the rest.
func (t *turn) partOf(s sides) share {
	if len(s.wanted.and(s.permitted).beyond(s.shown)) > 0 {
		return part
	}
	return nothing
}

// sort has those who gain and lose looked at again once everybody has been seen.
func (r *round) sort(h *handover) {
	if r.granted || len(r.unseen) > 0 || len(r.mixed) == 0 {
		return
	}
	for k := range r.mixed {
		h.enqueue(urgent, k)
	}
	clear(r.mixed)
}

// wrote takes in that the status says no more now than the rounds leave the person, as they were at the look.
func (t *turn) wrote() {
	t.h.mu.Lock()
	defer t.h.mu.Unlock()
	t.settle()
}

// settle does that, and says whether a round that the person waits for was granted by it.
func (t *turn) settle() (granted bool) {
	if sp := t.h.spaces[t.key.Namespace]; sp != nil {
		delete(sp.over, t.key)
		for _, r := range sp.rounds {
			if _, ok := r.touched[t.key]; !ok {
				r.settle(t.h, t.key) // which came to wait for it since the look
			}
		}
	}
	return t.pay()
}

// pay has the status be owed to the rounds no more.
func (t *turn) pay() (granted bool) {
	for r, change := range t.owing {
		if r.owing[t.key] == change {
			r.settle(t.h, t.key)
			delete(r.unseen, t.key)
			r.sort(t.h)
		}
	}
	t.h.advance()
	for _, r := range t.rounds {
		granted = granted || r.granted
	}
	return granted
}
