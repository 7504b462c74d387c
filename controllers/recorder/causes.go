package recorder

import (
	"sync"

	"k8s.io/apimachinery/pkg/types"

	"provost.dev/provost/controllers/feed"
)

// causes keeps what happened until whoever it bears on has been reconciled, so
// that the audit log can say what brought a change of access about.
type causes struct {
	mu sync.Mutex
	// recent are the last steps, whomever they bear on: a person may be reconciled before the Fanout says so.
	recent []*feed.Step
	// of are the steps that bear on somebody in a namespace, passed on and not reconciled yet.
	of map[types.NamespacedName][]*feed.Step
}

// recentSteps is how many of the last steps are kept. Each holds on to a snapshot.
const recentSteps = 8

func newCauses() *causes { return &causes{of: map[types.NamespacedName][]*feed.Step{}} }

// foretold takes in a step before the engine does.
func (c *causes) foretold(s *feed.Step) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.recent = append(c.recent, s)
	if len(c.recent) > recentSteps {
		c.recent = append([]*feed.Step(nil), c.recent[1:]...)
	}
}

// note keeps the steps for people.
func (c *causes) note(people []types.NamespacedName, steps []*feed.Step) {
	if len(steps) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, key := range people {
		c.of[key] = append(c.of[key], steps...)
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
	steps, recent []*feed.Step
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
