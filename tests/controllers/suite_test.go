package controllers_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/go-logr/logr/funcr"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gittransport"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/testenv"
)

func TestMain(m *testing.M) {
	if os.Getenv(replicaKubeconfig) != "" {
		os.Exit(replicate())
	}
	testenv.Main(m)
}

// running is a manager that runs for a test, with the rights of its ServiceAccount.
type running struct {
	directory *directory.Directory
	writes    *testenv.Writes
	stop      func()
}

// run starts a manager and returns when it is ready. It stops with the test.
func run(t testing.TB, env *testenv.Env, change ...func(*manager.Options)) *running {
	t.Helper()
	return runOn(t, env.ManagerConfig(t), change...)
}

// runOn is run with a configuration of the test's own.
func runOn(t testing.TB, cfg *rest.Config, change ...func(*manager.Options)) *running {
	t.Helper()
	r := &running{directory: directory.New(), writes: testenv.CountWrites(cfg)}
	ready := make(chan struct{})
	o := manager.Options{
		Recount: 200 * time.Millisecond, Revision: "v1.2.3", Directory: r.directory, OnReady: func() { close(ready) },
		SkipNameValidation: true, Logger: logger(t), GitSyncNetworks: gittransport.Networks{Allow: gittransport.Loopback},
	}
	for _, c := range change {
		c(&o)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	var failure error
	go func() {
		defer close(done)
		failure = manager.Run(ctx, cfg, o)
	}()
	r.stop = func() {
		cancel()
		<-done
		if failure != nil {
			t.Errorf("the manager failed: %v", failure)
		}
	}
	t.Cleanup(r.stop)
	select {
	case <-ready:
	case <-done:
		t.FailNow()
	case <-time.After(time.Minute):
		t.Fatal("the manager does not become ready")
	}
	return r
}

// logger writes errors, and everything with -v in the environment variable LOG.
func logger(t testing.TB) logr.Logger {
	if os.Getenv("PROVOST_TEST_LOG") == "" {
		return logr.Discard()
	}
	return funcr.New(func(prefix, args string) { t.Log(prefix, args) }, funcr.Options{})
}

// calm waits until nothing has been written for a while.
func calm(w *testenv.Writes) {
	for last, quiet := -1, 0; quiet < 5; time.Sleep(100 * time.Millisecond) {
		if n := w.Total(); n == last {
			quiet++
		} else {
			last, quiet = n, 0
		}
	}
}

// reconciles counts how often the controllers of a name, or all of them, have been at work in this process.
func reconciles(t testing.TB, name string) (n int) {
	t.Helper()
	families, err := metrics.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != "controller_runtime_reconcile_total" {
			continue
		}
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetName() == "controller" && (name == "" || l.GetValue() == name) {
					n += int(m.GetCounter().GetValue())
				}
			}
		}
	}
	return n
}

// awaitReconciles waits until those controllers have been at work so often in all.
func awaitReconciles(t testing.TB, name string, n int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); reconciles(t, name) < n; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d reconciliations %s, and not %d", reconciles(t, name), name, n)
		}
	}
}

// contextOf is a context that ends with the test, or before.
func contextOf(t testing.TB) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	return ctx, cancel
}

// blocked keeps the clients of a configuration from reading a resource.
type blocked struct {
	path string
	open atomic.Bool
}

func blockPath(cfg *rest.Config, path string) *blocked {
	b := &blocked{path: path}
	cfg.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return transport(func(r *http.Request) (*http.Response, error) {
			if !b.open.Load() && strings.HasSuffix(r.URL.Path, b.path) {
				return nil, errors.New("blocked by the test")
			}
			return next.RoundTrip(r)
		})
	})
	return b
}

func (b *blocked) lift() { b.open.Store(true) }

type transport func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
