package controllers

import (
	"context"
	"sync"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// standing is what is known of one EffectivePermissions, from one uid on.
type standing struct {
	// last is the newest generation of the object that was seen or written. The cache may show an older one.
	last *provostv1.EffectivePermissions
	// paid is the generation of which everything is in the log.
	paid int64
	// gone says that the object has been deleted, and that last is what it was then. One that is absent
	// without that said more at the end, perhaps, than is known: another leader may have written to it.
	gone bool
	// missed says that it was absent once without being known to have gone.
	missed bool
}

// standings are those of all objects that this process has looked at.
type standings struct {
	mu  sync.Mutex
	all map[types.NamespacedName]*standing
}

func newStandings() *standings { return &standings{all: map[types.NamespacedName]*standing{}} }

// of returns what is known of an object; nil where nothing is.
func (k *standings) of(key types.NamespacedName) *standing {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.all[key]
	if s == nil {
		return nil
	}
	now := *s
	return &now
}

// see takes in an object that was seen or written, and returns of which generation everything is in the log.
func (k *standings) see(o *provostv1.EffectivePermissions) (paid int64) {
	key := client.ObjectKeyFromObject(o)
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.all[key]
	if s == nil || s.last.UID != o.UID {
		s = &standing{last: o}
		k.all[key] = s
	}
	if o.Generation > s.last.Generation || o.Generation == s.last.Generation && !s.gone {
		s.last = o
	}
	return s.paid
}

// pay takes in that everything up to a generation of an object is in the log.
func (k *standings) pay(o *provostv1.EffectivePermissions, generation int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if s := k.all[client.ObjectKeyFromObject(o)]; s != nil && s.last.UID == o.UID {
		s.paid = max(s.paid, generation)
	}
}

// end takes in that an object has been deleted, and what it was then. One that was not looked at is not taken in.
func (k *standings) end(o *provostv1.EffectivePermissions) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.all[client.ObjectKeyFromObject(o)]
	if s == nil || s.last.UID != o.UID || s.gone {
		return
	}
	if s.gone = true; o.Generation >= s.last.Generation {
		s.last = o
	}
}

// missedBefore notes that an object is absent and not known to have gone, and says whether it was so before.
func (k *standings) missedBefore(key types.NamespacedName) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.all[key]
	if s == nil {
		return true
	}
	before := s.missed
	s.missed = true
	return before
}

func (k *standings) forget(key types.NamespacedName) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.all, key)
}

// emptied is an object as it is when nothing is left of what it said.
func emptied(o *provostv1.EffectivePermissions) *provostv1.EffectivePermissions {
	out := nameOf(o)
	out.Generation = o.Generation
	return out
}

// endings enqueues EffectivePermissions, and tells the recorder what each was when it was deleted.
type endings struct {
	handler.EnqueueRequestForObject
	audit *recorder
}

// Delete implements handler.EventHandler.
func (h *endings) Delete(ctx context.Context, e event.DeleteEvent, q workqueue.TypedRateLimitingInterface[reconcile.Request]) {
	if o, ok := e.Object.(*provostv1.EffectivePermissions); ok && h.audit != nil && !e.DeleteStateUnknown {
		h.audit.known.end(o)
	}
	h.EnqueueRequestForObject.Delete(ctx, e, q)
}
