package admission_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/git/gitsync/gittest"
	"provost.dev/provost/internal/testing/tables"
	"provost.dev/provost/internal/testing/testenv"
)

// trailOf is what an object says of its last change: who, when, from which revision.
func trailOf(o client.Object) [3]string {
	a := o.GetAnnotations()
	return [3]string{a[provostv1.ChangedByAnnotation], a[provostv1.ChangedAtAnnotation], a[provostv1.ChangedRevisionAnnotation]}
}

// written is when each of those who write an object, but for its status, last
// wrote something of it, and the annotations.
func written(o client.Object) string {
	var out []string
	for _, m := range o.GetManagedFields() {
		if m.Subresource == "" {
			out = append(out, fmt.Sprintf("%s %s %s %s", m.Manager, m.Operation, m.Time, m.FieldsV1.GetRawBytes()))
		}
	}
	slices.Sort(out)
	return fmt.Sprintln(o.GetGeneration(), out, o.GetAnnotations())
}

// applying is the environment in the name of somebody who says what is applied,
// and the warnings that the answers bring.
func applying(t testing.TB, env *testenv.Env, user, revision string, groups ...string) (*testenv.Env, *warnings) {
	t.Helper()
	w := &warnings{}
	out := as(t, env, user, groups...)
	out.Config.Impersonate.Extra = map[string][]string{provostv1.RevisionExtra: {revision}}
	out.Config.WarningHandler = w
	var err error
	if out.Client, err = client.New(out.Config, client.Options{Scheme: env.Scheme}); err != nil {
		t.Fatal(err)
	}
	return out, w
}

// warnings collects what answers warn of.
type warnings struct{ texts []string }

// HandleWarningHeader implements rest.WarningHandler.
func (w *warnings) HandleWarningHeader(_ int, _ string, text string) { w.texts = append(w.texts, text) }

// TestTrail changes a binding in several names and reads what it says afterwards.
func TestTrail(t *testing.T) {
	g := guard(t)
	g.world(t, schoolWorld(t))
	at := tables.Now.UTC().Format(time.RFC3339)
	const revision = "main@sha1:0123456789012345678901234567890123456789"
	sue, said := applying(t, g.Env, "sue", revision)
	applier, _ := applying(t, g.Env, flux, revision)
	apply := func(env *testenv.Env, role string, change func(*unstructured.Unstructured)) *unstructured.Unstructured {
		t.Helper()
		o := object(binding("bob", role))
		if change != nil {
			change(o)
		}
		if err := env.Client.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(o), client.FieldOwner("a test"),
			client.ForceOwnership); err != nil {
			t.Fatal(err)
		}
		return o
	}
	want := func(what string, o client.Object, want [3]string) {
		t.Helper()
		if got := trailOf(o); got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	o := apply(sue, "course-student", nil)
	want("created, by somebody whose word for a revision does not count", o, [3]string{"sue", at, ""})
	want("applied again as it is", apply(applier, "course-student", nil), [3]string{"sue", at, ""})
	time.Sleep(time.Second) // for a time that is written to differ
	if again := apply(sue, "course-student", nil); written(again) != written(o) {
		t.Errorf("applying it again wrote something:\n%s%s", written(o), written(again))
	}
	labelled := apply(applier, "course-student", func(o *unstructured.Unstructured) { o.SetLabels(map[string]string{"a": "b"}) })
	want("a label", labelled, [3]string{"sue", at, ""})
	made := apply(applier, "course-coach", nil)
	want("another role, by a trusted applier", made, [3]string{flux, at, revision})
	if again := apply(applier, "course-coach", nil); written(again) != written(made) {
		t.Errorf("the stamps make a difference when the same is applied again:\n%s%s", written(made), written(again))
	}

	stamp := func(o *unstructured.Unstructured) {
		o.SetAnnotations(map[string]string{provostv1.ChangedByAnnotation: "somebody", "note": "kept"})
	}
	said.texts = nil
	o = apply(sue, "course-coach", stamp)
	want("a made up name", o, [3]string{flux, at, revision})
	if o.GetAnnotations()["note"] != "kept" {
		t.Errorf("other annotations: %v", o.GetAnnotations())
	}
	if text := strings.Join(said.texts, "\n"); !strings.Contains(text, `the annotation provost.dev/changed-by: "somebody" is left out`) {
		t.Errorf("the answer does not say that it is left out: %q", text)
	}
	o = apply(sue, "course-student", stamp)
	want("a made up name with a change", o, [3]string{"sue", at, ""})
	patch := client.RawPatch("application/merge-patch+json",
		[]byte(`{"metadata":{"annotations":{"provost.dev/changed-by":null,"provost.dev/changed-at":"2001-01-01T00:00:00Z"}}}`))
	if err := sue.Client.Patch(t.Context(), o, patch); err != nil {
		t.Fatal(err)
	}
	want("taken away", o, [3]string{"sue", at, ""})
}

