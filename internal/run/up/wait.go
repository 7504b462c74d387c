package up

import (
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

const poll = 100 * time.Millisecond

// synced waits until the GitSync has acted on a request, and returns it.
func synced(ctx context.Context, c client.Client, requested string, progress func(string)) (*provostv1.GitSync, error) {
	g := &provostv1.GitSync{}
	told := ""
	for {
		if err := c.Get(ctx, client.ObjectKey{Namespace: SyncNamespace, Name: SyncName}, g); err != nil {
			return nil, err
		}
		ready := meta.FindStatusCondition(g.Status.Conditions, provostv1.ConditionReady)
		if g.Status.LastHandledReconcileAt == requested && g.Status.ObservedGeneration == g.Generation && ready != nil &&
			ready.Status != "Unknown" {
			if !meta.IsStatusConditionTrue(g.Status.Conditions, provostv1.ConditionReconciling) {
				return g, nil
			}
		}
		if ready != nil && ready.Message != told {
			told = ready.Message
			progress(told)
		}
		if err := sleep(ctx, poll); err != nil {
			return g, fmt.Errorf("the repository was not applied in time: %s", told)
		}
	}
}

// calmFor is how many looks in a row must find nothing to do: the manager
// gathers changes for a moment before it acts on them.
const calmFor = 5

// idle waits until the manager has nothing left to do.
func idle(ctx context.Context) error {
	for calm := 0; calm < calmFor; {
		busy, err := busy()
		if err != nil {
			return err
		}
		if calm++; busy {
			calm = 0
		}
		if err := sleep(ctx, poll); err != nil {
			return errors.New("statuses are still being written; give it longer with --timeout")
		}
	}
	return nil
}

// busy says whether anything waits in a queue of this process's controllers, or
// is being worked on. Their own metrics know.
func busy() (bool, error) {
	families, err := metrics.Registry.Gather()
	if err != nil {
		return false, err
	}
	for _, f := range families {
		if name := f.GetName(); name != "workqueue_depth" && name != "controller_runtime_active_workers" {
			continue
		}
		for _, m := range f.GetMetric() {
			if m.GetGauge().GetValue() > 0 {
				return true, nil
			}
		}
	}
	return false, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
