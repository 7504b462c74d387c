package gitsync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/fluxcd/pkg/ssa"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// Changes are what a run wrote.
type Changes struct {
	Created, Updated, Deleted []ID
	// Released are objects that lost the owner's label and nothing else.
	Released []ID
	// Pending are objects that somebody deleted and that are not gone yet; they
	// are created again when they are.
	Pending []ID
	// Versions are the resource versions that what was written has since; what was deleted has none.
	Versions map[ID]string
}

// note takes in that an object was written; the version is "" for one that was deleted.
func (c *Changes) note(id ID, version string) {
	if c.Versions == nil {
		c.Versions = map[ID]string{}
	}
	c.Versions[id] = version
}

// Writes is how many objects were written.
func (c *Changes) Writes() int {
	return len(c.Created) + len(c.Updated) + len(c.Deleted) + len(c.Released)
}

// String counts them: 3 created, 1 updated, 0 deleted.
func (c *Changes) String() string {
	return fmt.Sprintf("%d created, %d updated, %d deleted", len(c.Created), len(c.Updated), len(c.Deleted))
}

// Names lists some of what was written.
func (c *Changes) Names() string {
	return Names(slices.Concat(c.Created, c.Updated, c.Deleted, c.Released))
}

// conflicts refuses to take what another GitSync owns. A label whose GitSync no
// longer exists protects nothing, and none does where that GitSync may not apply (rule R40). The owners are the GitSyncs
// that there are, by their labels.
func conflicts(objects []*Object, known live, self string, owners func() (map[string]*provostv1.GitSync, error)) error {
	var taken []string
	for _, o := range objects {
		l := known[o.ID]
		if l == nil {
			continue
		}
		label := l.GetLabels()[provostv1.GitSyncLabel]
		if label == "" || label == self {
			continue
		}
		exist, err := owners()
		if err != nil {
			return err
		}
		if owner := exist[label]; owner != nil && ScopeOf(owner).reaches(o.GroupVersionKind, o.Namespace) {
			taken = append(taken, fmt.Sprintf("%s (%s) belongs to GitSync %s/%s", o.ID, o.Position, owner.Namespace, owner.Name))
		}
	}
	if len(taken) == 0 {
		return nil
	}
	slices.Sort(taken)
	return stalled(provostv1.ReasonConflict, "nothing was applied: take each of these objects out of one of the two repositories\n%s",
		shorten(taken))
}

// plan finds what has to be written, and what cannot be yet. Before is how the
// objects looked the last time, and seen takes in how they look now; both may be the same.
func (v *view) plan(before lastSeen) (todo []task, pending []ID) {
	for _, o := range v.objects {
		l := v.known[o.ID]
		switch {
		case o.inPlace(l):
			v.seen.remember(o, l)
			continue
		case l != nil && l.GetDeletionTimestamp() != nil:
			pending = append(pending, o.ID)
		default:
			todo = append(todo, task{o, l == nil || before.says(o)})
		}
		v.seen[o.ID] = seenState{} // it is ours, and has to be looked at again
	}
	return todo, pending
}

// apply writes objects, step by step. A step in which something fails is
// finished and is the last one. Seen takes in how the objects look now.
func (c *cluster) apply(ctx context.Context, steps [][]task, known live, seen lastSeen) (Changes, error) {
	w := &writer{cluster: c, known: known, seen: seen,
		drift: ssa.NewResourceManager(c.client, nil, ssa.Owner{Field: FieldManager, Group: provostv1.GroupName})}
	for _, tasks := range steps {
		err := c.stage(ctx, len(tasks), func(ctx context.Context, i int) error {
			if tasks[i].certain {
				return w.write(ctx, tasks[i].Object)
			}
			return w.putBack(ctx, tasks[i].Object)
		})
		if err != nil {
			return w.changes, AsFailure(err, provostv1.ReasonApplyFailed)
		}
	}
	return w.changes, nil
}

// task is an object to write.
type task struct {
	*Object
	// certain says that there is no doubt that it differs: it does not exist, or
	// the commit says something new of it.
	certain bool
}

// writer writes objects, several at once.
type writer struct {
	*cluster
	known live
	drift *ssa.ResourceManager

	mu      sync.Mutex
	seen    lastSeen
	changes Changes
}

// write applies an object without further questions: one request, but for what has to be made comparable before.
func (w *writer) write(ctx context.Context, o *Object) error {
	if _, err := w.comparable(ctx, o); err != nil {
		return objectError(o, err)
	}
	return w.applyNow(ctx, o)
}

func (w *writer) applyNow(ctx context.Context, o *Object) error {
	u := o.Desired.DeepCopy()
	err := w.client.Apply(ctx, client.ApplyConfigurationFromUnstructured(u), client.FieldOwner(FieldManager), client.ForceOwnership)
	if err != nil {
		return objectError(o, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen.remember(o, u)
	w.changes.note(o.ID, u.GetResourceVersion())
	switch l := w.known[o.ID]; {
	case l == nil:
		w.changes.Created = append(w.changes.Created, o.ID)
	case l.GetResourceVersion() != u.GetResourceVersion(): // or else the server found nothing to change
		w.changes.Updated = append(w.changes.Updated, o.ID)
	}
	return nil
}

// putBack applies an object that the commit says nothing new of, and that looks
// different all the same. Whether it is, the server itself says, in a dry run.
func (w *writer) putBack(ctx context.Context, o *Object) error {
	if wrote, err := w.comparable(ctx, o); err != nil {
		return objectError(o, err)
	} else if wrote {
		return w.applyNow(ctx, o)
	}
	entry, _, _, err := w.drift.Diff(ctx, o.Desired.DeepCopy(), ssa.DefaultDiffOptions())
	if err != nil {
		return objectError(o, err)
	}
	if entry.Action == ssa.UnchangedAction {
		return nil
	}
	return w.applyNow(ctx, o)
}

// stage calls f for 0 to n-1, several at once, and for all of them: the error
// holds every failure. Only the context's end stops it early.
func (c *cluster) stage(ctx context.Context, n int, f func(ctx context.Context, i int) error) error {
	var mu sync.Mutex
	var failures []*Failure
	err := c.each(ctx, n, func(ctx context.Context, i int) error {
		if err := f(ctx, i); err != nil {
			mu.Lock()
			defer mu.Unlock()
			failures = append(failures, AsFailure(err, provostv1.ReasonApplyFailed))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil && len(failures) > 0 {
		return err // the failures only say that time ran out
	}
	return joinFailures(failures)
}

// joinFailures makes one failure of many. The reason is that of the first, in
// the order of the messages, so that it does not depend on who was quicker.
func joinFailures(failures []*Failure) error {
	if len(failures) == 0 {
		return nil
	}
	slices.SortFunc(failures, func(a, b *Failure) int { return strings.Compare(a.Error(), b.Error()) })
	lines := make([]string, len(failures))
	for i, f := range failures {
		lines[i] = f.Error()
	}
	return &Failure{Reason: failures[0].Reason, Err: errors.New(shorten(lines))}
}

// objectError says which object, where it stands, and what the server said.
func objectError(o *Object, err error) error {
	reason := provostv1.ReasonApplyFailed
	if apierrors.IsForbidden(err) {
		reason = provostv1.ReasonForbidden
	}
	return failed(reason, "%s: %s: %w", o.Position, o.ID, err)
}
