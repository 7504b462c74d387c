package controllers

import (
	"context"
	"fmt"
	"time"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/controllers/status"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
)

// fieldOwner is in whose name the manager writes.
const fieldOwner = "provost-manager"

// Options say how the controllers work. The zero value is good for everything.
type Options struct {
	// Clock is the time. Default: the real one.
	Clock clock.Clock
	// Recorder takes the events. Default: the manager's.
	Recorder events.EventRecorder
	// Revision is the release of this manager, shown by the Platform.
	Revision string
	// Audit takes a record of every change of anybody's access. Default: none is made.
	Audit *audit.Log
	// DeletedBy says who deleted the object of a uid, where that is known. Default: nobody knows.
	DeletedBy func(uid string) string
	// Recount is how often the counts of people in one object's status are written at most. Default: 30 seconds.
	Recount time.Duration
	// Concurrency is how many effective permissions are written at a time; of every other kind it
	// is a quarter of that. Default: 16.
	Concurrency int
}

func (o *Options) complete(mgr manager.Manager) {
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	if o.Recorder == nil {
		o.Recorder = mgr.GetEventRecorder("provost")
	}
	if o.DeletedBy == nil {
		o.DeletedBy = func(string) string { return "" }
	}
	if o.Recount <= 0 {
		o.Recount = 30 * time.Second
	}
	if o.Concurrency <= 0 {
		o.Concurrency = 16
	}
}

// Setup adds everything of this package to a manager: what feeds the engine, on
// every replica, and the reconcilers, on the leader. It returns the Feed, whose
// Check belongs among the readiness checks.
func Setup(mgr manager.Manager, d *directory.Directory, o Options) (*feed.Feed, error) {
	o.complete(mgr)
	fanout := feed.NewFanout()
	objects := feed.New(mgr.GetCache(), mgr.GetAPIReader(), d, fanout)
	for _, r := range []manager.Runnable{objects, fanout, feed.NewClock(o.Clock, d, fanout, objects.Ready())} {
		if err := mgr.Add(r); err != nil {
			return nil, err
		}
	}
	s := &setup{
		Options: o, mgr: mgr, feed: objects, fanout: fanout,
		shared: &shared{
			client: client.WithFieldOwner(mgr.GetClient(), fieldOwner), directory: d, fanout: fanout, clock: o.Clock,
			events: &announcer{o.Recorder, mgr.GetClient()}, revision: o.Revision, recount: o.Recount,
		},
	}
	for _, k := range status.Kinds() {
		if err := s.addStatus(k); err != nil {
			return nil, err
		}
	}
	for _, add := range []func() error{
		s.addAccess, s.addSystemRoles, s.addChildren,
	} {
		if err := add(); err != nil {
			return nil, err
		}
	}
	return objects, nil
}

// setup is what adding the reconcilers needs.
type setup struct {
	Options
	mgr    manager.Manager
	feed   *feed.Feed
	fanout *feed.Fanout
	shared *shared
}

// listOf makes an empty list of a kind.
func listOf[T any, P interface {
	*T
	client.ObjectList
}]() client.ObjectList {
	return P(new(T))
}

// addStatus adds the reconciler of a kind's statuses.
func (s *setup) addStatus(k status.Kind) error {
	r := &statusReconciler{Kind: k, shared: s.shared}
	c, err := s.controller(string(k.Name), max(s.Concurrency/4, 1), r)
	if err != nil {
		return err
	}
	return c.Watch(s.queue(func(ctx context.Context, q queueOf) error {
		all := func() error { return s.enqueueAll(ctx, k.Name, q) }
		s.fanout.Open(k.Name, feed.Queue{
			Add: func(namespace, name string) { q.Add(request(namespace, name)) },
			All: func() { _ = all() }, // from the cache, which cannot fail once it has been listed
		})
		return all()
	}))
}

// addAccess adds the reconciler of effective permissions.
func (s *setup) addAccess() error {
	live := s.mgr.GetAPIReader()
	r := &accessReconciler{shared: s.shared, live: live, handover: newHandover(), writes: &writes{live: live}}
	if s.Audit != nil {
		l := &ledger{client: s.shared.client, live: r.live, log: s.Audit, clock: s.Clock}
		r.audit = newRecorder(s.Audit, s.shared.client, l, s.DeletedBy)
		s.fanout.Foretell(r.audit.causes.announce)
		if err := s.addLedger(l); err != nil {
			return err
		}
	}
	c, err := s.controller("EffectivePermissions", s.Concurrency, r)
	if err != nil {
		return err
	}
	// What was altered or deleted by hand is put back.
	if err := c.Watch(source.Kind(s.mgr.GetCache(), client.Object(&provostv1.EffectivePermissions{}), &endings{audit: r.audit})); err != nil {
		return err
	}
	return c.Watch(s.queue(func(ctx context.Context, q queueOf) error {
		s.fanout.OpenAccess(func(now feed.Instant, people []types.NamespacedName, steps []*feed.Step) {
			r.audit.happened(people, steps)
			r.handover.changed(now, people)
		})
		people, err := s.people(ctx)
		if err != nil {
			return err
		}
		r.handover.begin(ctx, func(priority int, people ...types.NamespacedName) { enqueue(q, priority, people) }, people)
		return nil
	}))
}

