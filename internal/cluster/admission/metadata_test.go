package admission_test

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

// TestMetadata changes labels, annotations and finalizers through the API server.
func TestMetadata(t *testing.T) {
	g := guard(t)
	g.world(t, schoolWorld(t))
	marked := with(object(binding("bob", "course-student")), func(o *unstructured.Unstructured) {
		o.SetName("marked")
		o.SetFinalizers([]string{"example.org/theirs"})
		o.SetLabels(map[string]string{"team": "a"})
		o.SetAnnotations(map[string]string{"note": "a"})
	})
	create(t, g.hand.Client, marked)
	class := object(&directory.Group{Key: directory.Key{Namespace: "acme", Name: "class"}, Members: []directory.Member{
		{Name: "ivy", Role: directory.Admin}, {Name: "stan"}, {Name: "dana"},
	}})
	create(t, g.hand.Client, class)
	eventually(t, "the manager knows all of it", func() bool { return strings.Contains(strings.Join(g.known(), " "), "class") })
	const (
		ours        = "needs manage_course_users at course algebra or assign_roles at organisation acme, to change the binding"
		settings    = "needs manage_course_settings at course algebra, to change it"
		staff       = "needs to be Admin or Instructor of group acme/class"
		reserved    = "only platform administrators may change a Person"
		noAuthority = `no active Person has the user name "eve"`
	)
	course := object(&directory.Entity{Key: binding("x", "x").Entity.In("acme")})
	person := object(&directory.Person{Name: "bob"})
	for _, test := range []struct {
		what, who string
		object    *unstructured.Unstructured
		patch     string
		want      string // in the refusal; empty where it is allowed
	}{
		{"a finalizer on somebody's binding", "bob", marked, `{"metadata":{"finalizers":["example.org/theirs","example.org/mine"]}}`, ours},
		{"by somebody whom nobody knows", "eve", marked, `{"metadata":{"finalizers":["example.org/theirs","example.org/mine"]}}`, noAuthority},
		{"a finalizer less", "bob", marked, `{"metadata":{"finalizers":null}}`, ours},
		{"a label", "stan", marked, `{"metadata":{"labels":{"team":"b"}}}`, ours},
		{"a label less", "stan", marked, `{"metadata":{"labels":{"team":null}}}`, ours},
		{"an annotation", "stan", marked, `{"metadata":{"annotations":{"note":"b"}}}`, ours},
		{"an annotation less", "stan", marked, `{"metadata":{"annotations":{"note":null}}}`, ours},
		{"what kubectl notes, by itself", "stan", marked,
			`{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"}}}`, ours},
		{"all that by somebody who may", "sue", marked,
			`{"metadata":{"finalizers":["example.org/mine"],"labels":{"team":"b"},"annotations":{"note":null}}}`, ""},
		{"by the organisation's admin", "ada", marked, `{"metadata":{"finalizers":null}}`, ""},
		{"Kubernetes' own finalizers", "bob", marked, `{"metadata":{"finalizers":["example.org/theirs","foregroundDeletion"]}}`, ""},
		{"a finalizer on a course", "ivy", course, `{"metadata":{"finalizers":["provost.dev/children","example.org/mine"]}}`, settings},
		{"a finalizer on a group", "stan", class, `{"metadata":{"finalizers":["example.org/mine"]}}`, staff},
		{"a finalizer on a group, by its Admin", "ivy", class, `{"metadata":{"finalizers":["example.org/mine"]}}`, ""},
		{"a finalizer along with people whom one may enter", "carla", class,
			`{"metadata":{"finalizers":["example.org/mine"]},"spec":{"members":[{"name":"ivy","role":"Admin"},{"name":"stan"}]}}`, staff},
		{"a label on a Person", "oscar", person, `{"metadata":{"labels":{"team":"b"}}}`, reserved},
		{"a label on a Person, by an administrator", "root", person, `{"metadata":{"labels":{"team":"b"}}}`, ""},
	} {
		o := &unstructured.Unstructured{}
		o.SetGroupVersionKind(test.object.GroupVersionKind())
		o.SetNamespace(test.object.GetNamespace())
		o.SetName(test.object.GetName())
		err := as(t, g.Env, test.who).Client.Patch(t.Context(), o, client.RawPatch("application/merge-patch+json", []byte(test.patch)),
			client.DryRunAll)
		switch {
		case test.want == "" && err != nil, test.want != "" && (err == nil || !strings.Contains(refusal(err), test.want)):
			t.Errorf("%s by %s: %v, want %q", test.what, test.who, err, test.want)
		}
	}
	// What is created may be kept from being deleted by whoever could keep it later.
	kept := with(object(binding("dana", "course-student")),
		func(o *unstructured.Unstructured) { o.SetFinalizers([]string{"example.org/mine"}) })
	kept.SetName("kept")
	if err := as(t, g.Env, "sue").Client.Create(t.Context(), kept.DeepCopy(), client.DryRunAll); err != nil {
		t.Errorf("a binding created with a finalizer: %v", err)
	}
	below := with(object(&directory.Entity{Key: directory.EntityKey{Level: 2, Namespace: "acme", Name: "new"}}),
		func(o *unstructured.Unstructured) {
			o.SetFinalizers([]string{"example.org/mine"})
			o.Object["spec"] = fields{"parentRef": fields{"kind": "Campus", "name": "north"}}
			o.SetLabels(map[string]string{"team": "a"})
		})
	creator := as(t, g.Env, "carla").Client // who may add courses to the campus, and has nothing at these
	if err := creator.Create(t.Context(), below.DeepCopy(), client.DryRunAll); err == nil ||
		!strings.Contains(refusal(err), "needs manage_course_settings at course new") {
		t.Errorf("a course created with a finalizer: %v", err)
	}
	below.SetFinalizers(nil)
	if err := creator.Create(t.Context(), below.DeepCopy(), client.DryRunAll); err != nil {
		t.Errorf("a course created with a label: %v", err)
	}
	// Who may change the spec brings along what kubectl notes of it.
	learner := binding("stan", "course-student")
	learner.Key.Name = "marked"
	after := object(learner)
	after.SetAnnotations(map[string]string{"kubectl.kubernetes.io/last-applied-configuration": "{}"})
	after.SetLabels(map[string]string{"team": "a"})
	err := as(t, g.Env, "sue").Client.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(after), client.FieldOwner("kubectl"),
		client.ForceOwnership, client.DryRunAll)
	if err != nil {
		t.Errorf("the spec, with what kubectl notes: %v", err)
	}
	// An object that is being deleted is let go by those who could keep it, and nobody else.
	if err := g.hand.Client.Delete(t.Context(), marked.DeepCopy()); err != nil {
		t.Fatal(err)
	}
	release := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`))
	eventually(t, "the manager knows that it is going", func() bool { return !strings.Contains(strings.Join(g.known(), " "), "marked") })
	for who, want := range map[string]bool{"bob": false, "sue": true} {
		going := &provostv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: "acme", Name: "marked"}}
		if err := as(t, g.Env, who).Client.Patch(t.Context(), going, release, client.DryRunAll); (err == nil) != want {
			t.Errorf("an object that is being deleted is let go by %s: %v", who, err)
		}
	}
}
