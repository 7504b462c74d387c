package barrier

import "provost.dev/provost/internal/engine/directory"

// aheadOf makes the snapshot that there would be if nothing were retained. It is made
// when somebody asks, and goes on from the last one as long as only more is retained.
type aheadOf struct {
	changes []directory.Change
	// snapshot is base with so many of the changes.
	base, snapshot *directory.Snapshot
	taken          int
}

func (a *aheadOf) add(c directory.Change) { a.changes = append(a.changes, c) }

func (a *aheadOf) of(base *directory.Snapshot) *directory.Snapshot {
	if a.base != base {
		a.base, a.snapshot, a.taken = base, base, 0
	}
	if a.taken < len(a.changes) {
		a.snapshot, _ = a.snapshot.With(a.changes[a.taken:]...)
		a.taken = len(a.changes)
	}
	return a.snapshot
}

// Ahead is a snapshot with all that has arrived, also what is retained because a
// GitSync has not written all of it yet. What writes it has to be judged by that:
// a binding of a commit may be at an entity of the same commit. Otherwise it is
// the snapshot itself.
func (b *Barrier) Ahead(of *directory.Snapshot) *directory.Snapshot {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ahead.of(of)
}
