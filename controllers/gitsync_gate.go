package controllers

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/util/resourceversion"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitsync"
)

// gate has what a GitSync applies take effect as a whole. Its objects arrive one
// by one, of each kind in their order and of different kinds in any; the gate
// keeps them from the engine until all of them are here, on every replica by itself.
//
// The leader writes into the GitSync's status that it begins before it writes the
// first object, and, after the last one, up to which version of each kind its
// objects reach. Another replica may see an object before it sees that status. So
// whenever an object of a GitSync arrives and none is expected, the gate asks the
// API server itself: what it answers is no older than the object. Versions are
// only ever compared within a kind.
//
// Nobody waits longer than until the status says: what does not arrive by then
// is not waited for, and what has arrived comes into effect.
type gate struct {
	// live reads from the API server itself.
	live client.Reader
	now  func() time.Time

	mu sync.Mutex
	// seen is, for each kind, the newest version that has been handed to the Feed.
	seen map[directory.Kind]string
	// synced gives, for each kind, the newest version that the cache has heard of;
	// the objects themselves may be on their way to the Feed still.
	synced map[directory.Kind]func() string
	// holds are what is kept, by the label of its GitSync.
	holds map[string]*hold
	ahead aheadOf
}

const (
	// askAgain is how often the API server is asked for a GitSync while objects of it are kept.
	askAgain = 2 * time.Second
	// patient is how long objects are kept where the API server cannot say whether they should be.
	patient = 10 * time.Second
	// drained is how long after the cache heard of a version the Feed has it for sure.
	drained = 300 * time.Millisecond
)

func newGate(live client.Reader) *gate {
	return &gate{
		live: live, now: time.Now, seen: map[directory.Kind]string{},
		synced: map[directory.Kind]func() string{}, holds: map[string]*hold{},
	}
}

// reaches says whether version a of a kind is not older than b. What is no version
// at all holds nobody up.
func reaches(a, b string) bool {
	order, err := resourceversion.CompareResourceVersion(a, b)
	return err == nil && order >= 0
}

// follow takes in how far the cache is with a kind.
func (g *gate) follow(kind directory.Kind, informer cache.Informer) {
	synced, ok := informer.(interface{ LastSyncResourceVersion() string })
	if !ok {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.synced[kind] = synced.LastSyncResourceVersion
}

// saw notes that an object of the kind has been handed to the Feed.
func (g *gate) saw(kind directory.Kind, version string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if before := g.seen[kind]; before == "" || reaches(version, before) {
		g.seen[kind] = version
	}
}

// upToNow is what has been handed to the Feed of each kind.
func (g *gate) upToNow() map[directory.Kind]string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return maps.Clone(g.seen)
}

// sift takes changes in and returns those that may take effect now, in the order
// in which they came: new ones, and what was kept and need not be any more. Seen
// is what had been handed to the Feed before it gave these changes.
func (g *gate) sift(ctx context.Context, arrivals []arrival, seen map[directory.Kind]string) []arrival {
	answers := map[string]*provostv1.GitSync{}
	for _, owner := range g.questions(arrivals) {
		if gs, err := g.ask(ctx, owner); err == nil {
			answers[owner] = gs
		} else {
			answers[owner] = nil
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for owner, gs := range answers {
		h := g.holds[owner]
		if h == nil {
			h = g.open(owner)
		}
		if h.asked = g.now(); gs != nil {
			h.learn(gs)
		}
	}
	var pass []arrival
	for _, a := range arrivals {
		if h := g.keeper(a); h != nil {
			h.keep(a)
			g.ahead.add(a.change)
		} else {
			pass = append(pass, a)
		}
	}
	for owner, h := range g.holds {
		if g.over(h, seen) {
			pass = append(pass, g.release(owner, h)...)
		}
	}
	return pass
}

// questions are the GitSyncs that the API server has to be asked for.
func (g *gate) questions(arrivals []arrival) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	owners := map[string]bool{}
	for _, a := range arrivals {
		for _, owner := range a.owners {
			if g.holds[owner] == nil {
				owners[owner] = true
			}
		}
	}
	for owner, h := range g.holds {
		if h.version == "" || g.now().Sub(h.asked) >= askAgain {
			owners[owner] = true
		}
	}
	return slices.Sorted(maps.Keys(owners))
}

// open begins to keep what is a GitSync's.
func (g *gate) open(owner string) *hold {
	h := &hold{since: g.now(), asked: g.now(), kept: map[directory.ID]arrival{}}
	g.holds[owner] = h
	return h
}

// release gives back what was kept of a GitSync.
func (g *gate) release(owner string, h *hold) []arrival {
	delete(g.holds, owner)
	g.ahead = aheadOf{} // what others keep is put together anew
	for _, other := range g.holds {
		for _, id := range other.order {
			g.ahead.add(other.kept[id].change)
		}
	}
	out := make([]arrival, 0, len(h.order))
	for _, id := range h.order {
		out = append(out, h.kept[id])
	}
	return out
}

// keeper is the hold that an arrival belongs to: the one that has an earlier
// change of the object, or else its owner's.
func (g *gate) keeper(a arrival) *hold {
	for _, h := range g.holds {
		if _, ok := h.kept[a.id]; ok {
			return h
		}
	}
	for _, owner := range a.owners {
		if h := g.holds[owner]; h != nil {
			return h
		}
	}
	return nil
}

// begin keeps what this process is about to write, before anything of it arrives.
func (g *gate) begin(gs *provostv1.GitSync) {
	g.mu.Lock()
	defer g.mu.Unlock()
	owner := gitsync.LabelValue(client.ObjectKeyFromObject(gs))
	h := g.holds[owner]
	if h == nil {
		h = g.open(owner)
	}
	h.learn(gs)
}

// ask has the API server say how far a GitSync is. One that does not exist is empty.
func (g *gate) ask(ctx context.Context, owner string) (*provostv1.GitSync, error) {
	ctx, cancel := context.WithTimeout(ctx, askAgain)
	defer cancel()
	if key, ok := gitsync.OwnerOf(owner); ok {
		gs := &provostv1.GitSync{}
		err := g.live.Get(ctx, key, gs)
		return gs, client.IgnoreNotFound(err)
	}
	list := &provostv1.GitSyncList{}
	if err := g.live.List(ctx, list); err != nil {
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
func (g *gate) told(gs *provostv1.GitSync, gone bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := g.holds[gitsync.LabelValue(client.ObjectKeyFromObject(gs))]
	switch {
	case h == nil:
	case gone:
		h.version, h.apply = none, nil
	default:
		h.learn(gs)
	}
}

// over says that nothing more need be waited for.
func (g *gate) over(h *hold, seen map[directory.Kind]string) bool {
	switch {
	case h.version == "":
		return g.now().Sub(h.since) >= patient
	case h.apply == nil || !g.now().Before(h.apply.Until.Time):
		return true
	case h.apply.FinishedAt == nil:
		return false
	}
	all, heard := true, true
	for _, w := range h.apply.Written {
		kind := directory.Kind(w.Kind)
		if !reaches(seen[kind], w.ResourceVersion) {
			all = false
			heard = heard && g.synced[kind] != nil && reaches(g.synced[kind](), w.ResourceVersion)
		}
	}
	switch {
	case all:
		return true
	case !heard:
		h.reached = time.Time{}
		return false
	case h.reached.IsZero():
		h.reached = g.now()
	}
	return g.now().Sub(h.reached) >= drained
}

// holding says whether anything is kept.
func (g *gate) holding() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.holds) > 0
}
