package barrier

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/internal/apiserver"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitsync"
)

// Arrival is one change on its way to the engine.
type Arrival struct {
	ID     directory.ID
	Change directory.Change
	// Object names the object, with what its annotations say of its last change.
	Object audit.Object
	// Gone says that the object is deleted.
	Gone bool
	// Owners are the labels of the GitSyncs that own the object, or owned it before.
	Owners []string
}

// Barrier retains what arrives of a commit until all of it is there.
type Barrier struct {
	// live reads from the API server itself.
	live client.Reader
	now  func() time.Time
	// fed says of a kind that its objects arrive at all.
	fed func(directory.Kind) bool

	mu sync.Mutex
	// seen is, for each kind, the newest version that has been handed to the Feed.
	seen map[directory.Kind]string
	// synced gives, for each kind, the newest version that the cache has heard of;
	// the objects themselves may be on their way to the Feed still.
	synced map[directory.Kind]func() string
	// commits are those of which something is retained, by the label of their GitSync.
	commits map[string]*commit
	ahead   aheadOf
}

const (
	// askAgain is how often the API server is asked for a GitSync while objects of it are retained.
	askAgain = 2 * time.Second
	// patient is how long objects are retained where the API server cannot say whether they should be.
	patient = 10 * time.Second
	// drained is how long after the cache heard of a version the Feed has it for sure.
	drained = 300 * time.Millisecond
)

// New makes a Barrier that retains nothing. Live reads from the API server itself; fed says of a kind that its objects arrive.
func New(live client.Reader, fed func(directory.Kind) bool) *Barrier {
	return &Barrier{
		live: live, now: time.Now, fed: fed, seen: map[directory.Kind]string{},
		synced: map[directory.Kind]func() string{}, commits: map[string]*commit{},
	}
}

// Follow takes in how far the cache is with a kind.
func (b *Barrier) Follow(kind directory.Kind, informer cache.Informer) {
	synced, ok := informer.(interface{ LastSyncResourceVersion() string })
	if !ok {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.synced[kind] = synced.LastSyncResourceVersion
}

// Saw notes that an object of the kind has been handed to the Feed.
func (b *Barrier) Saw(kind directory.Kind, version string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if before := b.seen[kind]; before == "" || apiserver.Reaches(version, before) {
		b.seen[kind] = version
	}
}

// Seen is what has been handed to the Feed of each kind.
func (b *Barrier) Seen() map[directory.Kind]string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.seen)
}

