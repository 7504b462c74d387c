package feed

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/util/wait"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"provost.dev/provost/controllers/barrier"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
)

// Feed keeps the Directory equal to what the manager's cache holds. It runs on
// every replica, so that a new leader starts warm and every replica can decide.
type Feed struct {
	cache     cache.Cache
	directory *directory.Directory
	fanout    *Fanout
	barrier   *barrier.Barrier

	mu      sync.Mutex
	pending map[directory.ID]barrier.Arrival
	wake    chan struct{}
	// waiting are the kinds that have not been listed yet, and why.
	waiting map[directory.Kind]string
	ready   chan struct{}
	// taking is how many arrivals are on their way into the engine.
	taking int
}

// New makes a feed from the cache into the directory. What its changes may
// have altered goes to the fanout. Live reads from the API server itself.
func New(c cache.Cache, live client.Reader, d *directory.Directory, f *Fanout) *Feed {
	feed := &Feed{
		cache: c, directory: d, fanout: f, barrier: barrier.New(live, Fed),
		pending: map[directory.ID]barrier.Arrival{},
		wake:    make(chan struct{}, 1),
		waiting: map[directory.Kind]string{},
		ready:   make(chan struct{}),
	}
	for _, k := range Kinds {
		feed.waiting[k.Name] = "not listed yet"
	}
	return feed
}

// NeedLeaderElection implements manager.LeaderElectionRunnable: every replica feeds its Directory.
func (f *Feed) NeedLeaderElection() bool { return false }

// Start implements manager.Runnable.
func (f *Feed) Start(ctx context.Context) error {
	log := logf.FromContext(ctx).WithName("feed")
	var listed sync.WaitGroup
	for _, k := range Kinds {
		listed.Go(func() { f.watch(ctx, log, k) })
	}
	go f.barrier.Watch(ctx, f.cache, f.nudge)
	listed.Wait()
	select {
	case <-ctx.Done():
		return nil
	default:
	}
	start := time.Now()
	if !f.begin(ctx) {
		return nil
	}
	close(f.ready)
	counts := f.directory.Snapshot().Counts()
	log.Info("every kind has been listed", "people", counts.People, "groups", counts.Groups,
		"bindings", counts.Bindings, "took", time.Since(start).Round(time.Millisecond).String())
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-f.wake:
			f.apply(ctx)
		}
	}
}

// watch subscribes to one kind and returns when its first list has arrived. A
// kind that the API server does not know yet, or that may not be read, is
// waited for: nothing must be concluded from its absence.
func (f *Feed) watch(ctx context.Context, log logr.Logger, k Kind) {
	var informer cache.Informer
	err := wait.PollUntilContextCancel(ctx, time.Second, true, func(ctx context.Context) (bool, error) {
		var err error
		informer, err = f.cache.GetInformer(ctx, k.New(), cache.BlockUntilSynced(false))
		if err == nil {
			return true, nil
		}
		why := err.Error()
		if apimeta.IsNoMatchError(err) {
			why = manifest.NotInstalled(string(k.Name))
		}
		if f.waitsFor(k.Name, why) {
			log.Info("waiting for a kind", "kind", k.Name, "why", why)
		}
		return false, nil
	})
	if err != nil {
		return
	}
	handler, err := informer.AddEventHandler(toolscache.ResourceEventHandlerFuncs{
		AddFunc:    func(o any) { f.observe(log, k, nil, o) },
		UpdateFunc: func(before, after any) { f.observe(log, k, before, after) },
		DeleteFunc: func(o any) { f.deleted(log, k, o) },
	})
	if err != nil {
		f.waitsFor(k.Name, err.Error()) // the informer was stopped: the process is ending
		return
	}
	f.barrier.Follow(k.Name, informer)
	f.waitsFor(k.Name, "listing")
	if toolscache.WaitForCacheSync(ctx.Done(), handler.HasSynced) {
		f.mu.Lock()
		delete(f.waiting, k.Name)
		f.mu.Unlock()
	}
}

// observe takes in an object that was added or updated.
func (f *Feed) observe(log logr.Logger, k Kind, before, after any) {
	o, ok := after.(client.Object)
	if !ok {
		return
	}
	defer f.barrier.Saw(k.Name, o.GetResourceVersion())
	id := directory.ID{Kind: k.Name, Namespace: o.GetNamespace(), Name: o.GetName()}
	if o.GetDeletionTimestamp() != nil {
		f.gone(id, o, before) // an object that is being deleted is absent (rule R0)
		return
	}
	if old, ok := before.(client.Object); ok && sameRecord(old, o) {
		f.fanout.Requeue(id, o.GetResourceVersion())
		return
	}
	if k.Name == directory.KindPlatform {
		// The engine does not know of justifications; those who ask for one follow the Platform all the same.
		defer f.fanout.AddKinds(directory.KindRoleBinding, directory.KindGroup)
	}
	record, err := manifest.FromObject(o)
	if err != nil {
		// The schema admits nothing of the kind, so this is a defect, and not to be answered by taking something away.
		log.Error(err, "an object cannot be read; what was known of it before stays", "object", id.String())
		f.fanout.Requeue(id, o.GetResourceVersion())
		return
	}
	if record == nil { // a Role of type System: a projection, which the engine never reads (rule R4)
		f.gone(id, o, before)
		return
	}
	f.put(barrier.Arrival{
		ID: id, Change: directory.Upsert(record), Object: Trailed(id, o, audit.Changed), Owners: barrier.OwnersOf(before, o),
	})
}

