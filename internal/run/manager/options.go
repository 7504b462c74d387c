package manager

import (
	"cmp"
	"io"
	"os"
	"strings"
	"time"

	"github.com/go-logr/logr"
	"github.com/spf13/pflag"
	"k8s.io/utils/clock"

	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitsync"
	"provost.dev/provost/internal/git/gittransport"
)

// Off is an address at which nothing is served.
const Off = "0"

// LeaseName is the name of the lease by which the replicas agree who writes.
const LeaseName = "provost-manager"

// Options say how a manager runs. The zero value runs alone, serves neither
// probes nor metrics, and applies repositories over the network only.
type Options struct {
	// MetricsAddress is where Prometheus metrics are served, without encryption and to everybody who reaches
	// it: they count and name nobody. Empty or Off: nowhere.
	MetricsAddress string
	// ProbeAddress is where /healthz and /readyz are served. Empty or Off: nowhere.
	ProbeAddress string
	// LeaderElection lets one of several replicas write, by a lease in LeaderElectionNamespace.
	LeaderElection          bool
	LeaderElectionNamespace string
	// Concurrency is how many effective permissions are written at a time. Default: 16.
	Concurrency int
	// Recount is how often the counts of people in one object's status are written at most. Default: 30 seconds.
	Recount time.Duration
	// GitSyncAllowLocal lets a GitSync read repositories on this machine's disk.
	GitSyncAllowLocal bool
	// GitSyncNetworks says at which addresses a GitSync's server may be. The zero value refuses this machine,
	// link-local addresses and the like: gittransport.Refused.
	GitSyncNetworks gittransport.Networks
	// GitSyncMaxRepository is how much a GitSync's repository may hold, in bytes, and GitSyncMaxReferences how
	// long its server's list of branches and tags may be. 0 is the default of the flags.
	GitSyncMaxRepository, GitSyncMaxReferences int64
	// Webhooks says where the admission webhooks are served. The zero value serves none.
	Webhooks admission.Serving
	// Audit says where every change of anybody's access is recorded. The zero value records none.
	Audit audit.Options
	// AuditOut is what audit.Stdout stands for. Default: the process's standard output.
	AuditOut io.Writer
	// Revision is the release, shown in the status of the Platform.
	Revision string

	// Logger takes the log. Default: none is written.
	Logger logr.Logger
	// Clock is the time. Default: the real one.
	Clock clock.Clock
	// Directory is the engine to feed, for whoever wants to ask it too. Default: one of its own.
	Directory *directory.Directory
	// OnReady is called once, when every kind has been listed and statuses are about to be written.
	OnReady func()
	// SkipNameValidation lets one process run several managers, for tests.
	SkipNameValidation bool
}

// AddFlags adds the flags of `provost manager`, with the defaults that suit it.
func (o *Options) AddFlags(f *pflag.FlagSet) {
	f.StringVar(&o.MetricsAddress, "metrics-bind-address", "127.0.0.1:8080",
		"Where Prometheus metrics are served, unencrypted; 0 for nowhere.")
	f.StringVar(&o.ProbeAddress, "health-probe-bind-address", "127.0.0.1:8081",
		"Where /healthz and /readyz are served; 0 for nowhere.")
	f.BoolVar(&o.LeaderElection, "leader-elect", true,
		"Have one of several replicas write, while the others wait.")
	f.StringVar(&o.LeaderElectionNamespace, "leader-election-namespace", defaultNamespace(),
		"The namespace of the lease by which the replicas agree.")
	f.IntVar(&o.Concurrency, "concurrency", 16,
		"How many effective permissions are written at a time.")
	f.DurationVar(&o.Recount, "recount-interval", 30*time.Second,
		"How often the counts of people in one object's status are written at most.")
	f.BoolVar(&o.GitSyncAllowLocal, "gitsync-allow-local", false,
		"Let GitSyncs read repositories on this machine's disk.")
	f.Var((*networks)(&o.GitSyncNetworks.Allow), "gitsync-allow-networks",
		"Networks where a GitSync's server may be although it is refused otherwise: 127.0.0.0/8,10.20.0.0/16. "+
			"Of all that hold an address the smallest decides.")
	f.Var((*networks)(&o.GitSyncNetworks.Deny), "gitsync-deny-networks",
		"Networks where a GitSync's server may not be, beside this machine, link-local and multicast addresses and the metadata of clouds.")
	o.GitSyncMaxRepository, o.GitSyncMaxReferences = gitsync.DefaultMaxBytes, gittransport.DefaultReferences
	f.Var((*size)(&o.GitSyncMaxRepository), "gitsync-max-repository",
		"How much of one GitSync's repository is kept in memory; a larger one is not applied.")
	f.Var((*size)(&o.GitSyncMaxReferences), "gitsync-max-references",
		"How long the list of branches and tags of a GitSync's server may be.")
	f.IntVar(&o.Webhooks.Port, "webhook-port", 0,
		"The port of the admission webhooks; 0 for none.")
	f.StringVar(&o.Webhooks.CertDir, "webhook-cert-dir", "/etc/provost/webhooks",
		"The folder with the webhooks' certificate, tls.crt and tls.key.")
	f.BoolVar(&o.Webhooks.Rotate, "webhook-cert-rotation", true,
		"Make and renew that certificate, in a Secret mounted there. Without it, somebody else does.")
	f.StringVar(&o.Webhooks.Callers.CAFile, "webhook-client-ca-file", "",
		"A file with the authorities whose client certificates the webhooks demand of the API server; empty to answer whoever asks.")
	f.StringSliceVar(&o.Webhooks.Callers.AllowedNames, "webhook-client-allowed-names", nil,
		"The common names that such a certificate may have; empty for any.")
	o.Audit.AddFlags(f)
}

// namespaceFile holds the pod's own namespace in a cluster.
const namespaceFile = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

// defaultNamespace is the manager's own namespace.
func defaultNamespace() string {
	own, _ := os.ReadFile(namespaceFile) // absent outside of a cluster
	return cmp.Or(os.Getenv("POD_NAMESPACE"), strings.TrimSpace(string(own)), directory.SystemNamespace)
}
