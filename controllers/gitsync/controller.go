package gitsync

import (
	"context"
	"math/rand/v2"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/barrier"
	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/controllers/status"
	"provost.dev/provost/internal/git/gitsync"
	"provost.dev/provost/internal/manifest/schema"
)

// What a GitSync applies, and what goes with it. Secrets and impersonation are
// not here: a Role in the GitSync's own namespace gives the manager those, one by
// one. To say which revision it applies, it may add that to whomever it acts as;
// config/rbac/own_name.yaml lets it act as itself.
// +kubebuilder:rbac:groups=authentication.k8s.io,resources=userextras/provost.dev/revision,verbs=impersonate
// +kubebuilder:rbac:groups=provost.dev,resources=organisations;campuses;courses;modules;sessions;tasks;people;groups;roles;roletemplates;terms;rolebindings;permissionoverrides;systemdenies;platforms;gitsyncs,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups=provost.dev,resources=gitsyncs/status,verbs=patch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch;create;patch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

const (
	// defaultInterval is how often a repository is looked at where the spec does not say; the schema's default.
	defaultInterval = time.Minute
	// intervalJitter is by which share, up or down, the time to the next look
	// varies, so that many GitSyncs do not ask one server at the same moment.
	intervalJitter = 0.05
)

// FetcherOptions say from where commits may come, and how much at a time.
type FetcherOptions = gitsync.FetcherOptions

// Options are what the manager decides for all GitSyncs.
type Options struct {
	// Fetcher brings the commits: from where it may, and as much as it may.
	Fetcher gitsync.FetcherOptions
	// Concurrency is how many GitSyncs run at once; 0 is 64. Most of a run is waiting for a server, and one
	// that does not answer must not keep the others from running.
	Concurrency int
	// Applying is how many of them write at once; 0 is 4.
	Applying int
	// Workers is how many objects of one GitSync are written at once; 0 is a sensible number.
	Workers int
	// Self is the manager's own user name. A GitSync without a ServiceAccount of its own then writes by
	// impersonating that, so that what it writes tells of the revision. Empty: it writes as it is.
	Self string
	// Deleting is told of what is deleted in the name of Self, before it is asked for, and of the revision. Default: nobody is told.
	Deleting func(o client.Object, revision string)
}

// Reconciler applies what Git repositories say.
type Reconciler struct {
	client client.Client
	// barrier has what is applied take effect as a whole.
	barrier *barrier.Barrier
	syncer  *gitsync.Syncer
	events  events.EventRecorder
}

// Setup adds the reconciler of GitSyncs to a manager.
func Setup(mgr ctrl.Manager, objects *feed.Feed, o Options) error {
	schemas, err := schema.Release()
	if err != nil {
		return err
	}
	var self *rest.ImpersonationConfig
	if o.Self != "" {
		self = &rest.ImpersonationConfig{UserName: o.Self}
	}
	direct, err := directClient(mgr, self)
	if err != nil {
		return err
	}
	if o.Self != "" && o.Deleting != nil {
		direct = telling{direct, o.Deleting}
	}
	r := &Reconciler{
		client:  mgr.GetClient(),
		barrier: objects.Barrier(),
		events:  mgr.GetEventRecorder("provost-gitsync"),
		syncer: &gitsync.Syncer{
			Client: direct, Cached: mgr.GetCache(),
			As: func(account types.NamespacedName) (client.Client, error) {
				return directClient(mgr, &rest.ImpersonationConfig{UserName: "system:serviceaccount:" + account.Namespace + ":" + account.Name})
			},
			Fetcher:  &gitsync.Fetcher{FetcherOptions: o.Fetcher},
			Snapshot: objects.Arrived,
			Schemas:  schemas, Workers: o.Workers,
		},
	}
	if o.Applying <= 0 {
		o.Applying = 4
	}
	r.syncer.Slots = make(chan struct{}, o.Applying)
	if o.Concurrency <= 0 {
		o.Concurrency = 64
	}
	return ctrl.NewControllerManagedBy(mgr).
		Named("gitsync").
		For(&provostv1.GitSync{}, builder.WithPredicates(predicate.Or(predicate.GenerationChangedPredicate{}, requested{}))).
		WithOptions(controller.Options{MaxConcurrentReconciles: o.Concurrency}).
		Complete(r)
}

