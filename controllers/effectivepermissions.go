package controllers

import (
	"context"
	"maps"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/manifest/effective"
)

// accessReconciler keeps one EffectivePermissions for each person in each
// namespace where there is something to say, named after the person.
type accessReconciler struct {
	*shared
}

// Reconcile implements reconcile.Reconciler. The request names a namespace and a person.
func (r *accessReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	now := r.clock.Now()
	desired := effective.Status(r.directory.Snapshot(), req.Name, req.Namespace, now)
	current := &provostv1.EffectivePermissions{}
	// The cache's own object, which is not to be written to: there are as many as people, and most are as they should be.
	err := r.client.Get(ctx, req.NamespacedName, current, client.UnsafeDisableDeepCopy)
	if client.IgnoreNotFound(err) != nil {
		return ctrl.Result{}, err
	}
	exists := err == nil
	switch {
	case exists && current.DeletionTimestamp != nil:
		return ctrl.Result{}, nil
	case effective.Empty(&desired):
		if !exists {
			return ctrl.Result{}, nil
		}
		return again(r.client.Delete(ctx, nameOf(current), client.Preconditions{UID: &current.UID, ResourceVersion: &current.ResourceVersion}))
	case !exists:
		return r.create(ctx, req, desired, now)
	}
	desired.Conditions = accessConditions(current.Status.Conditions, current.Generation, now)
	if equality.Semantic.DeepEqual(current.Status, desired) {
		return ctrl.Result{}, nil
	}
	// Without a status subresource every write is a new generation. The version goes with the write, so that this is the next one.
	desired.Conditions = accessConditions(current.Status.Conditions, current.Generation+1, now)
	next := nameOf(current)
	next.Labels, next.Annotations, next.Status = maps.Clone(current.Labels), maps.Clone(current.Annotations), desired
	return again(r.client.Update(ctx, next))
}

func (r *accessReconciler) create(ctx context.Context, req ctrl.Request, s provostv1.EffectivePermissionsStatus, now time.Time) (ctrl.Result, error) {
	ns := &corev1.Namespace{}
	err := r.client.Get(ctx, types.NamespacedName{Name: req.Namespace}, ns, client.UnsafeDisableDeepCopy)
	if client.IgnoreNotFound(err) != nil {
		return ctrl.Result{}, err
	}
	if err == nil && ns.DeletionTimestamp != nil {
		return ctrl.Result{}, nil // what is in it goes, and nothing new may come
	}
	s.Conditions = accessConditions(nil, 1, now)
	return again(r.client.Create(ctx, &provostv1.EffectivePermissions{
		ObjectMeta: metav1.ObjectMeta{Namespace: req.Namespace, Name: req.Name},
		Status:     s,
	}))
}

// accessConditions are those of every EffectivePermissions: it is written when its content is known.
func accessConditions(current []metav1.Condition, generation int64, now time.Time) []metav1.Condition {
	ready := finding{good, provostv1.ReasonSucceeded, "This is what the person may do in this namespace."}
	return conditions(current, generation, metav1.NewTime(now), ready, nil)
}

// nameOf is an object that names, in this version, the one in the cache.
func nameOf(o *provostv1.EffectivePermissions) *provostv1.EffectivePermissions {
	return &provostv1.EffectivePermissions{ObjectMeta: metav1.ObjectMeta{
		Namespace: o.Namespace, Name: o.Name, UID: o.UID, ResourceVersion: o.ResourceVersion,
	}}
}
