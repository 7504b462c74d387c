package manager

import (
	"cmp"
	"context"
	"fmt"
	"os"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers"
	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/cluster/deletions"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitsync"
)

// Run runs a manager until the context ends or something fails that cannot be
// retried. It returns when everything that it started has stopped.
func Run(ctx context.Context, cfg *rest.Config, o Options) error {
	mgr, err := New(cfg, o)
	if err != nil {
		return err
	}
	if err := mgr.Start(ctx); err != nil {
		return fmt.Errorf("running the manager: %w", err)
	}
	return nil
}

// New makes a manager with everything in it, to be started by the caller.
func New(cfg *rest.Config, o Options) (manager.Manager, error) {
	if o.Directory == nil {
		o.Directory = directory.New()
	}
	scheme, err := NewScheme()
	if err != nil {
		return nil, err
	}
	log, err := openAudit(o)
	if err != nil {
		return nil, err
	}
	ctrl.SetLogger(o.Logger)
	mgr, err := ctrl.NewManager(unlimited(cfg), manager.Options{
		Scheme:                     scheme,
		Logger:                     o.Logger,
		Metrics:                    server.Options{BindAddress: cmp.Or(o.MetricsAddress, Off)},
		HealthProbeBindAddress:     cmp.Or(o.ProbeAddress, Off),
		LeaderElection:             o.LeaderElection,
		LeaderElectionNamespace:    cmp.Or(o.LeaderElectionNamespace, directory.SystemNamespace),
		LeaderElectionID:           LeaseName,
		LeaderElectionResourceLock: resourcelock.LeasesResourceLock,
		// The process ends when Run returns, or writes no more: the next leader need not wait for the lease to expire.
		LeaderElectionReleaseOnCancel: true,
		Cache:                         cache.Options{DefaultTransform: cache.TransformStripManagedFields()},
		// Secrets are read one at a time and never kept.
		Client:     client.Options{Cache: &client.CacheOptions{DisableFor: []client.Object{&corev1.Secret{}}}},
		Controller: config.Controller{SkipNameValidation: &o.SkipNameValidation},
	})
	if err != nil {
		return nil, fmt.Errorf("setting up the manager: %w", err)
	}
	deletions, err := watchDeletions(mgr, log, o)
	if err != nil {
		return nil, fmt.Errorf("setting up the audit log: %w", err)
	}
	objects, err := controllers.Setup(mgr, o.Directory, controllers.Options{
		Clock: o.Clock, Revision: o.Revision, Recount: o.Recount, Concurrency: o.Concurrency, Audit: log, DeletedBy: deletions.DeletedBy,
	})
	if err != nil {
		return nil, fmt.Errorf("setting up the controllers: %w", err)
	}
	gitSync := controllers.GitSyncOptions{Fetcher: gitsync.FetcherOptions{
		AllowLocal: o.GitSyncAllowLocal, Networks: o.GitSyncNetworks,
		MaxBytes: o.GitSyncMaxRepository, MaxReferences: o.GitSyncMaxReferences,
	}}
	if o.Webhooks.Port != 0 {
		gitSync.Self = admission.ManagerUser // what writes a trail wants to know the revision
		gitSync.Deleting = deleting(deletions)
	}
	if err := controllers.SetupGitSync(mgr, objects, gitSync); err != nil {
		return nil, fmt.Errorf("setting up GitSync: %w", err)
	}
	if o.Webhooks.Port != 0 {
		err := admission.Setup(mgr, o.Webhooks, admission.Options{
			Directory: o.Directory, Ahead: objects.Ahead, Ready: func() error { return objects.Check(nil) }, Clock: o.Clock, Asked: asked(deletions),
			Shared: o.LeaderElection,
		})
		if err != nil {
			return nil, fmt.Errorf("setting up the webhooks: %w", err)
		}
	}
	if err := mgr.AddHealthzCheck("ping", healthz.Ping); err != nil {
		return nil, err
	}
	if err := mgr.AddReadyzCheck("listed", objects.Check); err != nil {
		return nil, err
	}
	return mgr, mgr.Add(announceReady(objects, o.OnReady))
}

// openAudit opens the audit log. It is never closed: a record that was written
// is safe, and somebody may be at it until the process ends.
func openAudit(o Options) (*audit.Log, error) {
	if o.AuditOut == nil {
		o.AuditOut = os.Stdout
	}
	return audit.Open(o.Audit, o.AuditOut)
}

// watchDeletions adds what tells the audit log of deletions; nil where there is no log.
func watchDeletions(mgr manager.Manager, log *audit.Log, o Options) (*deletions.Tracker, error) {
	if log == nil {
		return nil, nil
	}
	return deletions.Setup(mgr, deletions.Options{Log: log, Clock: o.Clock, Alone: !o.LeaderElection, Logger: o.Logger.WithName("audit")})
}

// asked hands deletions that were asked for to whoever finds out what comes of them.
func asked(w *deletions.Tracker) func(context.Context, admission.Deletion) {
	if w == nil {
		return nil
	}
	return func(ctx context.Context, d admission.Deletion) {
		w.Asked(ctx, deletions.Request{
			Object:  audit.Object{Kind: string(d.Object.Kind), Namespace: d.Object.Namespace, Name: d.Object.Name, UID: string(d.UID)},
			Version: d.ResourceVersion, Owned: d.Owned, User: d.User, Revision: d.Revision,
		})
	}
}

// deleting hands over deletions that the manager is about to ask for.
func deleting(w *deletions.Tracker) func(client.Object, string) {
	if w == nil {
		return nil
	}
	return func(o client.Object, revision string) {
		w.Deletes(deletions.Request{
			Object: audit.Object{Kind: o.GetObjectKind().GroupVersionKind().Kind, Namespace: o.GetNamespace(), Name: o.GetName(),
				UID: string(o.GetUID())},
			User: admission.ManagerUser, Revision: revision,
		})
	}
}

// NewScheme returns a scheme with Kubernetes' own kinds and Provost's.
func NewScheme() (*runtime.Scheme, error) {
	s := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(s); err != nil {
		return nil, err
	}
	return s, provostv1.AddToScheme(s)
}

// unlimited is the configuration without a limit on the rate of requests: the
// API server has its own fairness, and how many writes there are under way is
// limited by how many the controllers do at a time.
func unlimited(cfg *rest.Config) *rest.Config {
	c := rest.CopyConfig(cfg)
	c.QPS, c.Burst, c.RateLimiter = -1, 0, nil
	c.UserAgent = cmp.Or(c.UserAgent, "provost-manager")
	return c
}

// ready calls back when the feed is ready, on every replica.
type ready struct {
	feed *feed.Feed
	call func()
}

func announceReady(f *feed.Feed, call func()) manager.Runnable { return &ready{f, call} }

// NeedLeaderElection implements manager.LeaderElectionRunnable.
func (r *ready) NeedLeaderElection() bool { return false }

// Start implements manager.Runnable.
func (r *ready) Start(ctx context.Context) error {
	select {
	case <-ctx.Done():
	case <-r.feed.Ready():
		if r.call != nil {
			r.call()
		}
	}
	return nil
}
