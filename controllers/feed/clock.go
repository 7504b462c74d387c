package feed

import (
	"context"
	"time"

	"k8s.io/utils/clock"

	"provost.dev/provost/internal/engine/directory"
)

// LongestSleep is the longest sleep of the Clock. Far ahead lies nothing that needs
// a timer, and a machine that slept or whose time was set is noticed by then.
const LongestSleep = time.Minute

// Clock has statuses follow what begins and ends by itself (rule R29). It asks
// the engine for the next such moment, sleeps until then, and passes on whom
// the windows that opened or closed bear on. Decisions do not wait for it:
// they take the time as an argument.
type Clock struct {
	clock     clock.Clock
	directory *directory.Directory
	fanout    *Fanout
	ready     <-chan struct{}
	changed   chan struct{}
}

// NewClock makes a Clock that starts when ready is closed.
func NewClock(c clock.Clock, d *directory.Directory, f *Fanout, ready <-chan struct{}) *Clock {
	k := &Clock{clock: c, directory: d, fanout: f, ready: ready, changed: make(chan struct{}, 1)}
	f.passes(Instant{d.Snapshot(), c.Now()})
	f.follow(func() {
		select {
		case k.changed <- struct{}{}: // a nearer moment may have come in
		default:
		}
	})
	return k
}

// NeedLeaderElection implements manager.LeaderElectionRunnable. It is cheap,
// and a new leader looks at everything anyway, but one that slept through the
// change of leaders would have to be told from where to go on.
func (k *Clock) NeedLeaderElection() bool { return false }

// Start implements manager.Runnable.
func (k *Clock) Start(ctx context.Context) error {
	last := k.fanout.Now().At
	select {
	case <-ctx.Done():
		return nil
	case <-k.ready:
	}
	for {
		last = k.Pass(last)
		timer := k.clock.NewTimer(k.sleep(last))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-k.changed:
			timer.Stop()
		case <-timer.C():
		}
	}
}

// Pass hands on what opened or closed since last, and returns the time up to
// which it did. Where the clock was set back, that is what is undone by it.
func (k *Clock) Pass(last time.Time) time.Time {
	now := k.clock.Now()
	from, to := last, now
	if now.Before(last) {
		from, to = now, last
	}
	// What has opened in a newer snapshot, the Fanout hears of with whom that bears on.
	s := k.fanout.Now().Snapshot
	var ids []directory.ID
	transitions := s.Transitions(from, to)
	for _, t := range transitions {
		ids = append(ids, t.Source)
	}
	if len(ids) > 0 {
		k.fanout.Add(&Step{Before: s, Events: WindowEvents(s, transitions)}, Instant{At: now}, s.DeltaOf(ids...), ids...)
	} else {
		k.fanout.passes(Instant{At: now})
	}
	return now
}

// sleep is how long nothing will happen after last, as far as is known now.
func (k *Clock) sleep(last time.Time) time.Duration {
	next, ok := k.directory.Snapshot().NextTransition(last)
	if !ok {
		return LongestSleep
	}
	return min(max(next.Sub(k.clock.Now()), 0), LongestSleep)
}
