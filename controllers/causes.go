package controllers

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
)

// happening is one thing that happened and may have changed somebody's access.
type happening struct {
	id     directory.ID
	object audit.Object
}

// step is what one step of the Feed, or one wake of the Clock, brought.
type step struct {
	// before is the snapshot that knew nothing of it.
	before *directory.Snapshot
	events []happening
}

// causes keeps what happened until whoever it bears on has been looked at, so
// that the audit log can say what brought a change of access about. All of its
// methods may be called on nil, which keeps nothing.
type causes struct {
	mu sync.Mutex
	// gathering are the steps since the Fanout last passed something on.
	gathering []*step
	// recent are the last steps, whomever they bear on: a person may be looked at before the Fanout says so.
	recent []*step
	// of are the steps that bear on somebody in a namespace, passed on and not looked at yet.
	of map[types.NamespacedName][]*step
}

// recentSteps is how many of the last steps are kept. Each holds on to a snapshot.
const recentSteps = 8

func newCauses() *causes { return &causes{of: map[types.NamespacedName][]*step{}} }

// announce takes in a step before the engine does.
func (c *causes) announce(s *step) {
	if c == nil || len(s.events) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.recent = append(c.recent, s)
	if len(c.recent) > recentSteps {
		c.recent = append([]*step(nil), c.recent[1:]...)
	}
}

// gather takes in a step of which the engine is about to say whom it bears on.
func (c *causes) gather(s *step) {
	if c == nil || len(s.events) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gathering = append(c.gathering, s)
}

// flush ends a round of gathering and returns what came in it.
func (c *causes) flush() []*step {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	steps := c.gathering
	c.gathering = nil
	return steps
}

// note keeps the steps for somebody.
func (c *causes) note(key types.NamespacedName, steps []*step) {
	if c == nil || len(steps) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.of[key] = append(c.of[key], steps...)
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
	steps, recent []*step
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

// clockEvents are that windows opened or closed.
func clockEvents(s *directory.Snapshot, transitions []directory.Transition) []happening {
	var out []happening
	for _, t := range transitions {
		at := t.At
		out = append(out, happening{t.Source, audit.Object{
			Kind: string(t.Source.Kind), Namespace: t.Source.Namespace, Name: t.Source.Name, Action: windowAction(s, t), At: &at,
		}})
	}
	return out
}

// windowAction says whether something begins or ends. An enrolment's group may
// have several windows; one that ends at the moment says so first.
func windowAction(s *directory.Snapshot, t directory.Transition) audit.Action {
	r, _ := s.Record(t.Source)
	var windows []directory.Window
	switch r := r.(type) {
	case *directory.RoleBinding:
		windows = append(windows, r.Window)
	case *directory.PermissionOverride:
		windows = append(windows, r.Window)
	case *directory.SystemDeny:
		windows = append(windows, r.Window)
	case *directory.Group:
		for _, e := range r.Enrolments {
			windows = append(windows, e.Window)
		}
	}
	for _, w := range windows {
		if w.NotAfter.Truncate(time.Microsecond).Equal(t.At) {
			return audit.Closed
		}
	}
	return audit.Opened
}

// trailed names an object with what its annotations say of its last change.
func trailed(id directory.ID, o client.Object, action audit.Action) audit.Object {
	trail := o.GetAnnotations()
	return audit.Object{
		Kind: string(id.Kind), Namespace: id.Namespace, Name: id.Name, UID: string(o.GetUID()), Action: action,
		ChangedBy:       trail[provostv1.ChangedByAnnotation],
		ChangedAt:       trail[provostv1.ChangedAtAnnotation],
		ChangedRevision: trail[provostv1.ChangedRevisionAnnotation],
	}
}
