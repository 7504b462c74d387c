package rewrite

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/util/flowcontrol"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/internal/apiserver"
	"provost.dev/provost/internal/git/gitsync"
	"provost.dev/provost/internal/manifest/schema"
	"provost.dev/provost/internal/manifest/stored"
)

// The names of the metrics.
const (
	// WrittenMetric says how many objects were written anew.
	WrittenMetric = "provost_older_forms_written_total"
	// LeftMetric says how many could not be.
	LeftMetric = "provost_older_forms"
)

// OlderForm is the reason of the event that tells of an object that cannot be written anew.
const OlderForm = "OlderForm"

var (
	written = prometheus.NewCounter(prometheus.CounterOpts{
		Name: WrittenMetric, Help: "How many objects of an older form were written anew.",
	})
	left = prometheus.NewGauge(prometheus.GaugeOpts{
		Name: LeftMetric, Help: "How many objects of an older form could not be written anew.",
	})
)

func init() { metrics.Registry.MustRegister(written, left) }

const (
	// pageSize is how many objects one request lists.
	pageSize = 500
	// perSecond is how many objects are written anew in a second, at most, and atOnce at a time.
	perSecond, atOnce = 500, 8
	// again is after how long what could not be written anew is tried again, doubled each time until it is the longest.
	again, longest = 10 * time.Second, 10 * time.Minute
)

// Rewriter looks at what is stored when the manager begins to lead, and writes anew what is of an older form. That means the
// same before and after, so that it waits for nothing. What is as it should be is not written. Statuses wait for it: with a
// status that is written to an object of an older form, the API server forgets who owns which fields of it.
type Rewriter struct {
	// Objects reads without a cache, which would not tell the forms apart.
	Objects client.Reader
	Client  client.Client
	Schemas *schema.Set
	Events  events.EventRecorder

	listed <-chan struct{}
	ready  chan struct{}

	mu sync.Mutex
	// said is what was said of each object that cannot be written anew.
	said map[string]string
}

// Setup adds a Rewriter to a manager. The channel that it returns is closed when every kind has been listed, which the other
// one says, and everything has been looked at once.
func Setup(mgr manager.Manager, c client.Client, recorder events.EventRecorder, listed <-chan struct{}) (ready <-chan struct{}, err error) {
	schemas, err := schema.Release()
	if err != nil {
		return nil, err
	}
	r := &Rewriter{
		Objects: mgr.GetAPIReader(), Client: c, Schemas: schemas, Events: recorder, listed: listed, ready: make(chan struct{}),
	}
	return r.ready, mgr.Add(r)
}

// Start implements manager.Runnable; it runs where the manager leads.
func (r *Rewriter) Start(ctx context.Context) error {
	defer left.Set(0)
	log := logf.FromContext(ctx).WithName("rewrite")
	var once sync.Once
	for wait := again; ; wait = min(2*wait, longest) {
		n, err := r.all(ctx)
		if err != nil && ctx.Err() == nil {
			log.Info("what may be of an older form cannot be looked at: trying again", "error", err.Error())
		}
		once.Do(func() {
			select {
			case <-ctx.Done():
			case <-r.listed:
				close(r.ready)
			}
		})
		if n == 0 && err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

// all looks at every object of the kinds that had another form, and says how many of that form are left.
func (r *Rewriter) all(ctx context.Context) (remaining int, err error) {
	pace := flowcontrol.NewTokenBucketRateLimiter(perSecond, atOnce)
	defer pace.Stop()
	for _, kind := range stored.Kinds {
		for next := ""; ; {
			page := &unstructured.UnstructuredList{}
			page.SetGroupVersionKind(provostv1.GroupVersion.WithKind(string(kind) + "List"))
			if err := r.Objects.List(ctx, page, client.Limit(pageSize), client.Continue(next)); err != nil {
				return remaining, fmt.Errorf("listing %s: %w", kind, err)
			}
			n, err := r.page(ctx, page.Items, pace)
			if remaining += n; err != nil {
				return remaining, err
			}
			if next = page.GetContinue(); next == "" {
				break
			}
		}
	}
	left.Set(float64(remaining))
	return remaining, nil
}

// page looks at some objects. An error is the context's end.
func (r *Rewriter) page(ctx context.Context, items []unstructured.Unstructured, pace flowcontrol.RateLimiter) (remaining int, err error) {
	var failed atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i := range items {
		o := &items[i]
		if len(stored.Older(ctx, r.Schemas, o)) == 0 {
			continue
		}
		g.Go(func() error {
			if err := pace.Wait(ctx); err != nil {
				return err
			}
			if err := r.one(ctx, o); err != nil {
				failed.Add(1)
				r.tell(o, err)
			}
			return nil
		})
	}
	err = g.Wait()
	return int(failed.Load()), err
}

// one writes an object anew. One that somebody changed meanwhile is looked at again the next time.
func (r *Rewriter) one(ctx context.Context, o *unstructured.Unstructured) error {
	spec, err := stored.Anew(ctx, r.Schemas, o)
	if err == nil {
		err = gitsync.Rewrite(ctx, r.Client, o, spec)
	}
	switch {
	case apierrors.IsNotFound(err):
		return nil
	case err == nil:
		written.Inc()
	}
	return err
}

// tell says of an object, once, that it cannot be written anew.
func (r *Rewriter) tell(o *unstructured.Unstructured, err error) {
	if apierrors.IsConflict(err) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	key, text := o.GetKind()+"/"+o.GetNamespace()+"/"+o.GetName(), err.Error()
	if r.said[key] == text {
		return
	}
	if r.said == nil {
		r.said = map[string]string{}
	}
	r.said[key] = text
	r.Events.Eventf(o, nil, corev1.EventTypeWarning, OlderForm, "Rewrite", "%s", apiserver.Clip(fmt.Sprintf(
		"it counts as before, and is %s, over which nobody can apply: %v; replace it as a whole, or apply it by a GitSync",
		stored.InOlderForm, err)))
}
