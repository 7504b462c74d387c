package controllers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/controllers/status"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/effective"
)

// childrenReconciler keeps the entities that have children from vanishing under
// them: one that is deleted stays in Terminating, and says which remain, until
// they are gone (rule R27). Only while an entity has children does it carry the
// finalizer, so that every other deletion needs nobody. In a namespace that is
// being deleted nothing is kept (rule R25).
type childrenReconciler struct {
	*shared
}

// Reconcile implements reconcile.TypedReconciler. It looks at one entity.
func (r *childrenReconciler) Reconcile(ctx context.Context, id directory.ID) (ctrl.Result, error) {
	o := newEntity(id.Kind)
	if o == nil {
		return ctrl.Result{}, nil
	}
	key := types.NamespacedName{Namespace: id.Namespace, Name: id.Name}
	// The cache's own object, which is not to be written to.
	if err := r.client.Get(ctx, key, o, client.UnsafeDisableDeepCopy); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	children, err := r.children(ctx, o)
	if err != nil {
		return ctrl.Result{}, err
	}
	keep := len(children) > 0
	if keep {
		going, err := r.namespaceGoes(ctx, id.Namespace)
		if err != nil {
			return ctrl.Result{}, err
		}
		keep = !going
	}
	has, deleting := controllerutil.ContainsFinalizer(o, provostv1.ChildrenFinalizer), o.GetDeletionTimestamp() != nil
	switch {
	case keep && deleting && has:
		return r.tell(ctx, o, children)
	case keep && !deleting && !has, !keep && has:
		return again(r.finalizer(ctx, o, keep))
	}
	return ctrl.Result{}, nil
}

// children are the objects that name an entity as their parent, those that are
// being deleted among them: they are gone when their objects are.
func (r *childrenReconciler) children(ctx context.Context, o entity) ([]string, error) {
	key := status.EntityKey(o)
	var out []string
	for _, level := range catalogue.Levels() {
		if !slices.Contains(level.Parents(), key.Level) {
			continue
		}
		list := entityLists[directory.Kind(level.String())]()
		err := r.client.List(ctx, list, client.InNamespace(key.Namespace), client.MatchingFields{parentField: effective.EntityName(key)}, client.UnsafeDisableDeepCopy)
		if err != nil {
			return nil, fmt.Errorf("listing what stands below %s: %w", effective.EntityName(key), err)
		}
		if err := apimeta.EachListItem(list, func(x runtime.Object) error {
			out = append(out, effective.EntityName(status.EntityKey(x.(entity))))
			return nil
		}); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(out, strings.Compare)
	return out, nil
}

func (r *childrenReconciler) namespaceGoes(ctx context.Context, name string) (bool, error) {
	ns := &corev1.Namespace{}
	err := r.client.Get(ctx, types.NamespacedName{Name: name}, ns, client.UnsafeDisableDeepCopy)
	if apierrors.IsNotFound(err) {
		return true, nil
	}
	return err == nil && ns.DeletionTimestamp != nil, err
}

// finalizer adds the finalizer or takes it away. The version goes with the
// patch, so that another one's finalizer is not written over.
func (r *childrenReconciler) finalizer(ctx context.Context, current entity, add bool) error {
	next := current.DeepCopyObject().(entity)
	if add {
		controllerutil.AddFinalizer(next, provostv1.ChildrenFinalizer)
	} else {
		controllerutil.RemoveFinalizer(next, provostv1.ChildrenFinalizer)
	}
	return r.client.Patch(ctx, next, client.MergeFromWithOptions(current, client.MergeFromWithOptimisticLock{}))
}

// tell says in an entity's status which children it waits for.
func (r *childrenReconciler) tell(ctx context.Context, current entity, children []string) (ctrl.Result, error) {
	next := current.DeepCopyObject().(entity)
	status.ChildrenRemain(next, children, r.clock.Now())
	if equality.Semantic.DeepEqual(current, next) {
		return ctrl.Result{}, nil
	}
	patch := client.MergeFromWithOptions(current, client.MergeFromWithOptimisticLock{})
	if err := r.client.Status().Patch(ctx, next.DeepCopyObject().(entity), patch); err != nil {
		return again(err)
	}
	r.events.announce(next, current.GetConditions(), next.GetConditions(), false)
	return ctrl.Result{}, nil
}

// entity is an object of one of the six entity kinds.
type entity interface {
	client.Object
	provostv1.Entity
}

// newEntity makes an empty entity of a kind that can have children; nil for any other kind.
func newEntity(kind directory.Kind) entity {
	level, ok := catalogue.ParseLevel(string(kind))
	if !ok || !slices.ContainsFunc(catalogue.Levels(), func(l catalogue.Level) bool { return slices.Contains(l.Parents(), level) }) {
		return nil
	}
	o, _ := feed.NewObject(kind).(entity)
	return o
}
