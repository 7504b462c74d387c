package admission

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"provost.dev/provost/internal/directory"
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
	// Record is told, at once and from many goroutines, of the requests that leave no other mark or
	// want a louder one: deletions, and access for an emergency. Default: nobody is told.
	Record func(Change)
}

// Change is a request that is allowed as far as this manager is concerned.
// Something else may still refuse it.
type Change struct {
	// Request is the request's own UID.
	Request types.UID
	// Operation is CREATE, UPDATE or DELETE.
	Operation string
	Object    directory.ID
	// UID is the object's.
	UID types.UID
	// User is the Kubernetes user name of who asks.
	User string
	// Revision is what a trusted applier says it applies; empty where none does.
	Revision string
	At       time.Time
}

// record tells of a request, unless it only tries.
func (o *Options) record(r *request, about client.Object) {
	if o.Record == nil || r.DryRun != nil && *r.DryRun {
		return
	}
	o.Record(Change{
		Request: r.UID, Operation: string(r.Operation), Object: r.id, UID: about.GetUID(),
		User: r.UserInfo.Username, Revision: o.revision(r), At: o.Clock.Now(),
	})
}

// Setup adds the webhooks and their server to a manager, on every replica.
func Setup(mgr manager.Manager, s Serving, o Options) error {
	if o.Client == nil {
		o.Client = mgr.GetClient()
	}
	server := s.server()
	for path, handler := range Handlers(mgr.GetScheme(), o) {
		server.Register(path, &webhook.Admission{Handler: handler})
	}
	if err := mgr.AddReadyzCheck("admission", server.StartedChecker()); err != nil {
		return err
	}
	if s.Rotate {
		if err := s.rotate(mgr); err != nil {
			return err
		}
	}
	return mgr.Add(&patientServer{server: server, serving: s})
}

// Handlers are the webhooks by the path at which they are served.
func Handlers(scheme *runtime.Scheme, o Options) map[string]admission.Handler {
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	if o.Patience == 0 {
		o.Patience = 500 * time.Millisecond
	}
	d := &decoder{scheme: scheme, raw: admission.NewDecoder(scheme)}
	return map[string]admission.Handler{
		ChangesPath:    &changes{Options: o, decoder: d},
		TrailPath:      &trail{Options: o, decoder: d},
		DeletesPath:    &deletes{Options: o, decoder: d},
		NamespacesPath: &namespaces{Options: o, decoder: d},
	}
}

// patientServer starts the server once there is a certificate: at the first
// start of all, one is made while this process runs.
type patientServer struct {
	server  webhook.Server
	serving Serving
}

// NeedLeaderElection implements manager.LeaderElectionRunnable: every replica answers.
func (p *patientServer) NeedLeaderElection() bool { return false }

// Start implements manager.Runnable.
func (p *patientServer) Start(ctx context.Context) error {
	if !p.serving.await(ctx) {
		return nil
	}
	return p.server.Start(ctx)
}
