package gitsync

import (
	"context"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// singlyMost is how many objects are read one by one where only some look
// different; with more, whole kinds are listed.
const singlyMost = 200

// view is what has to be looked at to make the cluster hold a set.
type view struct {
	// objects are those that may not be as they should be, and known is how the
	// cluster has them; what is not in known does not exist.
	objects []*Object
	known   live
	// gone are objects that the GitSync owns and the set does not hold.
	gone []*unstructured.Unstructured
	// seen takes in what is found to be, or made to be, as it should be.
	seen lastSeen
}

func (v *view) nothing() bool { return len(v.objects) == 0 && len(v.gone) == 0 }

// viewOf finds what has to be looked at. Caches only ever decide what need not
// be; everything else is read from the API server itself.
func (r *run) viewOf(ctx context.Context, c *cluster, set *Set) (*view, error) {
	prune := r.gs.Spec.Prune == nil || *r.gs.Spec.Prune
	if r.state.seen != nil && r.Cached != nil && !r.thorough {
		different, extra, err := r.different(ctx, c, set, prune)
		if err != nil {
			return nil, err
		}
		if len(different)+len(extra) <= singlyMost {
			return c.lookAt(ctx, different, extra, r.state.seen)
		}
	}
	owned, err := c.inventory(ctx)
	if err != nil {
		return nil, err
	}
	v := &view{objects: set.Objects, known: maps.Clone(owned), seen: make(lastSeen, len(set.Objects))}
	if err := c.look(ctx, set, v.known); err != nil {
		return nil, err
	}
	for id, o := range owned {
		if set.byID[id] == nil && prune {
			v.add(o)
		}
	}
	return v, nil
}

// add adds an object that the set does not hold, unless somebody deleted it already.
func (v *view) add(o *unstructured.Unstructured) {
	if o.GetDeletionTimestamp() == nil {
		v.gone = append(v.gone, o)
	}
}

// lookAt reads single objects.
func (c *cluster) lookAt(ctx context.Context, objects []*Object, extra []ID, seen lastSeen) (*view, error) {
	ids := make([]ID, 0, len(objects)+len(extra))
	for _, o := range objects {
		ids = append(ids, o.ID)
	}
	known, err := c.get(ctx, append(ids, extra...))
	if err != nil {
		return nil, err
	}
	v := &view{objects: objects, known: known, seen: seen}
	for _, id := range extra {
		o := known[id]
		if o == nil || o.GetLabels()[provostv1.GitSyncLabel] != c.owner {
			delete(seen, id)
			continue
		}
		v.add(o)
	}
	return v, nil
}

// different finds, in the manager's caches, the objects of the set that do not look
// as they did when they were as the set says, and those that the set does not hold.
func (r *run) different(ctx context.Context, c *cluster, set *Set, prune bool) (different []*Object, extra []ID, err error) {
	inPlace := make(map[ID]bool, len(set.Objects))
	more := map[ID]bool{}
	for id := range r.state.seen { // what was written a moment ago may not be in the caches yet
		if set.byID[id] == nil && prune {
			more[id] = true
		}
	}
	for _, gvk := range c.kinds() {
		made, err := r.Client.Scheme().New(gvk.GroupVersion().WithKind(gvk.Kind + "List"))
		if err != nil {
			return nil, nil, err
		}
		list := made.(client.ObjectList)
		err = r.Cached.List(ctx, list, client.MatchingLabels{provostv1.GitSyncLabel: c.owner}, client.UnsafeDisableDeepCopy)
		if err != nil {
			return nil, nil, readError(gvk.Kind, err)
		}
		err = meta.EachListItem(list, func(item runtime.Object) error {
			l := item.(metav1.Object)
			id := ID{gvk, l.GetNamespace(), l.GetName()}
			switch o := set.byID[id]; {
			case o != nil:
				inPlace[id] = r.state.seen.inPlace(o, l)
			case prune:
				more[id] = true
			}
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
	}
	for _, o := range set.Objects {
		if !inPlace[o.ID] {
			different = append(different, o)
		}
	}
	return different, slices.Collect(maps.Keys(more)), nil
}
