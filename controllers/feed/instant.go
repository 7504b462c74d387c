package feed

import (
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// Instant is what the engine says: one snapshot at one moment.
type Instant struct {
	*directory.Snapshot
	At time.Time
}

// become takes over the snapshot or the moment of another state, whichever it has.
func (s *Instant) become(to Instant) {
	if to.Snapshot != nil {
		s.Snapshot = to.Snapshot
	}
	if !to.At.IsZero() {
		s.At = to.At
	}
}
