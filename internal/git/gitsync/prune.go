package gitsync

import (
	"context"
	"slices"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// release is the patch that gives an object up without changing anything else of it.
var release = client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"labels":{"`+provostv1.GitSyncLabel+`":null}}}`))

// prune deletes objects that the GitSync owns and Git no longer holds, the other
// way round than they were applied: what grants goes before what restricts. What
// it does is added to the changes.
//
// A Namespace is only given up: with it everything in it would go, also what no
// GitSync ever owned. So is the GitSync itself, which would otherwise saw off
// the branch on which it sits.
func (c *cluster) prune(ctx context.Context, gone []*unstructured.Unstructured, self ID, changes *Changes) error {
	var mu sync.Mutex
	var staged [][]*unstructured.Unstructured
	for _, objects := range byStage(gone, stageOf) {
		staged = append(staged, layered(objects, func(o *unstructured.Unstructured) *unstructured.Unstructured { return o })...)
	}
	for _, objects := range slices.Backward(staged) {
		err := c.stage(ctx, len(objects), func(ctx context.Context, i int) error {
			o := objects[i]
			id := idOf(o)
			kept := id.GroupVersionKind == namespaceKind || id == self
			var err error
			if kept {
				err = c.client.Patch(ctx, o, release, client.FieldOwner(FieldManager))
			} else {
				uid := o.GetUID()
				err = c.client.Delete(ctx, o, client.Preconditions{UID: &uid})
			}
			if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
				return nil // gone already, or another object by now
			}
			if err != nil {
				return pruneError(id, err)
			}
			mu.Lock()
			defer mu.Unlock()
			if kept {
				changes.Released = append(changes.Released, id)
				changes.note(id, o.GetResourceVersion())
			} else {
				changes.Deleted = append(changes.Deleted, id)
				changes.note(id, "")
			}
			return nil
		})
		if err != nil {
			return AsFailure(err, provostv1.ReasonPruneFailed)
		}
	}
	return nil
}

func pruneError(id ID, err error) error {
	reason := provostv1.ReasonPruneFailed
	if apierrors.IsForbidden(err) {
		reason = provostv1.ReasonForbidden
	}
	return failed(reason, "deleting %s: %w", id, err)
}
