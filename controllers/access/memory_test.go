package access

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// memory is an API server that holds effective permissions, with a cache that
// lags behind. Some requests get lost on their way, and of some the answer.
type memory struct {
	client.Client // nothing else is asked for
	mu            sync.Mutex
	dice          *rand.Rand
	version       int
	objects       map[types.NamespacedName]*provostv1.EffectivePermissions
	cached        map[types.NamespacedName]*provostv1.EffectivePermissions
	events        chan types.NamespacedName
	told          map[types.NamespacedName][]*provostv1.EffectivePermissions // what the events will show
	writes        map[types.NamespacedName]int
	// faults is one in how many requests goes wrong; 0 for none.
	faults int
	// broken is an object that cannot be written to, and ending a namespace that is being deleted.
	broken types.NamespacedName
	ending string
	// changed is told of every write, with all that is there then.
	changed func(types.NamespacedName)
}

var errLost = errors.New("lost, by the test")

func newMemory(dice *rand.Rand) *memory {
	return &memory{
		dice: dice, objects: map[types.NamespacedName]*provostv1.EffectivePermissions{},
		cached: map[types.NamespacedName]*provostv1.EffectivePermissions{}, events: make(chan types.NamespacedName, 100000),
		told: map[types.NamespacedName][]*provostv1.EffectivePermissions{}, writes: map[types.NamespacedName]int{},
		changed: func(types.NamespacedName) {},
	}
}

// Get reads from the cache.
func (m *memory) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ns, ok := into.(*corev1.Namespace); ok {
		if ns.Name = key.Name; key.Name == m.ending {
			ns.DeletionTimestamp = &metav1.Time{Time: noon}
		}
		return nil
	}
	return give(m.cached[key], into)
}

func give(o *provostv1.EffectivePermissions, into client.Object) error {
	if o == nil {
		return apierrors.NewNotFound(schema.GroupResource{}, "")
	}
	*into.(*provostv1.EffectivePermissions) = *o
	return nil
}

// Create implements client.Client.
func (m *memory) Create(_ context.Context, o client.Object, _ ...client.CreateOption) error {
	return m.write(o.(*provostv1.EffectivePermissions), func(next, there *provostv1.EffectivePermissions) error {
		if there != nil {
			return apierrors.NewAlreadyExists(schema.GroupResource{}, next.Name)
		}
		next.UID, next.Generation = types.UID("uid-"+strconv.Itoa(m.version)), 1
		return nil
	})
}

// Update implements client.Client.
func (m *memory) Update(_ context.Context, o client.Object, _ ...client.UpdateOption) error {
	return m.write(o.(*provostv1.EffectivePermissions), func(next, there *provostv1.EffectivePermissions) error {
		if err := same(there, &next.ResourceVersion); err != nil {
			return err
		}
		next.Generation = there.Generation + 1
		return nil
	})
}

// Delete implements client.Client.
func (m *memory) Delete(_ context.Context, o client.Object, options ...client.DeleteOption) error {
	d := &client.DeleteOptions{}
	for _, option := range options {
		option.ApplyToDelete(d)
	}
	next := &provostv1.EffectivePermissions{ObjectMeta: metav1.ObjectMeta{Namespace: o.GetNamespace(), Name: o.GetName()}}
	return m.write(next, func(next, there *provostv1.EffectivePermissions) error {
		next.DeletionTimestamp = &metav1.Time{Time: noon}
		return same(there, d.Preconditions.ResourceVersion)
	})
}

func same(there *provostv1.EffectivePermissions, version *string) error {
	if there == nil {
		return apierrors.NewNotFound(schema.GroupResource{}, "")
	}
	if there.ResourceVersion != *version {
		return apierrors.NewConflict(schema.GroupResource{}, there.Name, errLost)
	}
	return nil
}

// write makes an object what it is to be.
func (m *memory) write(o *provostv1.EffectivePermissions, check func(next, there *provostv1.EffectivePermissions) error) error {
	m.pause()
	defer m.pause()
	m.mu.Lock()
	defer m.mu.Unlock()
	key := client.ObjectKeyFromObject(o)
	if m.goesWrong() {
		return errLost
	}
	if key == m.broken {
		return apierrors.NewForbidden(schema.GroupResource{}, key.Name, errLost)
	}
	next := o.DeepCopy()
	if err := check(next, m.objects[key]); err != nil {
		return err
	}
	m.version++
	m.writes[key]++
	next.ResourceVersion = strconv.Itoa(m.version)
	if next.DeletionTimestamp != nil {
		delete(m.objects, key)
		m.told[key] = append(m.told[key], nil)
	} else {
		m.objects[key] = next
		m.told[key] = append(m.told[key], next)
	}
	m.events <- key
	m.changed(key)
	if m.goesWrong() {
		return errLost
	}
	o.ResourceVersion, o.UID, o.Generation = next.ResourceVersion, next.UID, next.Generation
	return nil
}

func (m *memory) goesWrong() bool { return m.faults > 0 && m.dice.IntN(m.faults) == 0 }

// pause lets others go first for a moment.
func (m *memory) pause() {
	m.mu.Lock()
	long := time.Duration(m.dice.IntN(300)) * time.Microsecond
	m.mu.Unlock()
	time.Sleep(long)
}

// hear has the cache take in one event.
func (m *memory) hear(key types.NamespacedName) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cached[key] = m.told[key][0]; m.cached[key] == nil {
		delete(m.cached, key)
	}
	m.told[key] = m.told[key][1:]
}

// liveMemory reads past the cache.
type liveMemory struct {
	client.Reader
	m *memory
}

// Get implements client.Reader.
func (l liveMemory) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	l.m.mu.Lock()
	defer l.m.mu.Unlock()
	return give(l.m.objects[key], into)
}
