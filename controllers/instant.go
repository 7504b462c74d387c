package controllers

import (
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// instant is what the engine says: one snapshot at one moment.
type instant struct {
	*directory.Snapshot
	at time.Time
}

// become takes over the snapshot or the moment of another state, whichever it has.
func (s *instant) become(to instant) {
	if to.Snapshot != nil {
		s.Snapshot = to.Snapshot
	}
	if !to.at.IsZero() {
		s.at = to.at
	}
}
