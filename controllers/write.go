package controllers

import (
	"context"
	"reflect"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// write patches the status and says whether it came to that. The patch holds
// what differs, and the version that it differs from: where the cache is
// behind, it is refused and the object has to be looked at again, instead of
// mixing two states. The answer is asked for without the object's content, which is known.
func (r *statusReconciler) write(ctx context.Context, current, desired statusObject) (bool, error) {
	patch, err := client.MergeFromWithOptions(bare(current), client.MergeFromWithOptimisticLock{}).Data(bare(desired))
	if err != nil {
		return false, err
	}
	next := &metav1.PartialObjectMetadata{}
	next.SetGroupVersionKind(provostv1.GroupVersion.WithKind(string(r.Name)))
	next.SetNamespace(current.GetNamespace())
	next.SetName(current.GetName())
	err = r.client.Status().Patch(ctx, next, client.RawPatch(types.MergePatchType, patch))
	if err == nil && next.GetResourceVersion() != current.GetResourceVersion() {
		r.written.Store(client.ObjectKeyFromObject(current), written{current.GetResourceVersion(), next.GetResourceVersion()})
	}
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		logf.FromContext(ctx).V(1).Info("the object has changed meanwhile")
		return false, nil
	}
	return err == nil, err
}

// bare is an object without its spec: a group's list of members may be a hundred times as long as its status.
func bare(o statusObject) client.Object {
	of := reflect.ValueOf(o).Elem()
	out := reflect.New(of.Type())
	out.Elem().FieldByName("Status").Set(of.FieldByName("Status")) // every kind has one (Kubernetes API conventions)
	object := out.Interface().(client.Object)
	object.SetResourceVersion(o.GetResourceVersion())
	return object
}
