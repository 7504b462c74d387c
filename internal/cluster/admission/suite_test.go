package admission_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gittransport"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/tables"
	"provost.dev/provost/internal/testing/testenv"
)

func TestMain(m *testing.M) {
	log.SetLogger(logr.Discard())
	testenv.Main(m)
}

// guarded is an API server with the policies and the webhooks in front of it,
// and a manager that answers.
type guarded struct {
	*testenv.Env // in the name of whoever set the cluster up, until there is a Platform
	// hand writes as the manager does, whom nothing keeps.
	hand      *testenv.Env
	directory *directory.Directory
	url       string
	stop      func()
}

// guard starts a manager that serves the webhooks, and puts them in front of
// the API server. Everything of earlier tests is gone.
func guard(t testing.TB, change ...func(*manager.Options)) *guarded {
	t.Helper()
	env := testenv.Start(t)
	g := &guarded{Env: env, hand: as(t, env, admission.ManagerUser, "system:masters"), directory: directory.New()}
	g.hand.Clear(t)
	for _, ns := range []string{"acme", "beta", directory.SystemNamespace} {
		g.Namespace(t, ns, nil)
	}
	g.everybody(t)
	g.policies(t)
	certificate, authority, err := admission.LocalCertificate()
	if err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	g.url = fmt.Sprintf("https://127.0.0.1:%d", port)
	o := manager.Options{
		Webhooks: admission.Serving{Host: "127.0.0.1", Port: port, Certificate: certificate},
		Clock:    clocktesting.NewFakeClock(tables.Now), GitSyncAllowLocal: true,
		GitSyncNetworks: gittransport.Networks{Allow: gittransport.Loopback},
	}
	for _, c := range change {
		c(&o)
	}
	g.run(t, o)
	g.connect(t, authority)
	return g
}

// as is the environment in the name of somebody else.
func as(t testing.TB, env *testenv.Env, user string, groups ...string) *testenv.Env {
	t.Helper()
	out := *env
	out.Config = env.As(user, groups...)
	out.Config.WarningHandler = rest.NoWarnings{}
	var err error
	if out.Client, err = client.New(out.Config, client.Options{Scheme: env.Scheme}); err != nil {
		t.Fatal(err)
	}
	return &out
}

// everybody may do everything, as far as Kubernetes' own RBAC goes, but administer.
func (g *guarded) everybody(t testing.TB) {
	t.Helper()
	for _, o := range []client.Object{
		&rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "everything"}, Rules: []rbacv1.PolicyRule{{
			APIGroups: []string{"provost.dev"}, Resources: []string{"*"},
			Verbs: []string{"get", "list", "create", "update", "patch", "delete", "deletecollection"},
		}}},
		&rbacv1.ClusterRoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: "everybody"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "everything"},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: "system:authenticated"}},
		},
	} {
		if err := client.IgnoreAlreadyExists(g.Client.Create(t.Context(), o)); err != nil {
			t.Fatal(err)
		}
	}
}

// run runs a manager until the test ends, or stops it.
func (g *guarded) run(t testing.TB, o manager.Options) {
	t.Helper()
	o.Directory = g.directory
	g.stop = runManager(t, g.Env, o)
}

// runManager runs a manager until the test ends or what it returns is called.
func runManager(t testing.TB, env *testenv.Env, o manager.Options) (stop func()) {
	t.Helper()
	ready := make(chan struct{})
	o.OnReady, o.SkipNameValidation = func() { close(ready) }, true
	if o.Logger.IsZero() {
		o.Logger = logr.Discard()
	}
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	var failure error
	cfg := env.ManagerConfig(t)
	go func() {
		defer close(done)
		failure = manager.Run(ctx, cfg, o)
	}()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		<-done
		if failure != nil {
			t.Errorf("the manager failed: %v", failure)
		}
	}
	t.Cleanup(stop)
	select {
	case <-ready:
	case <-done:
		t.FailNow()
	case <-time.After(time.Minute):
		t.Fatal("the manager does not become ready")
	}
	return stop
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// policies installs config/policy and waits until it holds.
func (g *guarded) policies(t testing.TB) {
	t.Helper()
	for _, name := range []string{"system_roles", "findings"} {
		g.Apply(t, "", manifestFile(t, "policy/"+name+".yaml"))
	}
	probe := &provostv1.EffectivePermissions{ObjectMeta: metav1.ObjectMeta{Namespace: "acme", Name: "probe"}}
	eventually(t, "the policies hold", func() bool {
		err := g.Client.Create(t.Context(), probe.DeepCopy(), client.DryRunAll)
		return err != nil && strings.Contains(err.Error(), "ValidatingAdmissionPolicy 'provost-findings'")
	})
}

// connect puts the webhooks in front of the API server until the test ends, and
// waits until they are asked.
func (g *guarded) connect(t testing.TB, authority []byte) {
	t.Helper()
	g.connectTo(t, authority, refused)
}

// connectTo is connect where the answer to somebody without any rights has this in it.
func (g *guarded) connectTo(t testing.TB, authority []byte, answer string) {
	t.Helper()
	hooks, err := admission.Configuration(g.url, authority)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range hooks {
		if err := g.Client.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := g.Client.Delete(context.Background(), o); err != nil {
				t.Error(err)
			}
		})
	}
	probe := object(&directory.Group{Key: directory.Key{Namespace: "acme", Name: "probe"}})
	nobody := as(t, g.Env, "nobody")
	eventually(t, "the webhooks are asked", func() bool {
		err := nobody.Client.Create(t.Context(), probe.DeepCopy(), client.DryRunAll)
		return err != nil && strings.Contains(err.Error(), answer)
	})
}

// schoolWorld is the world of the file school.world, which the tables share.
func schoolWorld(t testing.TB) []directory.Record {
	t.Helper()
	all, err := tables.Read("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range all {
		for _, s := range table.Sections {
			if s.Title == "the school" {
				return s.Records
			}
		}
	}
	t.Fatal("no table has a section of that name")
	return nil
}

func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within a minute", what)
		}
	}
}