// telling is a client that tells of deletions before it asks for them.
type telling struct {
	client.Client
	deleting func(o client.Object, revision string)
}

// Delete implements client.Client.
func (a telling) Delete(ctx context.Context, o client.Object, opts ...client.DeleteOption) error {
	a.deleting(o, gitsync.RevisionOf(ctx))
	return a.Client.Delete(ctx, o, opts...)
}

// directClient is a client without a cache and without a limit of its own: the
// API server decides how much it takes. Its warnings would only repeat, for
// each object of each commit, what the author of a commit never sees.
func directClient(mgr ctrl.Manager, as *rest.ImpersonationConfig) (client.Client, error) {
	cfg := rest.CopyConfig(mgr.GetConfig())
	cfg.QPS = -1
	cfg.WarningHandler = rest.NoWarnings{}
	if as != nil {
		cfg.Impersonate = *as
		cfg.Wrap(gitsync.SayRevision)
	}
	return client.New(cfg, client.Options{Scheme: mgr.GetScheme(), Mapper: mgr.GetRESTMapper()})
}

// requested lets an update pass whose annotation asks for a reconciliation.
type requested struct{ predicate.Funcs }

// Update implements predicate.Predicate.
func (requested) Update(e event.UpdateEvent) bool {
	return e.ObjectOld.GetAnnotations()[provostv1.RequestedAtAnnotation] != e.ObjectNew.GetAnnotations()[provostv1.RequestedAtAnnotation]
}

// Reconcile implements reconcile.Reconciler.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	gs := &provostv1.GitSync{}
	if err := r.client.Get(ctx, req.NamespacedName, gs); err != nil {
		if client.IgnoreNotFound(err) == nil {
			r.syncer.Forget(req.NamespacedName)
		}
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if gs.DeletionTimestamp != nil {
		return ctrl.Result{}, nil
	}
	st := &run{client: r.client, before: gs, now: gs.DeepCopy()}
	if gs.Spec.Suspend {
		status.SyncSuspended(st.now, time.Now())
		return ctrl.Result{}, st.write(ctx)
	}
	wants := gs.Annotations[provostv1.RequestedAtAnnotation]
	asked := wants != "" && wants != gs.Status.LastHandledReconcileAt

	began := false
	out, failure := r.syncer.Run(ctx, gs, asked, gitsync.Progress{
		Revision: func(revision string) {
			if status.SyncApplying(st.now, revision, time.Now()) {
				if err := st.write(ctx); err != nil {
					logf.FromContext(ctx).V(1).Info("the progress could not be written", "error", err.Error())
				}
			}
		},
		Begin: func(revision string, until time.Time) error {
			began = true
			return r.begin(ctx, st, revision, until)
		},
	})
	if barrier.UnderWay(st.now) {
		barrier.Finish(st.now, r.barrier.Written(ctx, req.NamespacedName, out.Changes, st.now.Status.Apply.Until.Time, began))
	}
	if ctx.Err() != nil {
		return ctrl.Result{}, nil //nolint:nilerr // the manager stops; whoever comes next starts over
	}
	st.now.Status.LastHandledReconcileAt = wants
	st.ran(out, failure)
	r.record(gs, st.now, out, failure)
	if err := st.write(ctx); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{RequeueAfter: r.again(gs, out, failure)}, nil
}

// begin says everywhere that objects are about to be written.
func (r *Reconciler) begin(ctx context.Context, st *run, revision string, until time.Time) error {
	barrier.Announce(st.now, revision, until)
	if err := st.write(ctx); err != nil {
		return err
	}
	r.barrier.Begin(st.before)
	return nil
}

// again is when to look the next time.
func (r *Reconciler) again(gs *provostv1.GitSync, out gitsync.Outcome, failure error) time.Duration {
	wait := defaultInterval
	if gs.Spec.Interval != nil {
		wait = gs.Spec.Interval.Duration
	}
	if failure != nil && gs.Spec.RetryInterval != nil {
		wait = gs.Spec.RetryInterval.Duration
	}
	if len(out.Changes.Pending) > 0 || failure != nil && gitsync.AsFailure(failure, "").Reason == provostv1.ReasonProgressing {
		wait = min(wait, 2*time.Second)
	}
	return vary(wait)
}

// vary makes a time a little longer or shorter, by chance.
func vary(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (1 + intervalJitter*(2*rand.Float64()-1)))
}
