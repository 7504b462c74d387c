package controllers

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"provost.dev/provost/internal/engine/directory"
)

// How long the Fanout waits for a burst to end. A single change is passed on
// after settle; one that more changes follow, after patience at the latest.
const (
	settle   = 100 * time.Millisecond
	patience = 2 * time.Second
)

// Fanout passes on what may have altered to the queues of the reconcilers. It
// gathers for a moment first, so that applying a thousand objects does not mean
// rendering the same status a thousand times.
//
// On a replica that does not lead there are no queues, and what is passed on
// is dropped: a queue begins with everything when it opens.
type Fanout struct {
	mu    sync.Mutex
	delta directory.Delta
	ids   map[directory.ID]struct{}
	kinds map[directory.Kind]struct{}
	since time.Time // the first of what has gathered; zero when nothing has
	last  time.Time
	wake  chan struct{}
	// state is what the engine says, up to the last change of which it is known whom it bears on.
	state instant

	queues    map[directory.Kind]queue
	access    func(instant, []types.NamespacedName)
	interests *interests
	// followers are told of every delta at once, on every replica.
	followers []func()
	// causes is told what happened, and to whom; nil where nobody asks.
	causes *causes
}

// queue is one reconciler's, as the Fanout sees it.
type queue struct {
	add func(namespace, name string)
	all func()
}

// NewFanout makes a Fanout without queues.
func NewFanout() *Fanout {
	return &Fanout{
		ids:       map[directory.ID]struct{}{},
		kinds:     map[directory.Kind]struct{}{},
		wake:      make(chan struct{}, 1),
		queues:    map[directory.Kind]queue{},
		interests: newInterests(),
	}
}

// NeedLeaderElection implements manager.LeaderElectionRunnable.
func (f *Fanout) NeedLeaderElection() bool { return false }

// Add gathers what a change may have altered, and further records to look at.
func (f *Fanout) Add(d directory.Delta, ids ...directory.ID) { f.add(instant{}, d, ids...) }

// add is Add for a change that led to what the engine says now: another snapshot, or another time.
func (f *Fanout) add(to instant, d directory.Delta, ids ...directory.ID) {
	f.gather(func() {
		f.state.become(to)
		f.delta.Merge(d)
		for _, id := range ids {
			f.ids[id] = struct{}{}
		}
	})
	for _, follow := range f.followers {
		follow()
	}
}

// addStep is add for what one step brought.
func (f *Fanout) addStep(s *step, to instant, d directory.Delta, ids ...directory.ID) {
	f.causes.gather(s)
	f.add(to, d, ids...)
}

// now is what the engine says, up to the last change of which it is known whom it bears on.
func (f *Fanout) now() instant {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state
}

// passes takes in a snapshot or a time that bears on nobody.
func (f *Fanout) passes(to instant) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.state.become(to)
}

// Look passes on one record at once: its object is not as it was written, while
// nothing of what it says has changed.
func (f *Fanout) Look(id directory.ID) {
	f.mu.Lock()
	q, ok := f.queues[id.Kind]
	f.mu.Unlock()
	if ok {
		q.add(id.Namespace, id.Name)
	}
}

// TouchKinds has every object of the kinds looked at again.
func (f *Fanout) TouchKinds(kinds ...directory.Kind) {
	f.gather(func() {
		for _, k := range kinds {
			f.kinds[k] = struct{}{}
		}
	})
}

func (f *Fanout) gather(add func()) {
	f.mu.Lock()
	add()
	f.last = time.Now()
	if f.since.IsZero() {
		f.since = f.last
	}
	f.mu.Unlock()
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// Start implements manager.Runnable.
func (f *Fanout) Start(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-f.wake:
		}
		for {
			wait := f.due(time.Now())
			if wait <= 0 {
				f.flush()
				break
			}
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(wait):
			}
		}
	}
}

// due is how long to wait still.
func (f *Fanout) due(now time.Time) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return min(f.last.Add(settle).Sub(now), f.since.Add(patience).Sub(now))
}

// flush passes on what has gathered.
func (f *Fanout) flush() {
	f.mu.Lock()
	delta, ids, kinds := f.delta, f.ids, f.kinds
	f.delta, f.ids, f.kinds, f.since = directory.Delta{}, map[directory.ID]struct{}{}, map[directory.Kind]struct{}{}, time.Time{}
	queues, access, now := maps.Clone(f.queues), f.access, f.state
	f.mu.Unlock()
	steps := f.causes.flush()

	for k := range kinds {
		if q, ok := queues[k]; ok {
			q.all()
		}
	}
	if len(queues) == 0 {
		return
	}
	for id := range delta.Records() {
		ids[id] = struct{}{}
	}
	var people []types.NamespacedName
	for person, namespace := range delta.Keys() {
		if access != nil {
			key := types.NamespacedName{Namespace: namespace, Name: person}
			f.causes.note(key, steps)
			people = append(people, key)
		}
		ids[accessIn(namespace)] = struct{}{}
	}
	if access != nil {
		access(now, people)
	}
	f.interests.extend(ids)
	for id := range ids {
		if q, ok := queues[id.Kind]; ok {
			q.add(id.Namespace, id.Name)
		}
	}
}

// open lets a kind's reconciler have what is passed on from now on.
func (f *Fanout) open(kind directory.Kind, q queue) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.queues[kind] = q
}

// openAccess does the same for effective permissions: take is told whom a change
// bears on and what the engine says then, first of all what it says now.
func (f *Fanout) openAccess(take func(instant, []types.NamespacedName)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.access = take
	take(f.state, nil)
}

// follow has fn called after every change, from the changer's goroutine: it
// must return at once. It is for setting up, before Start.
func (f *Fanout) follow(fn func()) { f.followers = append(slices.Clip(f.followers), fn) }
