package gitsync

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/order"
)

// mostOrdered is how many objects are ordered by what they do. More are a beginning, or a new year, and go by their kinds.
const mostOrdered = 2000

// inOrder puts what is to be written into steps: by kinds, and, where existing objects change, by what each change does to
// people, so that nobody has on the way what he has neither before the commit nor after it.
func (r *run) inOrder(ctx context.Context) [][]task {
	var steps [][]task
	for _, staged := range byStage(r.todo, func(t task) stage { return t.stage }) {
		steps = append(steps, layered(staged, func(t task) *unstructured.Unstructured { return t.Desired })...)
	}
	if ordered := r.byEffect(ctx, steps); ordered != nil {
		return ordered
	}
	return steps
}

// byEffect orders steps anew; nil where there is nothing to gain by it, or what people may do is not known.
func (r *run) byEffect(ctx context.Context, steps [][]task) [][]task {
	if r.Snapshot == nil || len(r.todo) < 2 || len(r.todo) > mostOrdered {
		return nil
	}
	before, err := r.Snapshot(ctx)
	if err != nil {
		return nil
	}
	var tasks []task
	var changes []order.Change
	updates, made := false, map[string]bool{}
	for i, step := range steps {
		for _, t := range step {
			record, err := r.record(t.Desired)
			if err != nil {
				return nil
			}
			was, exists := before.Record(engineID(t.ID))
			c := order.Change{Stage: i, Fixed: !exists}
			if record == nil { // a GitSync: nothing that the engine knows
				c.Change, c.Fixed = directory.Delete(engineID(t.ID)), true
			} else {
				c.Change = directory.Upsert(keepLabels(was, record, r.lastGood(t.ID)))
			}
			if exists {
				updates = true
			} else {
				made[t.Name] = true
			}
			tasks, changes = append(tasks, t), append(changes, c)
		}
	}
	if !updates {
		return nil
	}
	for i := range changes {
		changes[i].Fixed = changes[i].Fixed || mentions(tasks[i].Desired.Object["spec"], made)
	}
	var later []directory.Change
	for _, gone := range r.view.gone {
		if gone.GroupVersionKind() != namespaceKind {
			later = append(later, directory.Delete(engineID(idOf(gone))))
		}
	}
	found, ok := order.Of(before, changes, later, time.Now())
	if !ok {
		return nil
	}
	out := make([][]task, 0, len(found.Steps))
	for _, step := range found.Steps {
		var list []task
		for _, i := range step {
			list = append(list, tasks[i])
		}
		out = append(out, list)
	}
	return out
}

// mentions says whether something has one of some names anywhere in it: what comes with the same commit is there before what
// may name it.
func mentions(v any, names map[string]bool) bool {
	switch v := v.(type) {
	case string:
		return names[v]
	case map[string]any:
		for _, x := range v {
			if mentions(x, names) {
				return true
			}
		}
	case []any:
		for _, x := range v {
			if mentions(x, names) {
				return true
			}
		}
	}
	return false
}
