package cli

import (
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/config"
	"provost.dev/provost/internal/run/installation"
	"provost.dev/provost/internal/testing/testenv"
)

// whatIsIn lists what a stage of uninstalling would do now.
func whatIsIn(t *testing.T, env *testenv.Env, titles ...string) string {
	t.Helper()
	stages, err := installation.Stages(t.Context(), env.Client, true)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range stages {
		for _, r := range s.Removals {
			if slices.Contains(titles, s.Title) {
				out = append(out, r.String())
			}
		}
	}
	return strings.Join(out, ", ")
}

// An installation with everything that may hang goes, step by step: it is the
// last of the package's tests that need the CRDs.
func TestZUninstall(t *testing.T) {
	env := testenv.Start(t)
	noCluster(t)
	env.Clear(t)
	env.Namespace(t, "acme", nil)
	stop := manage(t, env)
	policies(t, env)
	env.Apply(t, "acme", `
{kind: Organisation, metadata: {name: acme}}
---
{kind: Course, metadata: {name: algebra, finalizers: [example.org/other]}, spec: {parentRef: {kind: Organisation, name: acme}}}
---
{kind: Task, metadata: {name: essay}, spec: {parentRef: {kind: Course, name: algebra}}}
---
{kind: GitSync, metadata: {name: s, finalizers: [provost.dev/gitsync]}, spec: {url: "https://127.0.0.1:1/none.git", suspend: true}}`)
	env.Expect(t, "Organisation/acme/acme children=1\nCourse/acme/algebra children=1")
	released := func() string { return whatIsIn(t, env, "Release what waits for it:") }
	for range 300 { // until the finalizers are where they belong
		if strings.Count(released(), "acme") >= 4 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	stop() // as the Deployment's end would
	for _, f := range []string{"webhook/configuration.yaml", "webhook/trail.yaml"} {
		content, err := config.Admission.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		env.Apply(t, "", string(content))
	}

	path := kubeconfig(t, env)
	uninstall := func(in string, args ...string) (string, string, int) {
		return run(t, in, append([]string{"uninstall", "--kubeconfig", path}, args...)...)
	}
	out, errOut, code := uninstall("", "--dry-run")
	for _, want := range []string{
		"delete validatingwebhookconfiguration/provost", "delete validatingadmissionpolicy/provost-system-roles",
		"release organisation/acme in acme",
		"release course/algebra in acme", "release gitsync/s in acme", "delete clusterrole/provost-manager",
		"delete lease/provost-manager in provost-system",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not announced", want)
		}
	}
	if code != 0 || t.Failed() {
		t.Fatalf("%d %s\n%s", code, errOut, out)
	}
	for in, want := range map[string]string{"": "nobody answered", "no\n": "nothing was done"} {
		if _, errOut, code := uninstall(in); code != ExitFailed || !strings.Contains(errOut, want) {
			t.Errorf("answering %q: %d %s", in, code, errOut)
		}
	}
	if out, errOut, code = uninstall("yes\n"); code != 0 || !strings.Contains(out, "What was declared is still there") {
		t.Fatalf("%d %s\n%s", code, errOut, out)
	}
	if rest := whatIsIn(t, env, "Let requests through without it:", "Take its rights and surroundings:"); rest != "" {
		t.Errorf("left: %s", rest)
	}
	if rest := released(); rest != "" {
		t.Errorf("not released: %s", rest)
	}
	env.Expect(t, "Organisation/acme/acme children=1\nCourse/acme/algebra children=1")

	// Somebody else's finalizer is not ours to take away: it is waited for, and said.
	if _, errOut, code = uninstall("", "--crds", "--yes", "--timeout", "3s"); code != ExitFailed || !strings.Contains(errOut, "does not go") ||
		!strings.Contains(errOut, "goes on from there") {
		t.Errorf("%d %s", code, errOut)
	}
	course := &provostv1.Course{ObjectMeta: metav1.ObjectMeta{Namespace: "acme", Name: "algebra"}}
	if err := env.Client.Patch(t.Context(), course, client.RawPatch(types.MergePatchType,
		[]byte(`{"metadata":{"finalizers":null}}`))); err != nil {
		t.Fatal(err)
	}
	if out, errOut, code = uninstall("", "--crds", "--yes"); code != 0 {
		t.Fatalf("%d %s\n%s", code, errOut, out)
	}
	if rest := whatIsIn(t, env, "Delete what was declared:"); rest != "" {
		t.Errorf("left: %s", rest)
	}
	if out, _, code = uninstall("", "--yes"); code != 0 || !strings.Contains(out, "Nothing of Provost's") {
		t.Errorf("%d %s", code, out)
	}
}
