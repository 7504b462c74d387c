package directory

import (
	"math"
	"time"

	"github.com/google/btree"
)

// edge is a moment at which a window of a record opens or closes.
type transition struct {
	at int64 // microseconds since 1970
	id ID
}

func (e transition) less(o transition) bool {
	if e.at != o.at {
		return e.at < o.at
	}
	return e.id.Compare(o.id) < 0
}

func (t *txn) remember(s span, id ID) {
	t.editTransitions(s, func(tree *btree.BTreeG[transition], e transition) { tree.ReplaceOrInsert(e) }, id)
}

func (t *txn) forget(s span, id ID) {
	t.editTransitions(s, func(tree *btree.BTreeG[transition], e transition) { tree.Delete(e) }, id)
}

func (t *txn) editTransitions(s span, edit func(*btree.BTreeG[transition], transition), id ID) {
	if s == always || s == never {
		return
	}
	if t.transitions == t.before.transitions {
		t.transitions = t.transitions.Clone() // copies nothing yet: nodes are copied as they change
	}
	if s.from != math.MinInt64 {
		edit(t.transitions, transition{s.from, id})
	}
	if s.to != math.MaxInt64 {
		edit(t.transitions, transition{s.to, id})
	}
}

// NextTransition returns the next moment strictly after the given one at which
// some window opens or closes (R29), and whether there is one.
func (s *Snapshot) NextTransition(after time.Time) (time.Time, bool) {
	var at int64
	found := false
	s.transitions.AscendGreaterOrEqual(transition{at: after.UnixMicro() + 1}, func(e transition) bool {
		at, found = e.at, true
		return false
	})
	if !found {
		return time.Time{}, false
	}
	return time.UnixMicro(at).UTC(), true
}

// Transitions returns the windows that open or close after one moment and not
// later than another, in the order of time.
func (s *Snapshot) Transitions(after, until time.Time) []Transition {
	var out []Transition
	last := until.UnixMicro()
	s.transitions.AscendGreaterOrEqual(transition{at: after.UnixMicro() + 1}, func(e transition) bool {
		if e.at > last {
			return false
		}
		out = append(out, Transition{time.UnixMicro(e.at).UTC(), e.id})
		return true
	})
	return out
}
