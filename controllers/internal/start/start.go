// Package start adds controllers to a manager. Their workers start once every kind
// has been listed: before that nothing is written, since nobody knows what there is
// (rule R30).
//
// The rule is in docs/concepts.md#r30.
package start

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

// Starter adds controllers to a manager.
type Starter struct {
	Manager manager.Manager
	// Ready is closed when every kind has been listed, and what an older release stored in another form has been written anew.
	Ready <-chan struct{}

	backlog Backlog
}

// Backlog is what the controllers have still to do.
func (s *Starter) Backlog() *Backlog { return &s.backlog }

// CacheSyncTimeout is none. A kind that cannot be listed keeps the replica from being
// ready, which says which one it is, while ending the process would say less.
const CacheSyncTimeout = 365 * 24 * time.Hour

// RateLimiter says when to try again what failed. Failures are the API server's: waiting
// longer than a while for one that is back helps nobody.
func RateLimiter[T comparable]() workqueue.TypedRateLimiter[T] {
	return workqueue.NewTypedItemExponentialFailureRateLimiter[T](20*time.Millisecond, 30*time.Second)
}

// Controller makes a controller of the manager.
func (s *Starter) Controller(name string, concurrency int, r reconcile.Reconciler) (controller.Controller, error) {
	return controller.New(name, s.Manager, controller.Options{
		Reconciler:              s.backlog.counted(name, orderly(r)),
		MaxConcurrentReconciles: concurrency,
		CacheSyncTimeout:        CacheSyncTimeout,
		RateLimiter:             RateLimiter[reconcile.Request](),
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

// Queue is that of a controller.
type Queue = workqueue.TypedRateLimitingInterface[reconcile.Request]

// Opening is a source that opens a controller's queue when every kind has been listed,
// and lets its workers start after that only.
func (s *Starter) Opening(open func(context.Context, Queue) error) source.SyncingSource {
	return &opening{ready: s.Ready, open: open, opened: make(chan error, 1), backlog: &s.backlog}
}

type opening struct {
	backlog *Backlog
	ready   <-chan struct{}
	open    func(context.Context, Queue) error
	opened  chan error
}

// String is what the log calls the source.
func (o *opening) String() string { return "whatever may differ, once every kind has been listed" }

// Start implements source.Source.
func (o *opening) Start(ctx context.Context, q Queue) error {
	o.backlog.add(q)
	go func() {
		select {
		case <-ctx.Done():
			o.opened <- ctx.Err()
		case <-o.ready:
			o.opened <- o.open(ctx, q)
		}
	}()
	return nil
}

// WaitForSync implements source.SyncingSource.
func (o *opening) WaitForSync(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-o.opened:
		o.opened <- err
		return err
	}
}

// Request names an object.
func Request(namespace, name string) ctrl.Request {
	return ctrl.Request{NamespacedName: types.NamespacedName{Namespace: namespace, Name: name}}
}
