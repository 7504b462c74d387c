package deletions

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/flowcontrol"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"provost.dev/provost/internal/cluster/audit"
)

// Options say how a Tracker works.
type Options struct {
	// Log is told what came to pass.
	Log *audit.Log
	// Clock is the time. Default: the real one.
	Clock clock.PassiveClock
	// Alone says that no other replica is asked anything.
	Alone bool
	// Logger takes what goes wrong.
	Logger logr.Logger
}

// Tracker knows what was asked for, and finds out what came of it.
type Tracker struct {
	Options
	clock  clock.PassiveClock
	scheme *runtime.Scheme
	cache  cache.Cache
	live   client.Reader
	store  *store
	// strangers limits how many requests of objects that nobody has seen are shared.
	strangers flowcontrol.RateLimiter
	// listed is closed when everything that is there is known, and wake has something in it when there is something to tell.
	listed chan struct{}
	wake   chan struct{}

	mu sync.Mutex
	// versions are those of the objects that are there.
	versions map[types.UID]string
	requests requests
	// endings are those of objects that are being deleted, or went a moment ago.
	endings map[types.UID]*ending
	// open are the endings of which the log has not been told, and news what else it is to be told.
	open []*ending
	news []news
	// leading says that this replica tells.
	leading bool
}

// news is a record, and when it was made.
type news struct {
	audit.Record
	seen time.Time
}

// recently is for how long a replica that does not lead keeps in mind what it would tell if it did: longer
// than it takes until another replica leads.
const recently = time.Minute

// Setup adds a Tracker to a manager: it watches on every replica, and tells on the leader.
func Setup(mgr manager.Manager, o Options) (*Tracker, error) {
	w := &Tracker{
		Options: o, clock: o.Clock, scheme: mgr.GetScheme(), cache: mgr.GetCache(), live: mgr.GetAPIReader(),
		strangers: flowcontrol.NewTokenBucketRateLimiter(20, 100),
		listed:    make(chan struct{}), wake: make(chan struct{}, 1),
		versions: map[types.UID]string{}, requests: newRequests(), endings: map[types.UID]*ending{},
	}
	if w.clock == nil {
		w.clock = clock.RealClock{}
	}
	w.store = &store{client: mgr.GetClient(), live: w.live, useless: w.useless}
	if err := mgr.Add(observer{w}); err != nil {
		return nil, err
	}
	return w, mgr.Add(reporter{w})
}

// patience is how long a request waits until its request is shared.
const patience = time.Second

// Asked takes in a request before it can come to pass, and returns when other
// replicas, and the next process, can know of it. Where they cannot, that is logged.
func (w *Tracker) Asked(ctx context.Context, c Request) {
	c.At = w.clock.Now().UTC().Round(0)
	w.mu.Lock()
	if w.endings[c.uid()] != nil { // it is done already
		w.mu.Unlock()
		return
	}
	if w.requests.n >= mostRequests {
		w.forget()
	}
	w.requests.add(c)
	_, known := w.versions[c.uid()]
	w.mu.Unlock()
	if !known && !w.strangers.TryAccept() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := w.store.put(ctx, c); err != nil {
		w.Logger.Info("the audit log may not be able to name who deletes an object", "object", c.Object.Kind+"/"+c.Object.Name, "namespace",
			c.Object.Namespace, "error", err.Error())
	}
}

// Deletes takes in a request of this process's own, which is about to ask for it. It need
// not be shared: whoever leads asks, and tells.
func (w *Tracker) Deletes(c Request) {
	c.At = w.clock.Now().UTC().Round(0)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests.add(c)
}

// DeletedBy is who deleted an object, or has it deleted, where that is known.
func (w *Tracker) DeletedBy(uid string) string {
	if w == nil {
		return ""
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if e := w.endings[types.UID(uid)]; e != nil {
		return e.by.Requester
	}
	return ""
}

// nudge has the reporter look.
func (w *Tracker) nudge() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// useless says that a request need not be shared any more: it is in the log, or cannot come to pass.
func (w *Tracker) useless(c Request) (told, expired bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now, e := w.clock.Now(), w.endings[c.uid()]
	switch {
	case e == nil:
		return false, now.Sub(c.At) > current
	case e.told:
		return true, now.Sub(e.gone) > recently
	default:
		return false, e.decided && !e.matches(c)
	}
}

// tidy forgets what is of no use any more.
func (w *Tracker) tidy() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.forget()
}

func (w *Tracker) forget() {
	now := w.clock.Now()
	past := func(e *ending, span time.Duration) bool { return !e.gone.IsZero() && now.Sub(e.gone) > span }
	if !w.leading { // or else it is told first
		w.open = slices.DeleteFunc(w.open, func(e *ending) bool { return past(e, recently) })
		w.news = slices.DeleteFunc(w.news, func(n news) bool { return now.Sub(n.seen) > recently })
	}
	for uid, e := range w.endings {
		if past(e, current) && (e.told || !w.leading) {
			w.requests.drop(uid)
			delete(w.endings, uid)
		}
	}
	w.requests.expire(now, func(uid types.UID) bool { return w.endings[uid] != nil })
}
