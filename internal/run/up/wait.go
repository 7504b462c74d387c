package up

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers"
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

// calmFor is how many looks in a row must find nothing to do: what the manager counts is a moment old.
const calmFor = 5

// tellEvery is how often it is told how far the manager is.
const tellEvery = 5 * time.Second

// idle waits until every status shows what has happened.
func idle(ctx context.Context, progress func(string)) error {
	told := time.Now()
	for calm := 0; calm < calmFor; {
		n, err := behind()
		if err != nil {
			return err
		}
		if calm++; n > 0 {
			calm = 0
		}
		if n > 0 && time.Since(told) >= tellEvery {
			told = time.Now()
			progress(fmt.Sprintf("%d statuses are still to be written", n))
		}
		if err := sleep(ctx, poll); err != nil {
			return fmt.Errorf("%d statuses are still to be written; give it longer with --timeout", n)
		}
	}
	return nil
}

// behind is how many statuses do not show yet what has happened, as this process's manager counts them.
func behind() (int, error) {
	families, err := metrics.Registry.Gather()
	if err != nil {
		return 0, err
	}
	for _, f := range families {
		if f.GetName() == controllers.BehindMetric {
			return int(f.GetMetric()[0].GetGauge().GetValue()), nil
		}
	}
	return 0, fmt.Errorf("no metric %s", controllers.BehindMetric)
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
