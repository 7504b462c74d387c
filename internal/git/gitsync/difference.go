package gitsync

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/plan"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/ownership"
)

// difference is what a commit would do to what the last good one left.
type difference struct {
	before *directory.Snapshot
	// changes are those that bear on access, and edits say them in words.
	changes []directory.Change
	edits   []plan.Edit
	// steps are all objects that the commit makes different: titles, and what
	// bears on nobody's access by itself, included.
	steps []authority.Step
	// places name the object of a step, and where it stands in the repository.
	places map[directory.ID]string
}

// differenceOf works out what the set would do to what people may do in the cluster.
func (r *run) differenceOf(ctx context.Context, set *Set) (*difference, error) {
	if r.Snapshot == nil {
		return nil, failed(provostv1.ReasonProgressing,
			"nothing was applied: spec.verify.authority asks what people may do in the cluster, and nobody says it")
	}
	before, err := r.Snapshot(ctx)
	if err != nil {
		return nil, failed(provostv1.ReasonProgressing, "nothing was applied: what the commit changes cannot be known yet: %w", err)
	}
	d := &difference{places: map[directory.ID]string{}}
	if d.before, err = r.asApplied(ctx, before); err != nil {
		return nil, err
	}
	for _, o := range set.Objects {
		if err := r.add(ctx, d, o); err != nil {
			return nil, err
		}
	}
	return d, r.addGone(ctx, d, set)
}

// asApplied is a snapshot with all as the last good commit has it: what somebody
// changed by hand in the meantime must not change what the next one is measured by.
func (r *run) asApplied(ctx context.Context, s *directory.Snapshot) (*directory.Snapshot, error) {
	r.recall(ctx)
	if r.state.set == nil {
		return s, nil
	}
	var changes []directory.Change
	for _, o := range r.state.set.Objects {
		record, err := r.record(o.Desired)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.Position, err)
		}
		if record == nil {
			continue
		}
		was, known := s.Record(engineID(o.ID))
		if record = keepLabels(was, record, o); !known || !reflect.DeepEqual(was, record) {
			changes = append(changes, directory.Upsert(record))
		}
	}
	if len(changes) == 0 {
		return s, nil
	}
	after, _ := s.With(changes...)
	return after, nil
}

// add adds what an object of the commit makes different.
func (r *run) add(ctx context.Context, d *difference, o *Object) error {
	old := r.lastGood(o.ID)
	if old != nil && old.digest == o.digest {
		return nil
	}
	record, err := r.record(o.Desired)
	if err != nil {
		return fmt.Errorf("%s: %w", o.Position, err)
	}
	id, place := engineID(o.ID), fmt.Sprintf("%s: %s", o.Position, o.ID)
	was, known := d.before.Record(id)
	if !known {
		was = nil
	}
	record = keepLabels(was, record, old)
	switch {
	case record == nil: // a GitSync
		same, err := r.sameSpec(ctx, o, old)
		if !same && err == nil {
			d.step(id, nil, nil, place)
		}
		return err
	case known && reflect.DeepEqual(was, record):
		if old != nil { // a title or the like; of what was not in Git before, that is not known
			d.step(id, was, record, place)
		}
		return nil
	}
	d.changes = append(d.changes, directory.Upsert(record))
	d.edits = append(d.edits, plan.EditsOf(was, record)...)
	d.step(id, was, record, place)
	return nil
}

// addGone adds what the commit no longer holds.
func (r *run) addGone(ctx context.Context, d *difference, set *Set) error {
	rule := ownership.Rule{GitSync: r.scope().Owner, Keep: r.gs.Spec.Prune != nil && !*r.gs.Spec.Prune}
	owner := ownership.Applier{GitSync: rule.GitSync}
	if rule.Keep {
		return nil
	}
	owned, err := r.owned(ctx)
	if err != nil {
		return err
	}
	for _, gone := range owned {
		id, place := engineID(gone), gone.String()+", which goes"
		if set.byID[gone] != nil || rule.Stays(id, owner) {
			continue
		}
		if old := r.lastGood(gone); old != nil {
			place = fmt.Sprintf("%s: %s", old.Position, place)
		}
		was, known := d.before.Record(id)
		if !known {
			d.step(id, nil, nil, place)
			continue
		}
		d.changes = append(d.changes, directory.Delete(id))
		d.edits = append(d.edits, plan.EditsOf(was, nil)...)
		d.step(id, was, nil, place)
	}
	return nil
}

func (d *difference) step(id directory.ID, before, after directory.Record, place string) {
	d.steps = append(d.steps, authority.Step{ID: id, Change: authority.Change{Before: before, After: after}})
	d.places[id] = place
}

// lastGood is an object as the last good commit has it; nil where it has none, or that commit is not known.
func (r *run) lastGood(id ID) *Object {
	if r.state.set == nil {
		return nil
	}
	return r.state.set.byID[id]
}

// sameSpec says whether an object of which the engine knows nothing is as it was:
// in the last good commit, or else in the cluster.
func (r *run) sameSpec(ctx context.Context, o, old *Object) (bool, error) {
	if old != nil {
		return false, nil // its digest differs
	}
	live := &unstructured.Unstructured{}
	live.SetGroupVersionKind(o.GroupVersionKind)
	err := r.Client.Get(ctx, client.ObjectKeyFromObject(o.Desired), live)
	if apierrors.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, readError(o.Kind, err)
	}
	return equality.Semantic.DeepEqual(o.Desired.Object["spec"], live.Object["spec"]), nil
}

// keepLabels gives a Namespace the labels that others put on it, which stay: those
// that it has and the last good commit does not say.
func keepLabels(was, record directory.Record, old *Object) directory.Record {
	var applied []string
	if old != nil {
		applied = slices.Collect(maps.Keys(old.Desired.GetLabels()))
	}
	return ownership.KeepLabels(was, record, applied)
}

func engineID(id ID) directory.ID {
	return directory.ID{Kind: directory.Kind(id.Kind), Namespace: id.Namespace, Name: id.Name}
}

// record is an object as the engine takes it; nil where it bears on nobody's access.
func (r *run) record(u *unstructured.Unstructured) (directory.Record, error) {
	typed, err := r.Client.Scheme().New(u.GroupVersionKind())
	if err != nil {
		return nil, err
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, typed); err != nil {
		return nil, err
	}
	object, ok := typed.(manifest.Object)
	if !ok {
		return nil, nil
	}
	return manifest.FromObject(object)
}

// owned are the objects that carry the GitSync's label, as the manager's caches know them.
func (r *run) owned(ctx context.Context) ([]ID, error) {
	scope := r.scope()
	c := &cluster{client: r.Client, owner: scope.Owner, namespace: scope.Namespace, workers: DefaultWorkers}
	if r.Cached == nil {
		all, err := c.inventory(ctx)
		out := make([]ID, 0, len(all))
		for id := range all {
			out = append(out, id)
		}
		return out, err
	}
	var out []ID
	for _, gvk := range c.kinds() {
		made, err := r.Client.Scheme().New(gvk.GroupVersion().WithKind(gvk.Kind + "List"))
		if err != nil {
			return nil, err
		}
		list := made.(client.ObjectList)
		if err := r.Cached.List(ctx, list, client.MatchingLabels{provostv1.GitSyncLabel: scope.Owner}, client.UnsafeDisableDeepCopy); err != nil {
			return nil, readError(gvk.Kind, err)
		}
		err = meta.EachListItem(list, func(item runtime.Object) error {
			l := item.(metav1.Object)
			out = append(out, ID{gvk, l.GetNamespace(), l.GetName()})
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
