package directory

import (
	"math"
	"time"

	"github.com/google/btree"
)

// edge is a moment at which a window of a record opens or closes.
type edge struct {
	at int64 // microseconds since 1970
	id ID
}

func (e edge) less(o edge) bool {
	if e.at != o.at {
		return e.at < o.at
	}
	return e.id.Compare(o.id) < 0
}

func (t *txn) remember(s span, id ID) {
	t.editEdges(s, func(tree *btree.BTreeG[edge], e edge) { tree.ReplaceOrInsert(e) }, id)
}

func (t *txn) forget(s span, id ID) {
	t.editEdges(s, func(tree *btree.BTreeG[edge], e edge) { tree.Delete(e) }, id)
}

func (t *txn) editEdges(s span, edit func(*btree.BTreeG[edge], edge), id ID) {
	if s == always {
		return
	}
	if t.edges == t.before.edges {
		t.edges = t.edges.Clone() // copies nothing yet: nodes are copied as they change
	}
	if s.from != math.MinInt64 {
		edit(t.edges, edge{s.from, id})
	}
	if s.to != math.MaxInt64 {
		edit(t.edges, edge{s.to, id})
	}
}

// NextTransition returns the next moment strictly after the given one at which
// some window opens or closes (R29), and whether there is one.
func (s *Snapshot) NextTransition(after time.Time) (time.Time, bool) {
	var at int64
	found := false
	s.edges.AscendGreaterOrEqual(edge{at: after.UnixMicro() + 1}, func(e edge) bool {
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
	s.edges.AscendGreaterOrEqual(edge{at: after.UnixMicro() + 1}, func(e edge) bool {
		if e.at > last {
			return false
		}
		out = append(out, Transition{time.UnixMicro(e.at).UTC(), e.id})
		return true
	})
	return out
}
