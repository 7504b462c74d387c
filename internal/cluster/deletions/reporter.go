package deletions

import (
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cluster/audit"
)

const (
	// again is when it is tried again to tell what could not be told.
	again = time.Second
	// sweeping is when the store is looked through after something was told.
	sweeping = recently + 5*time.Second
	// farewell is how long the last round may take when the process ends.
	farewell = 5 * time.Second
)

// reporter tells the log, on the leader.
type reporter struct{ *Tracker }

// NeedLeaderElection implements manager.LeaderElectionRunnable.
func (reporter) NeedLeaderElection() bool { return true }

// Start implements manager.Runnable.
func (w reporter) Start(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-w.listed:
	}
	for w.inherit(ctx) != nil {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(again):
		}
	}
	var retry, sweep <-chan time.Time
	for {
		told, err := w.round(ctx)
		retry = nil
		switch {
		case err != nil && ctx.Err() == nil:
			w.Logger.Error(err, "what was deleted is not in the audit log yet")
			retry = time.After(again)
		case told:
			sweep = time.After(sweeping)
		}
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
			defer cancel()
			if _, err := w.round(last); err != nil {
				w.Logger.Error(err, "what was deleted is not in the audit log; the next manager tells what it knows of")
			}
			return nil
		case <-w.wake:
		case <-retry:
		case <-sweep:
			sweep = nil
			if err := w.store.sweep(ctx); err != nil && ctx.Err() == nil {
				w.Logger.Info("what was deleted stays noted for a while longer", "error", err.Error())
				sweep = time.After(sweeping)
			}
		}
	}
}

// inherit takes over what another process was asked for: what is still there may
// yet go, and what is not went while nobody looked.
func (w *Tracker) inherit(ctx context.Context) error {
	all, err := w.store.read(ctx)
	if err != nil {
		return fmt.Errorf("reading what was asked for: %w", err)
	}
	for _, c := range all {
		if w.adopt(c) {
			continue
		}
		there, err := w.exists(ctx, c) // it may have been made a moment ago
		if err != nil {
			return fmt.Errorf("looking for what was to be deleted: %w", err)
		}
		if !there {
			w.missed(c)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.leading = true
	return nil
}

// adopt takes over a request, and says whether this process knows of its object. One
// that is still there is not deleted by what was asked long ago.
func (w *Tracker) adopt(c Request) (known bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, there := w.versions[c.uid()]
	going := w.endings[c.uid()] != nil
	if (!there || going || w.clock.Now().Sub(c.At) <= current) && !slices.Contains(w.requests.of[c.uid()], c) {
		w.requests.add(c)
	}
	return there || going
}

// exists asks the API server whether the object of a request is there.
func (w *Tracker) exists(ctx context.Context, c Request) (bool, error) {
	o := &metav1.PartialObjectMetadata{}
	o.SetGroupVersionKind(provostv1.GroupVersion.WithKind(c.Object.Kind))
	err := w.live.Get(ctx, types.NamespacedName{Namespace: c.Object.Namespace, Name: c.Object.Name}, o)
	if apierrors.IsNotFound(err) || apimeta.IsNoMatchError(err) {
		return false, nil
	}
	return err == nil && o.UID == c.uid(), err
}

// absence is for how long no manager may have run for one that starts to believe that it
// knows of everybody who asked: webhooks that are taken away, for example, take longer.
const absence = 10 * time.Minute

// missed takes in that an object went while nobody looked.
func (w *Tracker) missed(c Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now, e := w.clock.Now(), w.endings[c.uid()]
	if e == nil {
		e = &ending{object: c.Object, begun: now, gone: now}
		w.end(e)
	}
	e.unwatched = e.unwatched || now.Sub(c.At) > absence
}

// round finds out who deleted what, and tells the log what is gone.
func (w *Tracker) round(ctx context.Context) (told bool, err error) {
	w.mu.Lock()
	open, latest := slices.Clone(w.open), slices.Clone(w.news)
	w.mu.Unlock()
	undecided := w.attribute(ctx, open)

	var records []audit.Record
	var gone []*ending
	for _, n := range latest {
		records = append(records, n.Record)
	}
	w.mu.Lock()
	for _, e := range open {
		if e.decided && !e.gone.IsZero() {
			records, gone = append(records, e.record()), append(gone, e)
		}
	}
	w.mu.Unlock()
	if err := w.Log.Write(records...); err != nil {
		return false, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range gone {
		e.told = true
		w.requests.drop(e.uid())
	}
	w.open = slices.DeleteFunc(w.open, func(e *ending) bool { return e.told })
	w.news = w.news[len(latest):]
	return len(gone) > 0, undecided
}

// attribute finds out who deleted what is on its way out.
func (w *Tracker) attribute(ctx context.Context, open []*ending) error {
	w.mu.Lock()
	open = slices.DeleteFunc(slices.Clone(open), func(e *ending) bool { return e.decided })
	w.mu.Unlock()
	if len(open) == 0 {
		return nil
	}
	shared := map[types.UID][]Request{}
	if !w.Alone { // what others were asked was on the store before it could come to pass
		all, err := w.store.read(ctx)
		if err != nil {
			return fmt.Errorf("reading what other replicas were asked for: %w", err)
		}
		for _, c := range all {
			shared[c.uid()] = append(shared[c.uid()], c)
		}
	}
	ending := map[string]bool{}
	for _, e := range open {
		w.mu.Lock()
		all := append(slices.Clone(w.requests.of[e.uid()]), shared[e.uid()]...)
		w.mu.Unlock()
		collected, err := w.collected(ctx, e, all, ending)
		if err != nil {
			return err
		}
		w.mu.Lock()
		e.decide(all, w.requests.missing(e.uid(), w.clock.Now()), collected)
		w.mu.Unlock()
	}
	return nil
}

// collected says whether the garbage collector, or the end of the namespace, may
// have deleted an object. Where nobody asked for it, it makes no difference.
func (w *Tracker) collected(ctx context.Context, e *ending, all []Request, ending map[string]bool) (bool, error) {
	ns := e.object.Namespace
	asked, owned := false, e.owned
	for _, c := range all {
		if e.matches(c) {
			asked, owned = true, owned || c.Owned
		}
	}
	if !asked || owned || ns == "" {
		return owned, nil
	}
	if is, known := ending[ns]; known {
		return is, nil
	}
	o := &corev1.Namespace{}
	switch err := w.live.Get(ctx, types.NamespacedName{Name: ns}, o); {
	case err == nil:
		ending[ns] = o.DeletionTimestamp != nil
	case apierrors.IsNotFound(err):
		ending[ns] = true
	default:
		return false, fmt.Errorf("looking at the namespace of what was deleted: %w", err)
	}
	return ending[ns], nil
}
