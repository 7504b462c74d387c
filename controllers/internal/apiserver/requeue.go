package apiserver

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
)

// Behind is how long the cache gets to catch up.
const Behind = 50 * time.Millisecond

// Again has an object looked at again that was not as the cache said.
func Again(err error) (ctrl.Result, error) {
	switch {
	case err == nil:
		return ctrl.Result{}, nil
	case apierrors.IsConflict(err), apierrors.IsAlreadyExists(err):
		return ctrl.Result{RequeueAfter: Behind}, nil
	case apierrors.IsNotFound(err), apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause):
		return ctrl.Result{}, nil // the object or its namespace has gone; if it is to come back, it is called for again
	default:
		return ctrl.Result{}, err
	}
}

// Later has an object looked at again, after everything that is more urgent.
func Later(wait time.Duration) ctrl.Result {
	return ctrl.Result{RequeueAfter: wait, Priority: ptr.To(handler.LowPriority)}
}

// NamespaceState is what is so of a namespace.
type NamespaceState int

const (
	// NamespaceGone is one that the cache does not have, or not yet.
	NamespaceGone NamespaceState = iota
	// NamespaceThere is one as usual.
	NamespaceThere
	// NamespaceEnding is being deleted: nothing new may come into it, events neither.
	NamespaceEnding
)

// Namespace looks at a namespace in the cache.
func Namespace(ctx context.Context, objects client.Reader, name string) (NamespaceState, error) {
	ns := &corev1.Namespace{}
	err := objects.Get(ctx, types.NamespacedName{Name: name}, ns, client.UnsafeDisableDeepCopy)
	switch {
	case apierrors.IsNotFound(err):
		return NamespaceGone, nil
	case err != nil:
		return NamespaceGone, err
	case ns.DeletionTimestamp != nil:
		return NamespaceEnding, nil
	default:
		return NamespaceThere, nil
	}
}