// sameRecord says that nothing of an object that bears on access can have
// changed between two versions: the generation follows the spec, and an object
// that was deleted and made anew has another UID.
func sameRecord(before, after client.Object) bool {
	if _, ok := after.(*corev1.Namespace); ok {
		return false // of namespaces, the labels matter
	}
	return before.GetUID() == after.GetUID() && before.GetGeneration() == after.GetGeneration() &&
		before.GetDeletionTimestamp() == nil
}

// deleted takes in that an object was deleted.
func (f *Feed) deleted(log logr.Logger, k Kind, o any) {
	if unknown, ok := o.(toolscache.DeletedFinalStateUnknown); ok {
		o = unknown.Obj
	}
	object, ok := o.(client.Object)
	if !ok {
		log.Info("a deleted object has an unexpected type", "kind", k.Name, "type", fmt.Sprintf("%T", o))
		return
	}
	defer f.barrier.Saw(k.Name, object.GetResourceVersion())
	id := directory.ID{Kind: k.Name, Namespace: object.GetNamespace(), Name: object.GetName()}
	f.gone(id, object, nil)
	if k.Name == directory.KindPlatform {
		f.fanout.AddKinds(directory.KindRoleBinding, directory.KindGroup)
	}
}

// gone takes an object out of the engine.
func (f *Feed) gone(id directory.ID, o client.Object, before any) {
	f.put(barrier.Arrival{
		ID: id, Change: directory.Delete(id), Gone: true, Object: Trailed(id, o, audit.Deleted), Owners: barrier.OwnersOf(before, o),
	})
}

func (f *Feed) put(a barrier.Arrival) {
	f.mu.Lock()
	a.Owners = append(f.pending[a.ID].Owners, a.Owners...)
	f.pending[a.ID] = a
	f.mu.Unlock()
	f.nudge()
}

// nudge has what is pending looked at.
func (f *Feed) nudge() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// begin takes in everything that was listed, in one step. Where a GitSync is just
// being applied, that has to end first: there is nothing to go by until then.
func (f *Feed) begin(ctx context.Context) bool {
	defer f.took()
	var first []barrier.Arrival
	for {
		first = append(first, f.take(ctx)...)
		if !f.barrier.Retaining() {
			f.absorb(first, false)
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-f.wake:
		}
	}
}

// apply takes in everything that is pending as one step. While it works, more
// gathers for the next step, so that a burst is taken in by few of them.
func (f *Feed) apply(ctx context.Context) {
	defer f.took()
	f.absorb(f.take(ctx), true)
}

// took takes in that what was taken is with the engine, and with the fanout, or retained.
func (f *Feed) took() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.taking = 0
}

// Behind is how many objects have arrived of which the reconcilers have not heard yet.
func (f *Feed) Behind() int {
	f.mu.Lock()
	n := len(f.pending) + f.taking
	f.mu.Unlock()
	return n + f.barrier.Retained() + f.fanout.behind()
}

// take takes what is pending and may take effect.
func (f *Feed) take(ctx context.Context) []barrier.Arrival {
	seen := f.barrier.Seen()
	f.mu.Lock()
	pending := f.pending
	f.pending = map[directory.ID]barrier.Arrival{}
	f.taking = len(pending)
	f.mu.Unlock()
	pass := f.barrier.Retain(ctx, slices.Collect(maps.Values(pending)), seen)
	if f.barrier.Retaining() {
		time.AfterFunc(recheck, f.nudge)
	}
	return pass
}

// recheck is how often what is retained is looked at.
const recheck = 50 * time.Millisecond

// absorb has the engine take in changes as one step. What was there before
// anything is news to the engine, and has not happened now.
func (f *Feed) absorb(arrivals []barrier.Arrival, happened bool) {
	if len(arrivals) == 0 {
		return
	}
	changes := make([]directory.Change, 0, len(arrivals))
	ids := make([]directory.ID, 0, len(arrivals))
	s := &Step{Before: f.directory.Snapshot()}
	for _, a := range arrivals {
		ids, changes = append(ids, a.ID), append(changes, a.Change)
		if happened {
			s.Events = append(s.Events, Event{a.ID, a.Object, a.Change.Record()})
		}
	}
	f.fanout.tell(s)
	// The objects themselves are looked at again even where the engine sees no
	// difference: their status says which generation it speaks of.
	delta := f.directory.Apply(changes...)
	// Nobody else changes the engine, so that this is what it came to.
	f.fanout.Add(s, Instant{Snapshot: f.directory.Snapshot()}, delta, ids...)
}
