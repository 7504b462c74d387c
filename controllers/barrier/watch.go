package barrier

import (
	"context"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// Watch has the Barrier hear, on every replica, what GitSyncs say of themselves; wake
// is called each time. Without that it would learn of the end of an apply a little later, by asking.
func (b *Barrier) Watch(ctx context.Context, objects cache.Cache, wake func()) {
	var informer cache.Informer
	err := wait.PollUntilContextCancel(ctx, time.Second, true, func(ctx context.Context) (bool, error) {
		var err error
		informer, err = objects.GetInformer(ctx, &provostv1.GitSync{}, cache.BlockUntilSynced(false))
		return err == nil, nil // the kind may not be there yet
	})
	if err != nil {
		return
	}
	tell := func(o any, gone bool) {
		if unknown, ok := o.(toolscache.DeletedFinalStateUnknown); ok {
			o = unknown.Obj
		}
		if gs, ok := o.(*provostv1.GitSync); ok {
			b.told(gs, gone)
			wake()
		}
	}
	// An informer that was stopped already means that the process ends.
	_, _ = informer.AddEventHandler(toolscache.ResourceEventHandlerFuncs{
		AddFunc:    func(o any) { tell(o, false) },
		UpdateFunc: func(_, o any) { tell(o, false) },
		DeleteFunc: func(o any) { tell(o, true) },
	})
}

// OwnersOf are the labels of the GitSyncs that own one of these versions of an object.
func OwnersOf(versions ...any) []string {
	var out []string
	for _, v := range versions {
		o, ok := v.(client.Object)
		if !ok || o == nil {
			continue
		}
		if owner := o.GetLabels()[provostv1.GitSyncLabel]; owner != "" && !slices.Contains(out, owner) {
			out = append(out, owner)
		}
	}
	return out
}
