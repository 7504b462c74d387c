package recorder

import (
	"maps"
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/types"

	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
)

// causes keeps what happened until whoever it bears on has been reconciled, so
// that the audit log can say what brought a change of access about.
type causes struct {
	mu sync.Mutex
	// recent are the last steps, whomever they bear on: a person may be reconciled before the Fanout says so.
	recent []*step
	// of are the steps that bear on somebody in a namespace, passed on and not reconciled yet.
	of map[types.NamespacedName][]*step
	// all and clock keep what many people ask in turn.
	all   latest[[]*step, audit.Cause]
	clock latest[feed.Instant, []*step]
}

// recentSteps is how many of the last steps are kept. Each holds on to a snapshot.
const recentSteps = 8

func newCauses() *causes { return &causes{of: map[types.NamespacedName][]*step{}} }

// foretold takes in a step before the engine does.
func (c *causes) foretold(s *feed.Step) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.recent = append(c.recent, newStep(s))
	if len(c.recent) > recentSteps {
		c.recent = slices.Clone(c.recent[1:])
	}
}

// note keeps each step for the people whom it bears on.
func (c *causes) note(steps []*feed.Step) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range steps {
		var indexed *step
		if i := slices.IndexFunc(c.recent, func(r *step) bool { return r.Step == s }); i >= 0 {
			indexed = c.recent[i]
		} else {
			indexed = newStep(s)
		}
		for person, namespace := range s.Delta.Keys() {
			key := types.NamespacedName{Namespace: namespace, Name: person}
			c.of[key] = append(c.of[key], indexed)
		}
		s.Delta = directory.Delta{} // which holds on to much
	}
}

// take hands over what is kept for somebody.
func (c *causes) take(key types.NamespacedName) *attribution {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := &attribution{causes: c, of: key, steps: c.of[key], recent: c.recent}
	delete(c.of, key)
	return a
}

// attribution is what one reconciliation of somebody's access has to go by.
type attribution struct {
	causes *causes
	of     types.NamespacedName
	// steps are those that the engine says bear on the person, and recent the last ones of all.
	steps, recent []*step
}

// giveBack keeps the steps for the next time.
func (a *attribution) giveBack() {
	if len(a.steps) == 0 {
		return
	}
	a.causes.mu.Lock()
	defer a.causes.mu.Unlock()
	a.causes.of[a.of] = append(a.steps, a.causes.of[a.of]...)
}

// whole is the cause that all events of the steps are together.
func (c *causes) whole(steps []*step) audit.Cause {
	cause := c.all.get(steps, slices.Equal[[]*step], func() audit.Cause {
		last := map[directory.ID]audit.Object{}
		for _, s := range steps {
			for i := range s.Events {
				last[s.Events[i].ID] = s.Events[i].Object
			}
		}
		return causeOf(slices.Collect(maps.Values(last)))
	})
	cause.Objects = slices.Clone(cause.Objects) // whoever asks says of them who deleted them
	return cause
}

// windows are those that open or close shortly before a moment, as a step.
func (c *causes) windows(now feed.Instant) []*step {
	return c.clock.get(now, func(a, b feed.Instant) bool { return a.Snapshot == b.Snapshot && a.At.Equal(b.At) }, func() []*step {
		events := feed.WindowEvents(now.Snapshot, now.Transitions(now.At.Add(-feed.LongestSleep), now.At))
		return []*step{newStep(&feed.Step{Before: now.Snapshot, Events: events})}
	})
}
