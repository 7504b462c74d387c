package controllers

import (
	"sync"

	"k8s.io/apimachinery/pkg/types"

	"provost.dev/provost/controllers/feed"
)

// causes keeps what happened until whoever it bears on has been looked at, so
// that the audit log can say what brought a change of access about. All of its
// methods may be called on nil, which keeps nothing.
type causes struct {
	mu sync.Mutex
	// recent are the last steps, whomever they bear on: a person may be looked at before the Fanout says so.
	recent []*feed.Step
	// of are the steps that bear on somebody in a namespace, passed on and not looked at yet.
	of map[types.NamespacedName][]*feed.Step
}

// recentSteps is how many of the last steps are kept. Each holds on to a snapshot.
const recentSteps = 8

func newCauses() *causes { return &causes{of: map[types.NamespacedName][]*feed.Step{}} }

// announce takes in a step before the engine does.
func (c *causes) announce(s *feed.Step) {
	if c == nil || len(s.Events) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.recent = append(c.recent, s)
	if len(c.recent) > recentSteps {
		c.recent = append([]*feed.Step(nil), c.recent[1:]...)
	}
}

// note keeps the steps for people.
func (c *causes) note(people []types.NamespacedName, steps []*feed.Step) {
	if c == nil || len(steps) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, key := range people {
		c.of[key] = append(c.of[key], steps...)
	}
}

// take hands over what is kept for somebody. What comes of it, done says.
func (c *causes) take(key types.NamespacedName) *attribution {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	a := &attribution{causes: c, key: key, steps: c.of[key], recent: c.recent}
	delete(c.of, key)
	return a
}

// attribution is what one look at somebody's access has to go by. Nil goes by nothing.
type attribution struct {
	causes *causes
	key    types.NamespacedName
	// steps are those that the engine says bear on the person, and recent the last ones of all.
	steps, recent []*feed.Step
	finished      bool
}

// done says that what the steps led to is written, or that they led to nothing.
func (a *attribution) done() {
	if a != nil {
		a.finished = true
	}
}

// isDone says whether done was called.
func (a *attribution) isDone() bool { return a == nil || a.finished }

// giveBack keeps the steps for the next look, unless they are done with.
func (a *attribution) giveBack() {
	if a == nil || a.finished || len(a.steps) == 0 {
		return
	}
	a.causes.mu.Lock()
	defer a.causes.mu.Unlock()
	a.causes.of[a.key] = append(a.steps, a.causes.of[a.key]...)
}