// Retain takes changes in and returns those that may take effect now, in the order
// in which they came: new ones, and what was retained and is released. Seen is what
// had been handed to the Feed before it gave these changes.
func (b *Barrier) Retain(ctx context.Context, arrivals []Arrival, seen map[directory.Kind]string) []Arrival {
	answers := map[string]*provostv1.GitSync{}
	for _, owner := range b.toAsk(arrivals) {
		if gs, err := b.ask(ctx, owner); err == nil {
			answers[owner] = gs
		} else {
			answers[owner] = nil
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for owner, gs := range answers {
		c := b.commits[owner]
		if c == nil {
			c = b.expect(owner)
		}
		if c.asked = b.now(); gs != nil {
			c.learn(gs)
		}
	}
	var pass []Arrival
	for _, a := range arrivals {
		if c := b.commitOf(a); c != nil {
			c.retain(a)
			b.ahead.add(a.Change)
		} else {
			pass = append(pass, a)
		}
	}
	for owner, c := range b.commits {
		if b.complete(c, seen) {
			pass = append(pass, b.release(owner, c)...)
		}
	}
	return pass
}

// toAsk are the GitSyncs that the API server has to be asked for.
func (b *Barrier) toAsk(arrivals []Arrival) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	owners := map[string]bool{}
	for _, a := range arrivals {
		for _, owner := range a.Owners {
			if b.commits[owner] == nil {
				owners[owner] = true
			}
		}
	}
	for owner, c := range b.commits {
		if c.version == "" || b.now().Sub(c.asked) >= askAgain {
			owners[owner] = true
		}
	}
	return slices.Sorted(maps.Keys(owners))
}

// expect begins to retain what is a GitSync's.
func (b *Barrier) expect(owner string) *commit {
	c := &commit{since: b.now(), asked: b.now(), retained: map[directory.ID]Arrival{}}
	b.commits[owner] = c
	return c
}

// release gives back what was retained of a GitSync.
func (b *Barrier) release(owner string, c *commit) []Arrival {
	delete(b.commits, owner)
	b.ahead = aheadOf{} // of what is retained still, it is put together anew
	for _, other := range b.commits {
		for _, id := range other.order {
			b.ahead.add(other.retained[id].Change)
		}
	}
	out := make([]Arrival, 0, len(c.order))
	for _, id := range c.order {
		out = append(out, c.retained[id])
	}
	return out
}

// commitOf is the commit that an arrival belongs to: the one that has an earlier
// change of the object, or else its owner's.
func (b *Barrier) commitOf(a Arrival) *commit {
	for _, c := range b.commits {
		if _, ok := c.retained[a.ID]; ok {
			return c
		}
	}
	for _, owner := range a.Owners {
		if c := b.commits[owner]; c != nil {
			return c
		}
	}
	return nil
}

// Begin retains what this process is about to write, before anything of it arrives.
func (b *Barrier) Begin(gs *provostv1.GitSync) {
	b.mu.Lock()
	defer b.mu.Unlock()
	owner := gitsync.LabelValue(client.ObjectKeyFromObject(gs))
	c := b.commits[owner]
	if c == nil {
		c = b.expect(owner)
	}
	c.learn(gs)
}

// ask has the API server say how far a GitSync is. One that does not exist is empty.
func (b *Barrier) ask(ctx context.Context, owner string) (*provostv1.GitSync, error) {
	ctx, cancel := context.WithTimeout(ctx, askAgain)
	defer cancel()
	if key, ok := gitsync.OwnerOf(owner); ok {
		gs := &provostv1.GitSync{}
		err := b.live.Get(ctx, key, gs)
		return gs, client.IgnoreNotFound(err)
	}
	list := &provostv1.GitSyncList{}
	if err := b.live.List(ctx, list); err != nil {
		return nil, err
	}
	for i := range list.Items {
		if gs := &list.Items[i]; gitsync.LabelValue(client.ObjectKeyFromObject(gs)) == owner {
			return gs, nil
		}
	}
	return &provostv1.GitSync{}, nil
}

// told takes in what the cache says of a GitSync.
func (b *Barrier) told(gs *provostv1.GitSync, gone bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.commits[gitsync.LabelValue(client.ObjectKeyFromObject(gs))]
	switch {
	case c == nil:
	case gone:
		c.version, c.apply = none, nil
	default:
		c.learn(gs)
	}
}

// complete says that nothing more need be waited for.
func (b *Barrier) complete(c *commit, seen map[directory.Kind]string) bool {
	switch {
	case c.version == "":
		return b.now().Sub(c.since) >= patient
	case c.apply == nil || !b.now().Before(c.apply.Until.Time):
		return true
	case c.apply.FinishedAt == nil:
		return false
	}
	all, heard := true, true
	for _, w := range c.apply.Written {
		kind := directory.Kind(w.Kind)
		if !apiserver.Reaches(seen[kind], w.ResourceVersion) {
			all = false
			heard = heard && b.synced[kind] != nil && apiserver.Reaches(b.synced[kind](), w.ResourceVersion)
		}
	}
	switch {
	case all:
		return true
	case !heard:
		c.reached = time.Time{}
		return false
	case c.reached.IsZero():
		c.reached = b.now()
	}
	return b.now().Sub(c.reached) >= drained
}

// Retained is how many objects are.
func (b *Barrier) Retained() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for _, c := range b.commits {
		n += len(c.retained)
	}
	return n
}

// Retaining says whether anything is retained.
func (b *Barrier) Retaining() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.commits) > 0
}
