package access

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/controllers/internal/start"
)

// New makes a Reconciler. Live reads past the cache.
func New(objects client.Client, live client.Reader, now clock.PassiveClock, log Log) *Reconciler {
	return &Reconciler{client: objects, clock: now, log: log, handover: newHandover(), writes: &writes{live: live}}
}

// Setup adds a Reconciler to a manager, with so many workers. The Fanout says whom changes bear on.
func Setup(s *start.Starter, fanout *feed.Fanout, r *Reconciler, workers int) error {
	c, err := s.Controller("EffectivePermissions", workers, r)
	if err != nil {
		return err
	}
	// What was altered or deleted by hand is put back.
	objects := s.Manager.GetCache()
	hands := &byHand{seen: r.writes.seen, gone: r.log.Gone}
	if err := c.Watch(source.Kind(objects, client.Object(&provostv1.EffectivePermissions{}), hands)); err != nil {
		return err
	}
	return c.Watch(s.Opening(func(ctx context.Context, q start.Queue) error {
		fanout.OpenAccess(r.changed)
		people, err := everybody(ctx, fanout.Now(), objects)
		if err != nil {
			return err
		}
		r.handover.begin(ctx, func(priority int, people ...types.NamespacedName) { enqueue(q, priority, people) }, people)
		return nil
	}))
}

// changed takes in what the engine says now, on whom it bears, and what happened.
func (r *Reconciler) changed(now feed.Instant, people []types.NamespacedName, steps []*feed.Step) {
	r.log.Happened(steps)
	r.handover.changed(now, people)
}

// everybody is whoever have access in a namespace, and all of whom there is an object that says so.
func everybody(ctx context.Context, now feed.Instant, objects client.Reader) ([]types.NamespacedName, error) {
	var out []types.NamespacedName
	for _, person := range now.People() {
		for _, namespace := range now.Person(person, now.At).Namespaces {
			out = append(out, types.NamespacedName{Namespace: namespace, Name: person})
		}
	}
	list := &provostv1.EffectivePermissionsList{}
	if err := objects.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing %T from the cache: %w", list, err)
	}
	for i := range list.Items {
		out = append(out, client.ObjectKeyFromObject(&list.Items[i]))
	}
	return out, nil
}

// enqueue puts people on a queue.
func enqueue(q start.Queue, priority int, people []types.NamespacedName) {
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

// byHand enqueues EffectivePermissions that somebody else wrote or deleted, and tells what each was when it was deleted.
type byHand struct {
	handler.EnqueueRequestForObject
	seen func(*provostv1.EffectivePermissions) bool
	gone func(*provostv1.EffectivePermissions)
}

// Create implements handler.EventHandler.
func (h *byHand) Create(ctx context.Context, e event.CreateEvent, q start.Queue) {
	if o, ok := e.Object.(*provostv1.EffectivePermissions); !ok || !h.seen(o) {
		h.EnqueueRequestForObject.Create(ctx, e, q)
	}
}

// Update implements handler.EventHandler.
func (h *byHand) Update(ctx context.Context, e event.UpdateEvent, q start.Queue) {
	if o, ok := e.ObjectNew.(*provostv1.EffectivePermissions); !ok || !h.seen(o) {
		h.EnqueueRequestForObject.Update(ctx, e, q)
	}
}

// Delete implements handler.EventHandler.
func (h *byHand) Delete(ctx context.Context, e event.DeleteEvent, q start.Queue) {
	if o, ok := e.Object.(*provostv1.EffectivePermissions); ok && !e.DeleteStateUnknown {
		h.gone(o)
	}
	h.EnqueueRequestForObject.Delete(ctx, e, q)
}
