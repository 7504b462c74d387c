package controlplane

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Component names one of the programs; the value is the name of its binary.
type Component string

// The programs of a control plane, in the order in which they start. They stop
// in the opposite order.
const (
	Etcd              Component = "etcd"
	APIServer         Component = "kube-apiserver"
	ControllerManager Component = "kube-controller-manager"
)

// components in the order in which they start.
var components = []Component{Etcd, APIServer, ControllerManager}

// AssetsVariable names the environment variable with the directory of the
// binaries; envtest reads the same.
const AssetsVariable = "KUBEBUILDER_ASSETS"

const (
	defaultListen       = "127.0.0.1"
	defaultStartTimeout = 2 * time.Minute
	// loopback is where everything but the API server listens, always.
	loopback = "127.0.0.1"
)

// Options say how to run a control plane. Only DataDir is required.
type Options struct {
	// DataDir is the directory that keeps the state. It is made if it does not
	// exist (mode 0700).
	DataDir string
	// BinDir is the directory of the binaries. Empty means DefaultBinDir.
	BinDir string
	// Listen is the IP address of the API server. Empty means 127.0.0.1.
	Listen string
	// Port is the API server's TCP port. 0 means the port of the last start if
	// that is still free, otherwise any free one.
	Port int
	// Webhooks are the addresses (host:port) of admission webhooks to which the API server shows a
	// certificate of its own, as their URLs have them. WebhookClientCA vouches for it.
	Webhooks []string
	// StartTimeout bounds the wait for each program. 0 means two minutes.
	StartTimeout time.Duration
	// ExtraArgs are put behind the arguments of a program, and win over them.
	ExtraArgs map[Component][]string
	// Progress, if set, is told in a few words what is being done. It is called
	// from the goroutine that called Start.
	Progress func(step string)
}

// DefaultBinDir returns the directory of the binaries: what KUBEBUILDER_ASSETS
// says, or the directory k8s beside the running program, or bin/k8s in the
// working directory or one above it. If none of them exists it returns the
// last guess, bin/k8s, so that an error can name it.
func DefaultBinDir() string {
	if dir := os.Getenv(AssetsVariable); dir != "" {
		return dir
	}
	var guesses []string
	if program, err := os.Executable(); err == nil {
		// kubectl-provost is a link to provost.
		if resolved, err := filepath.EvalSymlinks(program); err == nil {
			program = resolved
		}
		guesses = append(guesses, filepath.Join(filepath.Dir(program), "k8s"))
	}
	fallback := filepath.Join("bin", "k8s")
	if dir, err := os.Getwd(); err == nil {
		fallback = filepath.Join(dir, fallback)
		for ; ; dir = filepath.Dir(dir) {
			guesses = append(guesses, filepath.Join(dir, "bin", "k8s"))
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	for _, guess := range guesses {
		if info, err := os.Stat(filepath.Join(guess, string(APIServer))); err == nil && !info.IsDir() {
			return guess
		}
	}
	return fallback
}

// withDefaults fills in what is not set and refuses what cannot be.
func (o Options) withDefaults() (Options, error) {
	if o.DataDir == "" {
		return o, fmt.Errorf("no data directory is named")
	}
	dir, err := filepath.Abs(o.DataDir)
	if err != nil {
		return o, fmt.Errorf("data directory %s: %w", o.DataDir, err)
	}
	o.DataDir = dir
	if o.BinDir == "" {
		o.BinDir = DefaultBinDir()
	}
	// The programs run in the data directory, where a relative path means another file.
	if o.BinDir, err = filepath.Abs(o.BinDir); err != nil {
		return o, fmt.Errorf("directory of the binaries %s: %w", o.BinDir, err)
	}
	if o.Listen == "" {
		o.Listen = defaultListen
	}
	if ip := net.ParseIP(o.Listen); ip == nil || ip.IsUnspecified() {
		return o, fmt.Errorf("listen address %q: want one IP address of this machine, for example %s", o.Listen, defaultListen)
	}
	if o.Port < 0 || o.Port > 65535 {
		return o, fmt.Errorf("port %d: want 1 to 65535, or 0 for any free port", o.Port)
	}
	if o.StartTimeout <= 0 {
		o.StartTimeout = defaultStartTimeout
	}
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	return o, nil
}
