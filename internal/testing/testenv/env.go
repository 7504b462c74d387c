package testenv

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/testing/need"
)

// Env is the API server of a test package.
type Env struct {
	// Config is for a client that may do everything, without a limit on its rate.
	Config *rest.Config
	// Client reads and writes without a cache, with the rights of Config.
	Client client.Client
	// Kubeconfig is Config as a file's content, for kubectl.
	Kubeconfig []byte
	// Scheme knows Kubernetes' own kinds and Provost's.
	Scheme *runtime.Scheme

	webhooks *webhooks
}

// shared is the one Env of the test binary.
var shared struct {
	sync.Mutex
	managed bool // Main is there to stop it
	control *envtest.Environment
	env     *Env
	err     error
}

// Main runs the tests of a package and stops the API server that they started.
// It is called from TestMain and does not return.
func Main(m *testing.M) {
	shared.Lock()
	shared.managed = true
	shared.Unlock()
	code := m.Run()
	stop()
	os.Exit(code)
}

func stop() {
	shared.Lock()
	defer shared.Unlock()
	if shared.control == nil {
		return
	}
	if err := shared.control.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stopping the API server:", err)
	}
	if shared.env != nil {
		_ = os.RemoveAll(shared.env.webhooks.dir)
	}
}

// Start returns the package's API server, which the first call starts. Without
// the binaries, and with -short, the test is left out, or fails (see package need).
func Start(t testing.TB) *Env {
	t.Helper()
	need.Time(t)
	binaries, err := Binaries()
	if err != nil {
		need.Missing(t, err)
	}
	shared.Lock()
	defer shared.Unlock()
	if !shared.managed {
		t.Fatal("the package needs func TestMain(m *testing.M) { testenv.Main(m) }, which stops the API server")
	}
	if shared.env == nil && shared.err == nil {
		shared.env, shared.err = start(binaries)
	}
	if shared.err != nil {
		t.Fatalf("starting the API server: %v", shared.err)
	}
	return shared.env
}

// NewScheme returns a scheme with Kubernetes' own kinds and Provost's.
func NewScheme() (*runtime.Scheme, error) {
	s := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(s); err != nil {
		return nil, err
	}
	return s, provostv1.AddToScheme(s)
}

// start brings up etcd and the API server. It remembers the control plane even
// when a later step fails, so that Main stops it.
func start(binaries string) (*Env, error) {
	root, err := ModuleRoot()
	if err != nil {
		return nil, err
	}
	scheme, err := NewScheme()
	if err != nil {
		return nil, err
	}
	shared.control = &envtest.Environment{
		BinaryAssetsDirectory: binaries,
		CRDDirectoryPaths:     []string{filepath.Join(root, "config", "crd", "bases")},
		ErrorIfCRDPathMissing: true,
		// Several packages start theirs at once on few cores.
		ControlPlaneStartTimeout: 2 * time.Minute,
		ControlPlaneStopTimeout:  time.Minute,
		CRDInstallOptions:        envtest.CRDInstallOptions{MaxTime: time.Minute, Scheme: scheme},
	}
	// The environment looks at KUBEBUILDER_ASSETS before its own settings.
	if err := os.Setenv(assetsVariable, binaries); err != nil {
		return nil, err
	}
	hooks, config, err := reserveWebhooks()
	if err != nil {
		return nil, err
	}
	// A test is the only one who asks, and nobody has to be kept waiting for others.
	shared.control.ControlPlane.GetAPIServer().Configure().Set("admission-control-config-file", config).
		Set("enable-priority-and-fairness", "false").Set("profiling", "false")
	cfg, err := shared.control.Start()
	if err != nil {
		return nil, err
	}
	cfg.QPS, cfg.Burst = -1, 0
	c, err := client.New(cfg, client.Options{Scheme: scheme})
	if err != nil {
		return nil, err
	}
	return &Env{Config: cfg, Client: c, Kubeconfig: shared.control.KubeConfig, Scheme: scheme, webhooks: hooks}, nil
}
