package controllers

import (
	"context"
	"errors"
	"net/http"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// writes are the versions in which this process has written effective
// permissions and which the cache has not shown yet. What is decided by an
// older one may be wrong: a status seems to show less than it does.
type writes struct {
	// live reads past the cache.
	live client.Reader
	all  sync.Map // types.NamespacedName -> version; empty where the answer was lost
}

// wrote takes in how a write ended.
func (w *writes) wrote(o *provostv1.EffectivePermissions, err error) {
	key := client.ObjectKeyFromObject(o)
	switch {
	case err == nil:
		w.all.Store(key, o.ResourceVersion)
	case !refused(err):
		w.all.Store(key, "")
	}
}

// refused says that the API server has answered that it did not do what it was asked to.
func refused(err error) bool {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return false
	}
	code := status.Status().Code
	return code >= http.StatusBadRequest && code < http.StatusInternalServerError
}

// shown says whether the cache shows an object as it was last written by this
// process, or newer. Version is empty where the cache has no such object.
func (w *writes) shown(ctx context.Context, key types.NamespacedName, version string) (bool, error) {
	last, ok := w.all.Load(key)
	if !ok {
		return true, nil
	}
	if version == "" || last == "" {
		o := &provostv1.EffectivePermissions{}
		err := w.live.Get(ctx, key, o)
		if client.IgnoreNotFound(err) != nil || o.ResourceVersion != version {
			return false, err
		}
	} else if !reaches(version, last.(string)) {
		return false, nil
	}
	w.all.CompareAndDelete(key, last)
	return true, nil
}
