package controllers

import (
	"context"
	"time"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/source"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/internal/engine/directory"
)

// parentField is the cache's index of entities by the parent that they name, as Kind/name.
const parentField = "provost.dev/parent"

// entityLists make an empty list of each kind of entity.
var entityLists = map[directory.Kind]func() client.ObjectList{
	directory.KindOrganisation: listOf[provostv1.OrganisationList],
	directory.KindCampus:       listOf[provostv1.CampusList],
	directory.KindCourse:       listOf[provostv1.CourseList],
	directory.KindModule:       listOf[provostv1.ModuleList],
	directory.KindSession:      listOf[provostv1.SessionList],
	directory.KindTask:         listOf[provostv1.TaskList],
}

// addChildren adds what keeps entities that have children. It follows objects
// and not the engine: for that, what is being deleted is absent already.
func (s *setup) addChildren() error {
	c, err := controller.NewTyped("Children", s.mgr, controller.TypedOptions[directory.ID]{
		Reconciler:              &childrenReconciler{s.shared},
		MaxConcurrentReconciles: max(s.Concurrency/4, 1),
		CacheSyncTimeout:        365 * 24 * time.Hour, // as in controller
		RateLimiter:             workqueue.NewTypedItemExponentialFailureRateLimiter[directory.ID](20*time.Millisecond, 30*time.Second),
	})
	if err != nil {
		return err
	}
	if err := c.Watch(whenListed{s.feed.Ready()}); err != nil {
		return err
	}
	for kind := range entityLists {
		object := feed.NewObject(kind)
		err := s.mgr.GetFieldIndexer().IndexField(context.Background(), object, parentField, func(o client.Object) []string {
			if parent := parentOf(o); parent != (directory.ID{}) {
				return []string{string(parent.Kind) + "/" + parent.Name}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := c.Watch(source.TypedKind(s.mgr.GetCache(), object, withParent(kind))); err != nil {
			return err
		}
	}
	return c.Watch(source.TypedKind(s.mgr.GetCache(), feed.NewObject(directory.KindNamespace), s.inNamespace()))
}

// withParent has an entity looked at, and the parents that it has or had.
func withParent(kind directory.Kind) handler.TypedEventHandler[client.Object, directory.ID] {
	type queue = workqueue.TypedRateLimitingInterface[directory.ID]
	add := func(q queue, objects ...client.Object) {
		for _, o := range objects {
			q.Add(directory.ID{Kind: kind, Namespace: o.GetNamespace(), Name: o.GetName()})
			if parent := parentOf(o); parent != (directory.ID{}) {
				q.Add(parent)
			}
		}
	}
	return handler.TypedFuncs[client.Object, directory.ID]{
		CreateFunc: func(_ context.Context, e event.TypedCreateEvent[client.Object], q queue) { add(q, e.Object) },
		DeleteFunc: func(_ context.Context, e event.TypedDeleteEvent[client.Object], q queue) { add(q, e.Object) },
		UpdateFunc: func(_ context.Context, e event.TypedUpdateEvent[client.Object], q queue) {
			add(q, e.ObjectOld, e.ObjectNew)
		},
	}
}

// parentOf is the entity that an object names as its parent; zero where it names none.
func parentOf(o client.Object) directory.ID {
	e, ok := o.(entity)
	if !ok || e.GetParentRef() == nil {
		return directory.ID{}
	}
	p := e.GetParentRef()
	return directory.ID{Kind: directory.Kind(p.Kind), Namespace: o.GetNamespace(), Name: string(p.Name)}
}

// inNamespace has every entity of a namespace looked at that is being deleted.
func (s *setup) inNamespace() handler.TypedEventHandler[client.Object, directory.ID] {
	return handler.TypedEnqueueRequestsFromMapFunc(func(ctx context.Context, ns client.Object) []directory.ID {
		if ns.GetDeletionTimestamp() == nil {
			return nil
		}
		var out []directory.ID
		for kind, list := range entityLists {
			all := list()
			if err := s.shared.client.List(ctx, all, client.InNamespace(ns.GetName()), client.UnsafeDisableDeepCopy); err != nil {
				continue // the cache has not been listed yet, and what comes with the list is looked at anyway
			}
			_ = apimeta.EachListItem(all, func(o runtime.Object) error {
				out = append(out, directory.ID{Kind: kind, Namespace: ns.GetName(), Name: o.(client.Object).GetName()})
				return nil
			})
		}
		return out
	})
}

// whenListed brings nothing, and lets the workers start once every kind has
// been listed: before, nobody knows what stands below what (rule R30).
type whenListed struct{ ready <-chan struct{} }

// String is what the log calls the source.
func (whenListed) String() string { return "every kind listed" }

// Start implements source.TypedSource.
func (whenListed) Start(context.Context, workqueue.TypedRateLimitingInterface[directory.ID]) error {
	return nil
}

// WaitForSync implements source.TypedSyncingSource.
func (w whenListed) WaitForSync(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-w.ready:
		return nil
	}
}
