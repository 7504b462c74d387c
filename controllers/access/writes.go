package access

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/internal/apiserver"
)

// writes are what this process has written of effective permissions and the
// cache has not shown yet: a status that seems to show less than it does would
// let others gain what its person has lost.
type writes struct {
	// live reads past the cache.
	live client.Reader
	all  sync.Map // types.NamespacedName -> *ownWrite
}

// ownWrite is the last write of one object.
type ownWrite struct {
	// version is that of the object then, or before it was deleted; empty where the answer was lost.
	version string
	gone    bool
	shows   holdings
	// looked says that a reconciliation found the cache behind, and is to be made again when it is not any more.
	looked atomic.Bool
}

// wrote takes in how a write ended, and says whether it is known of the object now that it shows what was written, or has gone.
func (w *writes) wrote(o *provostv1.EffectivePermissions, err error) (known bool) {
	switch {
	case err == nil:
		w.all.Store(client.ObjectKeyFromObject(o), &ownWrite{version: o.ResourceVersion, shows: shownBy(&o.Status)})
		return true
	case apierrors.IsNotFound(err) && o.ResourceVersion != "":
		w.deleted(o)
		return true
	case !refused(err):
		w.all.Store(client.ObjectKeyFromObject(o), &ownWrite{})
	}
	return false
}

// deleted takes in that an object was deleted, as it was then.
func (w *writes) deleted(o *provostv1.EffectivePermissions) {
	w.all.Store(client.ObjectKeyFromObject(o), &ownWrite{version: o.ResourceVersion, gone: true})
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

// newest is what somebody's object shows, of which the cache has the given version
// or, where that is nil, none. It says too whether the cache shows the same.
func (w *writes) newest(
	ctx context.Context, key types.NamespacedName, cached *provostv1.EffectivePermissions,
) (shows func() holdings, same bool, err error) {
	inCache := func() holdings { return showsOf(cached) }
	entry, ok := w.all.Load(key)
	if !ok {
		return inCache, true, nil
	}
	last := entry.(*ownWrite)
	last.looked.Store(true)
	switch {
	case last.version == "" || cached == nil && !last.gone:
		o := &provostv1.EffectivePermissions{}
		err := w.live.Get(ctx, key, o)
		if client.IgnoreNotFound(err) != nil {
			return nil, false, err
		}
		if o.ResourceVersion != versionOf(cached) {
			return func() holdings { return shownBy(&o.Status) }, false, nil
		}
	case cached == nil:
	case last.gone && apiserver.Reaches(last.version, cached.ResourceVersion):
		return func() holdings { return nil }, false, nil
	case !apiserver.Reaches(cached.ResourceVersion, last.version):
		return func() holdings { return last.shows }, false, nil
	}
	w.all.CompareAndDelete(key, entry)
	return inCache, true, nil
}

// seen takes in a version of an object that the cache shows now, and says whether there is nothing to be done
// about that: this process wrote it, and nobody has looked since.
func (w *writes) seen(o *provostv1.EffectivePermissions) bool {
	key := client.ObjectKeyFromObject(o)
	entry, ok := w.all.Load(key)
	if !ok {
		return false
	}
	last := entry.(*ownWrite)
	return last.version == o.ResourceVersion && !last.gone && !last.looked.Load() && w.all.CompareAndDelete(key, entry)
}

func showsOf(o *provostv1.EffectivePermissions) holdings {
	if o == nil {
		return nil
	}
	return shownBy(&o.Status)
}

// versionOf is the version of an object; empty where there is none.
func versionOf(o *provostv1.EffectivePermissions) string {
	if o == nil {
		return ""
	}
	return o.ResourceVersion
}