// TestTrailOfAGitSync has the manager apply a repository in its own name.
func TestTrailOfAGitSync(t *testing.T) {
	g := guard(t)
	g.world(t, schoolWorld(t))
	const coaches = "apiVersion: provost.dev/v1alpha1\nkind: Group\nmetadata: {name: coaches, namespace: acme, annotations: " +
		"{provost.dev/changed-by: somebody}}\nspec: {members: [{name: bob}]}\n"
	repo := gittest.New(t, gittest.Files{"coaches.yaml": coaches})
	gs := &provostv1.GitSync{}
	gs.Namespace, gs.Name, gs.Spec.URL = "acme", "repo", repo.URL()
	if err := g.hand.Client.Create(t.Context(), gs); err != nil {
		t.Fatal(err)
	}
	synced := func(requested string) (string, *provostv1.Group) {
		t.Helper()
		eventually(t, "the repository is applied", func() bool {
			err := g.Client.Get(t.Context(), client.ObjectKeyFromObject(gs), gs)
			return err == nil && gs.Status.LastAppliedRevision != "" && gs.Status.LastHandledReconcileAt == requested
		})
		group := &provostv1.Group{}
		if err := g.Client.Get(t.Context(), client.ObjectKey{Namespace: "acme", Name: "coaches"}, group); err != nil {
			t.Fatal(err)
		}
		return gs.Status.LastAppliedRevision, group
	}
	ask := func(when string) {
		t.Helper()
		patch := client.RawPatch("application/merge-patch+json",
			[]byte(`{"metadata":{"annotations":{"`+provostv1.RequestedAtAnnotation+`":"`+when+`"}}}`))
		if err := g.hand.Client.Patch(t.Context(), gs.DeepCopy(), patch); err != nil {
			t.Fatal(err)
		}
	}
	first, group := synced("")
	at := tables.Now.UTC().Format(time.RFC3339)
	want := [3]string{admission.ManagerUser, at, first}
	if got := trailOf(group); got != want {
		t.Errorf("the trail is %q, want %q", got, want)
	}

	// Another commit that says the same of the group, and a thorough look at everything.
	repo.Commit(gittest.Files{"other.yaml": strings.ReplaceAll(coaches, "coaches", "others")})
	ask("1")
	second, again := synced("1")
	if second == first || written(again) != written(group) {
		t.Errorf("after %s and %s:\n%s%s", first, second, written(group), written(again))
	}
	ask("2")
	if _, again := synced("2"); written(again) != written(group) {
		t.Errorf("the stamps are taken for drift:\n%s%s", written(group), written(again))
	}

	// What somebody else changed is put back, and says so.
	if err := as(t, g.Env, "root").Client.Patch(t.Context(), group,
		client.RawPatch("application/merge-patch+json", []byte(`{"spec":{"members":null}}`))); err != nil {
		t.Fatal(err)
	}
	if got, want := trailOf(group), [3]string{"root", at, ""}; got != want {
		t.Errorf("changed by hand: %q, want %q", got, want)
	}
	ask("3")
	if _, again := synced("3"); trailOf(again) != [3]string{admission.ManagerUser, at, second} || len(again.Spec.Members) != 1 {
		t.Errorf("put back: %q with %d members", trailOf(again), len(again.Spec.Members))
	}
}

// TestSayRevision holds the manager's rights to what saying a revision takes: it
// may act as itself and as nobody else, and say nothing else of itself.
func TestSayRevision(t *testing.T) {
	env := testenv.Start(t)
	env.ManagerConfig(t)
	account := &corev1.ServiceAccount{}
	account.Namespace, account.Name = provostv1.SystemNamespace, "provost-manager"
	token := &authenticationv1.TokenRequest{}
	if err := env.Client.SubResource("token").Create(t.Context(), account, token); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		as    rest.ImpersonationConfig
		works bool
	}{
		{"itself with a revision", rest.ImpersonationConfig{UserName: admission.ManagerUser,
			Extra: map[string][]string{provostv1.RevisionExtra: {"main@sha1:1"}}}, true},
		{"itself with something else", rest.ImpersonationConfig{UserName: admission.ManagerUser, Extra: map[string][]string{"scopes": {"all"}}},
			false},
		{"another account", rest.ImpersonationConfig{UserName: "system:serviceaccount:provost-system:default"}, false},
		{"itself with more groups", rest.ImpersonationConfig{UserName: admission.ManagerUser, Groups: []string{"system:masters"}}, false},
	} {
		cfg := rest.AnonymousClientConfig(env.Config)
		cfg.BearerToken, cfg.Impersonate = token.Status.Token, test.as
		c, err := client.New(cfg, client.Options{Scheme: env.Scheme, Mapper: env.Client.RESTMapper()})
		if err != nil {
			t.Fatal(err)
		}
		review := &authenticationv1.SelfSubjectReview{}
		err = c.Create(t.Context(), review)
		if (err == nil) != test.works {
			t.Errorf("%s: %v", test.name, err)
		}
		if said := review.Status.UserInfo.Extra[provostv1.RevisionExtra]; test.works && (len(said) != 1 || said[0] != "main@sha1:1") {
			t.Errorf("%s: the API server heard %q", test.name, said)
		}
	}
}
