package recorder

import (
	"sync"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// lastSeen is what is known of one EffectivePermissions, from one uid on.
type lastSeen struct {
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

// known is what this process knows of all objects that it has seen or written.
type known struct {
	mu  sync.Mutex
	all map[types.NamespacedName]*lastSeen
}

func newKnown() *known { return &known{all: map[types.NamespacedName]*lastSeen{}} }

// of returns what is known of an object; nil where nothing is.
func (k *known) of(key types.NamespacedName) *lastSeen {
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
func (k *known) see(o *provostv1.EffectivePermissions) (paid int64) {
	key := client.ObjectKeyFromObject(o)
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.all[key]
	if s == nil || s.last.UID != o.UID {
		s = &lastSeen{last: o}
		k.all[key] = s
	}
	if o.Generation > s.last.Generation || o.Generation == s.last.Generation && !s.gone {
		s.last = o
	}
	return s.paid
}

// pay takes in that everything up to a generation of an object is in the log.
func (k *known) pay(o *provostv1.EffectivePermissions, generation int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if s := k.all[client.ObjectKeyFromObject(o)]; s != nil && s.last.UID == o.UID {
		s.paid = max(s.paid, generation)
	}
}

// end takes in that an object has been deleted, and what it was then. One that was not seen is not taken in.
func (k *known) end(o *provostv1.EffectivePermissions) {
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
func (k *known) missedBefore(key types.NamespacedName) bool {
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

func (k *known) forget(key types.NamespacedName) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.all, key)
}
