package controllers

import (
	"context"
	"reflect"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/controllers/internal/apiserver"
	"provost.dev/provost/controllers/status"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
)

// statusObject is an object of a kind whose status the statusReconciler keeps.
type statusObject interface {
	client.Object
	provostv1.Object
}

// statusReconciler keeps the status of one kind's objects as the engine would
// have it, and writes where it is not.
type statusReconciler struct {
	status.Kind
	*shared
	// counted is when the counts of an object were last written.
	counted sync.Map // types.NamespacedName -> time.Time
	// looked is when an object was last looked at of which only counts change.
	looked sync.Map // types.NamespacedName -> time.Time
	// written are the versions of an object around the last write.
	written sync.Map // types.NamespacedName -> written
}

// written is one write: the version that was written over, and the one that it made.
type written struct{ over, version string }

// own says that a version of an object is the one that was written last. There is nothing new in it.
func (r *statusReconciler) own(key types.NamespacedName, version string) bool {
	last, ok := r.written.Load(key)
	return ok && last.(written).version == version
}

// shared is what the reconcilers of all kinds have in common.
type shared struct {
	client    client.Client
	directory *directory.Directory
	fanout    *feed.Fanout
	clock     clock.PassiveClock
	events    *apiserver.Events
	revision  string
	// recount is how often the counts of one object are written at most.
	recount  time.Duration
	progress *progress
}

// Reconcile implements reconcile.Reconciler.
func (r *statusReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	id := directory.ID{Kind: r.Name, Namespace: req.Namespace, Name: req.Name}
	current := feed.NewObject(r.Name).(statusObject)
	// The cache's own object, which is not to be written to.
	if err := r.client.Get(ctx, req.NamespacedName, current, client.UnsafeDisableDeepCopy); err != nil {
		r.counted.Delete(req.NamespacedName)
		r.looked.Delete(req.NamespacedName)
		r.written.Delete(req.NamespacedName)
		r.fanout.DependsOn(id, nil)
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if current.GetDeletionTimestamp() != nil {
		return ctrl.Result{}, nil
	}
	if last, ok := r.written.Load(req.NamespacedName); ok && last.(written).over == current.GetResourceVersion() {
		// The cache does not have what was written last. Writing it again would be refused.
		return ctrl.Result{RequeueAfter: apiserver.Behind}, nil
	}
	view, err := r.view(ctx)
	if err != nil {
		return ctrl.Result{}, err
	}
	if wait := r.resting(req.NamespacedName, view.Now, current); wait > 0 {
		return ctrl.Result{RequeueAfter: wait}, nil
	}
	desired := current.DeepCopyObject().(statusObject)
	report, ok := r.fill(view, desired)
	if !ok {
		return ctrl.Result{RequeueAfter: apiserver.Behind}, nil
	}
	result := ctrl.Result{}
	if !report.Again.IsZero() {
		result.RequeueAfter = max(report.Again.Sub(view.Now), time.Millisecond)
	}
	if report.OnAccess {
		report.DependsOn = append(report.DependsOn, feed.AccessIn(req.Namespace))
	}
	if r.fanout.DependsOn(id, report.DependsOn) {
		result.RequeueAfter = apiserver.Behind // what it depends on may have changed before it was known to
	}
	if equality.Semantic.DeepEqual(current, desired) {
		return result, nil
	}
	if wait := r.tooSoon(req.NamespacedName, view.Now, current, desired); wait > 0 {
		if result.RequeueAfter == 0 || wait < result.RequeueAfter {
			result.RequeueAfter = wait
		}
		return result, nil
	}
	if r.Name != directory.KindPlatform { // which is told of the others
		r.progress.differed.Add(1)
	}
	if written, err := r.write(ctx, current, desired); err != nil || !written {
		return ctrl.Result{RequeueAfter: apiserver.Behind}, err
	}
	r.counted.Store(req.NamespacedName, view.Now)
	r.events.Changed(desired, current.GetConditions(), desired.GetConditions(), r.Loud)
	return result, nil
}

// fill fills in an object's status, unless the snapshot does not hold the very
// version of the object that the cache does: its status would speak of a
// generation that it does not know. It soon does, the same informer feeds both.
func (r *statusReconciler) fill(v status.View, o statusObject) (status.Report, bool) {
	record, err := manifest.FromObject(o)
	if err != nil {
		return r.Unreadable(v, o, err), true
	}
	if record != nil {
		if held, ok := v.Record(record.ID()); !ok || !reflect.DeepEqual(held, record) {
			return status.Report{}, false
		}
	}
	return r.Fill(v, o), true
}

// resting says how long an object needs no look, of which nothing but counts
// can change, and which takes long to count.
func (r *statusReconciler) resting(key types.NamespacedName, now time.Time, o statusObject) time.Duration {
	if !r.CountsOnly(o) || r.Observed(o) != o.GetGeneration() {
		return 0
	}
	last, ok := r.looked.Load(key)
	if !ok {
		r.looked.Store(key, now)
		return 0
	}
	if wait := r.recount - now.Sub(last.(time.Time)); wait > 0 && wait <= r.recount {
		return wait
	}
	r.looked.Store(key, now)
	return 0
}

// view takes the newest snapshot and the time.
func (s *shared) view(ctx context.Context) (status.View, error) {
	v := status.View{Snapshot: s.directory.Snapshot(), Now: s.clock.Now(), Revision: s.revision, Behind: int(s.progress.told.Load())}
	platform := &provostv1.Platform{}
	err := s.client.Get(ctx, types.NamespacedName{Name: provostv1.PlatformName}, platform, client.UnsafeDisableDeepCopy)
	if client.IgnoreNotFound(err) != nil {
		return v, err
	}
	v.Justification = platform.Spec.Justification
	return v, nil
}

// tooSoon says how long to wait with a write that would change nothing but
// counts: those are written every now and then only, since in a busy
// organisation they change all the time.
func (r *statusReconciler) tooSoon(key types.NamespacedName, now time.Time, current, desired statusObject) time.Duration {
	last, ok := r.counted.Load(key)
	if !ok {
		return 0
	}
	wait := r.recount - now.Sub(last.(time.Time))
	if wait <= 0 || wait > r.recount {
		return 0
	}
	lagging := desired.DeepCopyObject().(statusObject)
	r.Lag(lagging, current)
	if !equality.Semantic.DeepEqual(current, lagging) {
		return 0
	}
	return wait
}
