package gitsync

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/directory"
	"provost.dev/provost/internal/gitrepo"
	"provost.dev/provost/internal/guard"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/plan"
)

// guard holds a commit back that takes too much access away at once, or gives too
// much: measured on what people may do in the cluster now, and would after it.
// What was let through once is not asked about again: neither drift that is put
// back, nor a commit that another process began to apply.
func (r *run) guard(ctx context.Context, set *Set, commit *gitrepo.Commit, revision string) error {
	if r.Snapshot == nil || sameCommit(r.gs.Status.LastAppliedRevision, commit) {
		return nil
	}
	if allowed := r.gs.Annotations[provostv1.AllowRemovalsAnnotation]; allowed == revision || sameCommit(allowed, commit) {
		return nil
	}
	if a := r.gs.Status.Apply; a != nil && a.FinishedAt == nil && sameCommit(a.Revision, commit) {
		return nil
	}
	limits, err := r.limits(ctx)
	if err != nil {
		return err
	}
	before, err := r.Snapshot(ctx)
	if err != nil {
		return failed(provostv1.ReasonProgressing, "nothing was applied: what the commit takes away cannot be known yet: %w", err)
	}
	if before, err = r.asApplied(ctx, before); err != nil {
		return err
	}
	changes, edits, err := r.changes(ctx, set, before)
	if err != nil || len(changes) == 0 {
		return err
	}
	after, delta := before.With(changes...)
	p := plan.Make(plan.Input{Before: before, After: after, Delta: delta, Edits: edits, Now: time.Now()})
	held := guard.Held(guard.Check(p, limits, guard.Allowances(commit.Message)))
	if len(held) == 0 {
		return nil
	}
	var lines []string
	trailers := map[string]int{}
	for _, f := range held {
		lines = append(lines, f.Message)
		name, _, _ := strings.Cut(f.Trailer, ":")
		trailers[name] = max(trailers[name], f.Number)
	}
	for _, name := range []string{guard.TrailerRemovals, guard.TrailerSensitive, guard.TrailerAdministrators} {
		if n, ok := trailers[name]; ok {
			lines = append(lines, fmt.Sprintf("%s: %d", name, n))
		}
	}
	return stalled(provostv1.ReasonRemovalGuarded, "%s is held back, and the revision before it stays. If it is meant, push a commit on top of it whose message has what follows as lines of their own (git commit --allow-empty --trailer ...):\n%s", revision, shorten(lines))
}

// limits are those of the GitSync, or else of the Platform in the cluster: no
// commit loosens the guard that it has to pass.
func (r *run) limits(ctx context.Context) (guard.Limits, error) {
	g := r.gs.Spec.RemovalGuard
	if g == nil {
		platform := &provostv1.Platform{}
		err := r.Client.Get(ctx, client.ObjectKey{Name: directory.PlatformName}, platform)
		switch {
		case err == nil:
			g = platform.Spec.RemovalGuard
		case !apierrors.IsNotFound(err):
			return guard.Limits{}, readError("the Platform", err)
		}
	}
	limits := guard.LimitsOf(g)
	if r.gs.Status.LastAppliedRevision == "" {
		limits.SensitivePeople = 0 // all of the first commit is new
	}
	return limits, nil
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
		if was, known := s.Record(engineID(o.ID)); !known || !reflect.DeepEqual(was, record) {
			changes = append(changes, directory.Upsert(record))
		}
	}
	if len(changes) == 0 {
		return s, nil
	}
	after, _ := s.With(changes...)
	return after, nil
}

// changes are what the set would do to what the engine knows.
func (r *run) changes(ctx context.Context, set *Set, before *directory.Snapshot) ([]directory.Change, []plan.Edit, error) {
	var changes []directory.Change
	var edits []plan.Edit
	add := func(id directory.ID, after directory.Record) {
		was, known := before.Record(id)
		switch {
		case after == nil && !known, known && after != nil && reflect.DeepEqual(was, after):
			return
		case after == nil:
			changes = append(changes, directory.Delete(id))
		default:
			changes = append(changes, directory.Upsert(after))
		}
		if !known {
			was = nil
		}
		edits = append(edits, plan.EditsOf(was, after)...)
	}
	for _, o := range set.Objects {
		if old := r.state.set; old != nil && old.byID[o.ID] != nil && old.byID[o.ID].digest == o.digest {
			continue
		}
		record, err := r.record(o.Desired)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", o.Position, err)
		}
		if record != nil {
			add(engineID(o.ID), record)
		}
	}
	if r.gs.Spec.Prune != nil && !*r.gs.Spec.Prune {
		return changes, edits, nil
	}
	owned, err := r.owned(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range owned {
		if set.byID[id] == nil && id.GroupVersionKind != namespaceKind {
			add(engineID(id), nil)
		}
	}
	return changes, edits, nil
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

// sameCommit says whether a revision is of the commit.
func sameCommit(revision string, c *gitrepo.Commit) bool {
	return revision != "" && revision[strings.LastIndexByte(revision, ':')+1:] == c.Hash.String()
}
