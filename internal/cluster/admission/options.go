package admission

import (
	"context"
	"time"

	admissionv1 "k8s.io/api/admission/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"provost.dev/provost/internal/engine/directory"
)

// ManagerUser is the manager's own ServiceAccount as the API server knows it:
// who writes the system roles, the statuses and the effective permissions.
const ManagerUser = "system:serviceaccount:" + directory.SystemNamespace + ":provost-manager"

// Where the webhooks are served.
const (
	// ChangesPath judges what is created, altered and deleted; it may refuse.
	ChangesPath = "/admission/changes"
	// TrailPath stamps who changes what; it alters what is stored.
	TrailPath = "/admission/trail"
	// DeletesPath says what comes of a deletion; it only warns.
	DeletesPath = "/admission/deletes"
	// NamespacesPath says what comes of deleting a namespace; it only warns.
	NamespacesPath = "/admission/namespaces"
)

// Options say what the webhooks ask.
type Options struct {
	// Directory is the engine, fed by the controllers.
	Directory *directory.Directory
	// Ahead is the engine with what it keeps back until all of a commit has arrived. Default: it keeps nothing back.
	Ahead func() *directory.Snapshot
	// Ready says why the engine does not hold everything yet, or nil once it does (rule R30).
	Ready func() error
	// Client asks the API server who may administer while there is no Platform, and reads the
	// Platform. Default: the manager's.
	Client client.Client
	// Clock is the time. Default: the real one.
	Clock clock.PassiveClock
	// Patience is how long a refusal because something does not exist waits for it to arrive: it may
	// have been applied a moment ago. Default: 500 ms.
	Patience time.Duration
	// Asked is told of deletions before they happen, from many goroutines, and the request waits for it.
	// Whether they then happen, it has to find out. Default: nobody is told.
	Asked func(context.Context, Deletion)
	// Live reads from the API server itself. Default: the manager's.
	Live client.Reader
	// Shared says that other replicas judge too: what one of them allows, all of them reckon with.
	Shared bool
	// InFlight is how long a change that was allowed is reckoned with although nobody has seen it: something
	// else may have refused it. Default: 10 seconds, as long as other webhooks have to answer.
	InFlight time.Duration
	// Wait is how long a request waits for what was allowed before it to arrive. Default: 8 seconds.
	Wait time.Duration
}

// Deletion is a deletion that somebody asks for and that is allowed as far as
// this manager is concerned. Something else may still refuse it.
type Deletion struct {
	Object directory.ID
	// UID and ResourceVersion are the object's as it is now. Where it changes before it is gone, the
	// API server asks again.
	UID             types.UID
	ResourceVersion string
	// Owned says that the object has owners, by which the garbage collector deletes.
	Owned bool
	// User is the Kubernetes user name of who asks.
	User string
	// Revision is what a trusted applier says it applies; empty where none does.
	Revision string
}

// asked tells of a request that deletes something, unless it only tries. What is
// being deleted already, it does not delete.
func (o *Options) asked(ctx context.Context, r *request) {
	tries := r.DryRun != nil && *r.DryRun
	if o.Asked == nil || r.Operation != admissionv1.Delete || tries || r.before == nil || r.before.GetDeletionTimestamp() != nil {
		return
	}
	o.Asked(ctx, Deletion{
		Object: r.id, UID: r.before.GetUID(), ResourceVersion: r.before.GetResourceVersion(), Owned: len(r.before.GetOwnerReferences()) > 0,
		User: r.UserInfo.Username, Revision: o.revision(r),
	})
}

// Setup adds the webhooks and their server to a manager, on every replica.
func Setup(mgr manager.Manager, s Serving, o Options) error {
	if o.Client == nil {
		o.Client = mgr.GetClient()
	}
	if o.Live == nil {
		o.Live = mgr.GetAPIReader()
	}
	if err := s.Callers.check(); err != nil {
		return err
	}
	server, err := newServer(s, Handlers(mgr.GetScheme(), o), mgr.GetLogger().WithName("admission"))
	if err != nil {
		return err
	}
	if err := mgr.AddReadyzCheck("admission", server.Check); err != nil {
		return err
	}
	if s.Rotate {
		if err := s.rotate(mgr); err != nil {
			return err
		}
	}
	return mgr.Add(server)
}

// Handlers are the webhooks by the path at which they are served.
func Handlers(scheme *runtime.Scheme, o Options) map[string]admission.Handler {
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	if o.Patience == 0 {
		o.Patience = 500 * time.Millisecond
	}
	if o.InFlight == 0 {
		o.InFlight = 10 * time.Second
	}
	if o.Wait == 0 {
		o.Wait = 8 * time.Second
	}
	d := &decoder{scheme: scheme, raw: admission.NewDecoder(scheme)}
	judge := &changes{Options: o, decoder: d, sequence: &sequence{}}
	if o.Shared {
		judge.replicas = newReplicas(o.Client, o.Live)
	}
	return map[string]admission.Handler{
		ChangesPath:    judge,
		TrailPath:      &trail{Options: o, decoder: d},
		DeletesPath:    &deletes{Options: o, decoder: d},
		NamespacesPath: &namespaces{Options: o, decoder: d},
	}
}
