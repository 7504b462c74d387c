package up_test

import (
	"path/filepath"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitsync/gittest"
	"provost.dev/provost/internal/run/up"
	"provost.dev/provost/internal/testing/testenv"
)

// erin teaches at algebra and may do nothing else; the Platform of the
// repository names nobody who holds the kubeconfig.
var school = gittest.Files{
	"platform.yaml": "apiVersion: provost.dev/v1alpha1\nkind: Platform\nmetadata: {name: platform}\nspec: {administrators: [{kind: User, " +
		"name: chief}], matchNames: true}\n",
	"namespace.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: acme}\n",
	"people.yaml":    "apiVersion: provost.dev/v1alpha1\nkind: Person\nmetadata: {name: erin}\n",
	"course.yaml":    "apiVersion: provost.dev/v1alpha1\nkind: Course\nmetadata: {name: algebra, namespace: acme}\nspec: {ownership: Public}\n",
	"erin.yaml": "apiVersion: provost.dev/v1alpha1\nkind: RoleBinding\nmetadata: {name: erin, namespace: acme}\n" +
		"spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-instructor}, subjects: [{kind: Person, name: erin}]}\n",
}

// TestUpJudges asks a control plane of one's own for changes in several names,
// and again after a restart, which brings another certificate and port.
func TestUpJudges(t *testing.T) {
	dir := t.TempDir()
	repo := gittest.New(t, school)
	for _, when := range []string{"at first", "after a restart"} {
		summary, stop := start(t, up.Options{DataDir: dir, Repo: repo.Dir})
		if !strings.Contains(summary, "Problems     0") {
			t.Errorf("%s: %s", when, summary)
		}
		judged(t, when, filepath.Join(dir, "kubeconfig"))
		stop()
	}
}

func judged(t *testing.T, when, kubeconfig string) {
	t.Helper()
	cfg, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	scheme, err := testenv.NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	as := func(user string) client.Client {
		cfg := rest.CopyConfig(cfg)
		cfg.WarningHandler = rest.NoWarnings{}
		if user != "" {
			cfg.Impersonate = rest.ImpersonationConfig{UserName: user}
		}
		c, err := client.New(cfg, client.Options{Scheme: scheme})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	binding := &provostv1.RoleBinding{}
	if err := as("").Get(t.Context(), client.ObjectKey{Namespace: "acme", Name: "erin"}, binding); err != nil {
		t.Fatal(err)
	}
	if a := binding.Annotations; a[provostv1.ChangedByAnnotation] != "system:serviceaccount:provost-system:provost-manager" ||
		!strings.HasPrefix(a[provostv1.ChangedRevisionAnnotation], "main@sha1:") {
		t.Errorf("%s: the trail of what the repository brought: %v", when, a)
	}
	admin := &provostv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: "acme", Name: "more"}, Spec: *binding.Spec.DeepCopy()}
	admin.Spec.RoleRef.Name = "course-superadmin"
	role := &provostv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: up.SyncNamespace, Name: "course-instructor"}}
	sync := &provostv1.GitSync{ObjectMeta: metav1.ObjectMeta{Namespace: up.SyncNamespace, Name: up.SyncName}}
	ask := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"annotations":{"reconcile.provost.dev/requestedAt":"now"}}}`))
	suspend := client.RawPatch("application/merge-patch+json", []byte(`{"spec":{"suspend":true}}`))
	for _, test := range []struct {
		what string
		err  error
		want string // in the refusal; nothing where it is allowed
	}{
		{"erin gives more than she has", as("erin").Create(t.Context(), admin.DeepCopy(), client.DryRunAll),
			"needs manage_course_users at course algebra"},
		{"chief does", as("chief").Create(t.Context(), admin.DeepCopy(), client.DryRunAll), ""},
		{"who holds the kubeconfig does", as("").Create(t.Context(), admin.DeepCopy(), client.DryRunAll), "no active Person has the user name"},
		{"chief deletes a system role", as("chief").Delete(t.Context(), role, client.DryRunAll), "create a Role of type Override there"},
		{"who holds the kubeconfig asks for a look", as("").Patch(t.Context(), sync, ask, client.DryRunAll), ""},
		{"who holds the kubeconfig suspends", as("").Patch(t.Context(), sync, suspend, client.DryRunAll),
			"only platform administrators may change a GitSync"},
		{"erin administers", as("erin").Patch(t.Context(), sync, suspend, client.DryRunAll), "only platform administrators may change a GitSync"},
	} {
		switch {
		case test.err == nil && test.want != "", test.err != nil && (test.want == "" || !strings.Contains(test.err.Error(), test.want)):
			t.Errorf("%s: %s: %v, want %q", when, test.what, test.err, test.want)
		}
	}
}
