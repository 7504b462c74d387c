package cli

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/config"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/testenv"
)

// kubeconfig writes the way to an API server into a file.
func kubeconfig(t *testing.T, env *testenv.Env) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(path, env.Kubeconfig, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// manage runs a manager until the function returned is called.
func manage(t *testing.T, env *testenv.Env) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan struct{}), make(chan error, 1)
	cfg := env.ManagerConfig(t)
	go func() {
		done <- manager.Run(ctx, cfg, manager.Options{
			Revision: "v1.2.3", OnReady: func() { close(ready) }, SkipNameValidation: true, Logger: logr.Discard(), LeaderElection: true,
		})
	}()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	select {
	case <-ready:
	case <-time.After(time.Minute):
		t.Fatal("the manager does not become ready")
	}
	return stop
}

// policies installs what holds while no manager runs, and returns what takes it away again.
func policies(t *testing.T, env *testenv.Env) (remove func()) {
	t.Helper()
	content, err := config.Admission.ReadFile("policy/system_roles.yaml")
	if err != nil {
		t.Fatal(err)
	}
	env.Apply(t, "", string(content))
	return func() {
		env.Delete(t, "", string(content))
		role := env.Objects(t, "provost-system", "{kind: Role, metadata: {name: campus-admin}}")[0]
		for range 300 { // the API server heeds it for a moment longer
			if !apierrors.IsForbidden(env.Client.Delete(t.Context(), role, client.DryRunAll)) {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Error("the policies are still heeded")
	}
}

func TestCheck(t *testing.T) {
	env := testenv.Start(t)
	noCluster(t)
	env.Clear(t)
	env.Namespace(t, "provost-system", nil)
	path := kubeconfig(t, env)
	check := func(args ...string) (string, string, int) {
		return run(t, "", append([]string{"check", "--kubeconfig", path}, args...)...)
	}

	out, _, code := check()
	if code != ExitNo || !strings.Contains(out, "system roles   fail") || !strings.Contains(out, "there is no Platform") {
		t.Errorf("without a manager: %d\n%s", code, out)
	}
	stop := manage(t, env)
	remove := policies(t, env)
	env.Apply(t, "", "{kind: Platform, metadata: {name: platform}, spec: {}}")
	env.Apply(t, "provost-system",
		"{kind: Group, metadata: {name: a}, spec: {parentRef: {name: b}}}\n---\n{kind: Group, metadata: {name: b}, spec: {parentRef: {name: a}}}")
	env.Apply(t, "", "{kind: SystemDeny, metadata: {name: lock}, spec: {subjects: [{kind: Group, name: gone, namespace: acme}], "+
		"permissions: [view_course], reason: Audit}}")
	env.Expect(t, `
Platform/platform Ready=True/Succeeded
SystemDeny/lock Ready=False/GroupNotFound
Group/provost-system/a Ready=False/Cycle
Role/provost-system/task-owner Ready=True/Succeeded`)
	out, errOut, code := check()
	for _, want := range []string{
		"cluster        ok       Kubernetes v1.", "definitions    ok       17 kinds, as in this release",
		"leads, and runs outside of the cluster",
		"policies       ok       provost-system-roles", "system roles   ok       37, as in this release", "the manager is release v1.2.3",
		"only an edit mends group/a in provost-system", "names what does not exist, and does not hold there: systemdeny/lock",
		"no ValidatingWebhookConfiguration provost",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if code != ExitYes || t.Failed() {
		t.Errorf("%d %s\n%s", code, errOut, out)
	}

	out, _, code = check("-o", "json")
	data := CheckData{}
	if err := json.Unmarshal([]byte(out), &data); err != nil || !data.Healthy || code != ExitYes {
		t.Errorf("%v %d\n%s", err, code, out)
	}
	stop()
	out, _, code = check("--as", "stranger")
	if !strings.Contains(out, "skipped") || code == ExitFailed {
		t.Errorf("%d\n%s", code, out)
	}

	// Webhooks that nobody answers.
	content, err := config.Admission.ReadFile("webhook/configuration.yaml")
	if err != nil {
		t.Fatal(err)
	}
	env.Apply(t, "", string(content))
	if out, _, code = check(); code != ExitNo || !strings.Contains(out, "trusts no certificate yet") {
		t.Errorf("%d\n%s", code, out)
	}
	env.Delete(t, "", string(content))
	remove()
	if _, errOut, code = check("-f", "."); code != ExitFailed || !strings.Contains(errOut, "leave -f and --repo out") {
		t.Errorf("%d %s", code, errOut)
	}
}
