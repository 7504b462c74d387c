package admission_test

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/testing/script"
)

// TestNamespaceWarnings is what the answer to the deletion of a namespace warns of (R10).
func TestNamespaceWarnings(t *testing.T) {
	t.Parallel()
	s, err := script.Run(`
		namespace acme
		namespace beta
		namespace gamma
		use beta
		course/choir
		group guests(speakers)
		group others
		use acme
		course/algebra
		deny @beta/guests @beta/others @beta/nobody: view_course
		deny everyone within acme beta: edit_course_content
		deny @beta/others until -1h: view_course`)
	if err != nil {
		t.Fatal(err)
	}
	h := handlers(t, s.Records())[admission.NamespacesPath]
	going := func(name string) *unstructured.Unstructured {
		return &unstructured.Unstructured{Object: fields{"apiVersion": "v1", "kind": "Namespace", "metadata": fields{"name": name}}}
	}
	for _, test := range []struct {
		name string
		want []string
	}{
		{"beta", []string{
			"groups beta/guests, beta/others do not exist: the deny takes nothing from their members",
			"namespace beta does not exist: the deny does not hold there",
		}},
		{"acme", []string{"namespace acme does not exist: the deny does not hold there"}},
		{"gamma", []string{"allowed"}},
		{"unheard-of", []string{"allowed"}},
	} {
		got := answer(h.Handle(t.Context(), request(t, "root", going(test.name), nil)))
		for i, line := range got {
			if _, what, ok := strings.Cut(line, " has a hole from now on: "); ok {
				got[i] = what
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	terminating := with(going("beta"), func(o *unstructured.Unstructured) { now := metav1.Now(); o.SetDeletionTimestamp(&now) })
	if got := answer(h.Handle(t.Context(), request(t, "root", terminating, nil))); got[0] != "allowed" {
		t.Errorf("one that is being deleted already: %q", got)
	}
}

// TestDeletingWhatADenyNames asks a real API server.
func TestDeletingWhatADenyNames(t *testing.T) {
	g := guard(t)
	g.world(t, schoolWorld(t))
	g.hand.Apply(t, "beta", "{kind: Group, metadata: {name: guests}, spec: {members: [{name: bob}]}}")
	g.hand.Apply(t, "", `
kind: SystemDeny
metadata: {name: no-views}
spec:
  subjects: [{kind: Group, name: guests, namespace: beta}]
  permissions: [view_course]
  scope: {entityRef: {kind: Course, name: algebra, namespace: acme}}
  reason: a test`)
	eventually(t, "the manager knows all of it", func() bool { return strings.Contains(strings.Join(g.known(), " "), "no-views") })
	const hole = "SystemDeny no-views has a hole from now on: "
	group := hole + "group beta/guests does not exist: the deny takes nothing from its members"
	for _, test := range []struct {
		what   string
		object string
		want   []string
	}{
		{"a group", "{kind: Group, metadata: {name: guests, namespace: beta}}", []string{group}},
		{"an entity", "{kind: Course, metadata: {name: algebra, namespace: acme}}", []string{
			hole + "course algebra does not exist in the namespace acme: the deny does not hold there, but only at what names it as its parent",
			"below course algebra stand module unit: it grants nothing from now on, and goes when they are deleted or moved",
		}},
		{"another entity", "{kind: Task, metadata: {name: essay, namespace: acme}}", nil},
	} {
		root, heard := applying(t, g.Env, "root", "")
		for _, o := range g.Objects(t, "", test.object) {
			if err := root.Client.Delete(t.Context(), o, client.DryRunAll); err != nil {
				t.Fatalf("%s: %v", test.what, err)
			}
		}
		if !slices.Equal(heard.texts, test.want) {
			t.Errorf("%s: warned of %q, want %q", test.what, heard.texts, test.want)
		}
	}
	somebody, heard := applying(t, g.Env, "somebody", "", "system:masters")
	beta := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "beta"}}
	if err := somebody.Client.Delete(t.Context(), beta, client.DryRunAll); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(heard.texts, []string{group}) {
		t.Errorf("the namespace: warned of %q, want %q", heard.texts, group)
	}
}
