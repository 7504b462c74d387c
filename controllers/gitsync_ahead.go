package controllers

import (
	"context"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// aheadOf makes the snapshot that there would be if nothing were kept. It is made
// when somebody asks, and goes on from the last one as long as only more is kept.
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

// Ahead is the Directory with all that has arrived, also what is kept because a
// GitSync has not written all of it yet. What writes it has to be judged by that:
// a binding of a commit may be at an entity of the same commit. Otherwise it is
// the Directory's own snapshot.
func (f *Feed) Ahead() *directory.Snapshot {
	f.gate.mu.Lock()
	defer f.gate.mu.Unlock()
	return f.gate.ahead.of(f.directory.Snapshot())
}

// known is what people may do by all that has arrived. It waits for a moment where
// not everything has been listed yet.
func (f *Feed) known(ctx context.Context) (*directory.Snapshot, error) {
	select {
	case <-f.ready:
		return f.Ahead(), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(patient):
		return nil, f.Check(nil)
	}
}
