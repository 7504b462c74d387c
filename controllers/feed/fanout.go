package feed

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
// after quiet; one that more changes follow, after patience at the latest.
const (
	quiet    = 100 * time.Millisecond
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
	state Instant

	queues    map[directory.Kind]Queue
	access    func(Instant, []types.NamespacedName, []*Step)
	interests *interests
	// followers are told of every delta at once, on every replica.
	followers []func()
	// passing is how many objects are being passed on.
	passing int
	// steps are what happened, and foretell is told of each before the engine takes it in.
	steps    []*Step
	foretell func(*Step)
}

// Queue is one reconciler's, as the Fanout sees it.
type Queue struct {
	Add func(namespace, name string)
	All func()
	// Own says that a version of an object is what the reconciler itself wrote last.
	Own func(key types.NamespacedName, version string) bool
}

// NewFanout makes a Fanout without queues.
func NewFanout() *Fanout {
	return &Fanout{
		ids:       map[directory.ID]struct{}{},
		kinds:     map[directory.Kind]struct{}{},
		wake:      make(chan struct{}, 1),
		queues:    map[directory.Kind]Queue{},
		interests: newInterests(),
	}
}

// NeedLeaderElection implements manager.LeaderElectionRunnable.
func (f *Fanout) NeedLeaderElection() bool { return false }

// Add gathers what a change may have altered, and further records to look at. The change
// led to what the engine says now: another snapshot, or another time. The step is what
// happened; nil where nobody needs to know.
func (f *Fanout) Add(s *Step, to Instant, d directory.Delta, ids ...directory.ID) {
	f.gather(func() {
		if s != nil && len(s.Events) > 0 {
			s.Delta = d
			f.steps = append(f.steps, s)
		}
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

// Foretell has fn told of every step before the engine takes it in. It is for setting up, before Start.
func (f *Fanout) Foretell(fn func(*Step)) { f.foretell = fn }

// tell does that.
func (f *Fanout) tell(s *Step) {
	if f.foretell != nil && len(s.Events) > 0 {
		f.foretell(s)
	}
}

// Now is what the engine says, up to the last change of which it is known whom it bears on.
func (f *Fanout) Now() Instant {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state
}

// passes takes in a snapshot or a time that bears on nobody.
func (f *Fanout) passes(to Instant) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.state.become(to)
}

// Requeue passes on one record at once: its object has another version, while
// nothing of what it says has changed. One that its reconciler wrote is not passed on.
func (f *Fanout) Requeue(id directory.ID, version string) {
	f.mu.Lock()
	q, ok := f.queues[id.Kind]
	f.mu.Unlock()
	if ok && (q.Own == nil || !q.Own(types.NamespacedName{Namespace: id.Namespace, Name: id.Name}, version)) {
		q.Add(id.Namespace, id.Name)
	}
}

// AddKinds has every object of the kinds looked at again.
func (f *Fanout) AddKinds(kinds ...directory.Kind) {
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
				f.Flush()
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
	return min(f.last.Add(quiet).Sub(now), f.since.Add(patience).Sub(now))
}

// Flush passes on what has gathered, at once.
func (f *Fanout) Flush() {
	f.mu.Lock()
	delta, ids, kinds, steps := f.delta, f.ids, f.kinds, f.steps
	f.delta, f.ids, f.kinds = directory.Delta{}, map[directory.ID]struct{}{}, map[directory.Kind]struct{}{}
	f.steps, f.since = nil, time.Time{}
	queues, access, now := maps.Clone(f.queues), f.access, f.state
	f.passing = max(len(ids), 1)
	f.mu.Unlock()
	defer f.passed()

	for k := range kinds {
		if q, ok := queues[k]; ok {
			q.All()
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
			people = append(people, types.NamespacedName{Namespace: namespace, Name: person})
		}
		ids[AccessIn(namespace)] = struct{}{}
	}
	if access != nil {
		access(now, people, steps)
	}
	f.interests.extend(ids)
	for id := range ids {
		if q, ok := queues[id.Kind]; ok {
			q.Add(id.Namespace, id.Name)
		}
	}
}

func (f *Fanout) passed() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.passing = 0
}

// behind is how much has gathered and is not passed on. Whom it bears on is not counted: that is known when it is.
func (f *Fanout) behind() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.passing + len(f.ids)
	if !f.since.IsZero() {
		n = max(n, 1)
	}
	return n
}

// Open lets a kind's reconciler have what is passed on from now on.
func (f *Fanout) Open(kind directory.Kind, q Queue) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.queues[kind] = q
}

// OpenAccess does the same for effective permissions: take is told whom a change
// bears on, what the engine says then and what happened; first of all what it says now.
func (f *Fanout) OpenAccess(take func(now Instant, people []types.NamespacedName, steps []*Step)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.access = take
	take(f.state, nil, nil)
}

// DependsOn replaces what else an object's status depends on, beyond what the engine
// relates to it, and says whether that is news.
func (f *Fanout) DependsOn(object directory.ID, on []directory.ID) bool {
	return f.interests.declare(object, on)
}

// follow has fn called after every change, from the changer's goroutine: it
// must return at once. It is for setting up, before Start.
func (f *Fanout) follow(fn func()) { f.followers = append(slices.Clip(f.followers), fn) }