// people are all who have access in a namespace, and all of whom there is an object that says so.
func (s *setup) people(ctx context.Context) ([]types.NamespacedName, error) {
	var out []types.NamespacedName
	now := s.fanout.Now()
	for _, person := range now.People() {
		for _, namespace := range now.Person(person, now.At).Namespaces {
			out = append(out, types.NamespacedName{Namespace: namespace, Name: person})
		}
	}
	list := &provostv1.EffectivePermissionsList{}
	if err := s.mgr.GetClient().List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing %T from the cache: %w", list, err)
	}
	for i := range list.Items {
		out = append(out, client.ObjectKeyFromObject(&list.Items[i]))
	}
	return out, nil
}

// enqueue puts people on a queue.
func enqueue(q queueOf, priority int, people []types.NamespacedName) {
	requests := make([]reconcile.Request, len(people))
	for i, k := range people {
		requests[i] = reconcile.Request{NamespacedName: k}
	}
	if p, ok := q.(priorityqueue.PriorityQueue[reconcile.Request]); ok {
		p.AddWithOpts(priorityqueue.AddOpts{Priority: &priority}, requests...)
		return
	}
	for _, r := range requests {
		q.Add(r)
	}
}

// addSystemRoles adds what shows the system roles.
func (s *setup) addSystemRoles() error {
	r := &systemRoleReconciler{client: s.shared.client}
	c, err := s.controller("SystemRole", 4, r)
	if err != nil {
		return err
	}
	shown := predicate.NewPredicateFuncs(func(o client.Object) bool { return o.GetNamespace() == directory.SystemNamespace })
	if err := c.Watch(source.Kind(s.mgr.GetCache(), client.Object(&provostv1.Role{}), &handler.EnqueueRequestForObject{}, shown)); err != nil {
		return err
	}
	return c.Watch(s.queue(func(ctx context.Context, q queueOf) error {
		if err := r.prepare(ctx); err != nil {
			return err
		}
		for _, role := range systemRoleNames() {
			q.Add(request(directory.SystemNamespace, role))
		}
		return nil
	}))
}

// controller makes a controller of the manager. Its caches have no deadline: a
// kind that cannot be listed keeps the replica from being ready, which says
// which one it is, while ending the process would say less (rule R30).
func (s *setup) controller(name string, concurrency int, r reconcile.Reconciler) (controller.Controller, error) {
	return controller.New(name, s.mgr, controller.Options{
		Reconciler:              orderly(r),
		MaxConcurrentReconciles: concurrency,
		CacheSyncTimeout:        365 * 24 * time.Hour,
		// Failures are the API server's: waiting longer than a while for one that is back helps nobody.
		RateLimiter: workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](20*time.Millisecond, 30*time.Second),
	})
}

// orderly drops the result of a reconciliation that failed, which is tried
// again anyway, and the failures that come of the process ending.
func orderly(r reconcile.Reconciler) reconcile.Reconciler {
	return reconcile.Func(func(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
		result, err := r.Reconcile(ctx, req)
		if err == nil {
			return result, nil
		}
		select {
		case <-ctx.Done():
			return ctrl.Result{}, nil
		default:
			return ctrl.Result{}, err
		}
	})
}

type queueOf = workqueue.TypedRateLimitingInterface[reconcile.Request]

// queue is a source that opens a controller's queue when the feed is ready, and
// lets its workers start after that only: nothing is written before every kind
// has been listed once (rule R30).
func (s *setup) queue(open func(context.Context, queueOf) error) source.SyncingSource {
	return &gatedSource{ready: s.feed.Ready(), open: open, opened: make(chan error, 1)}
}

type gatedSource struct {
	ready  <-chan struct{}
	open   func(context.Context, queueOf) error
	opened chan error
}

// String is what the log calls the source.
func (g *gatedSource) String() string { return "whatever may differ, once every kind has been listed" }

// Start implements source.Source.
func (g *gatedSource) Start(ctx context.Context, q queueOf) error {
	go func() {
		select {
		case <-ctx.Done():
			g.opened <- ctx.Err()
		case <-g.ready:
			g.opened <- g.open(ctx, q)
		}
	}()
	return nil
}

// WaitForSync implements source.SyncingSource.
func (g *gatedSource) WaitForSync(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-g.opened:
		g.opened <- err
		return err
	}
}

// enqueueAll enqueues every object of a kind.
func (s *setup) enqueueAll(ctx context.Context, kind directory.Kind, q queueOf) error {
	list, err := newList(s.mgr.GetScheme(), kind)
	if err != nil {
		return err
	}
	if err := s.mgr.GetClient().List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("listing %T from the cache: %w", list, err)
	}
	return apimeta.EachListItem(list, func(o runtime.Object) error {
		m, err := apimeta.Accessor(o)
		if err == nil {
			q.Add(request(m.GetNamespace(), m.GetName()))
		}
		return err
	})
}

// newList makes an empty list of a kind.
func newList(scheme *runtime.Scheme, kind directory.Kind) (client.ObjectList, error) {
	o, err := scheme.New(provostv1.GroupVersion.WithKind(string(kind) + "List"))
	if err != nil {
		return nil, err
	}
	return o.(client.ObjectList), nil
}

func request(namespace, name string) ctrl.Request {
	return ctrl.Request{NamespacedName: types.NamespacedName{Namespace: namespace, Name: name}}
}
