package export

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/format"
)

// samples are objects of every kind, as a folder has them.
func samples(t *testing.T) []manifest.Object {
	t.Helper()
	var out []manifest.Object
	for _, dir := range []string{"../../../config/samples", "../../../examples/acme"} {
		set, _, err := manifest.ReadAll(t.Context(), manifest.Options{Namespace: "acme"}, manifest.Source{FS: os.DirFS(dir), Dir: "."})
		if err != nil {
			t.Fatal(err)
		}
		for i := range set.Items {
			out = append(out, set.Items[i].Object)
		}
	}
	if len(out) < 30 {
		t.Fatalf("there are %d samples", len(out))
	}
	return out
}

// asStored adds what an API server, a GitSync and the trail add to an object.
func asStored(o manifest.Object) manifest.Object {
	o = o.DeepCopyObject().(manifest.Object)
	o.SetResourceVersion("12")
	o.SetUID("11111111-2222-3333-4444-555555555555")
	o.SetGeneration(3)
	o.SetCreationTimestamp(metav1.NewTime(time.Unix(1_800_000_000, 0)))
	o.SetManagedFields([]metav1.ManagedFieldsEntry{{Manager: "kubectl-create", Operation: metav1.ManagedFieldsOperationUpdate}})
	o.SetFinalizers([]string{provostv1.ChildrenFinalizer})
	with := func(all map[string]string, more map[string]string) map[string]string {
		for k, v := range all {
			more[k] = v
		}
		return more
	}
	o.SetLabels(with(o.GetLabels(), map[string]string{provostv1.GitSyncLabel: "a.b"}))
	o.SetAnnotations(with(o.GetAnnotations(), map[string]string{
		provostv1.ChangedByAnnotation: "dana", corev1.LastAppliedConfigAnnotation: "{}",
	}))
	o.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{}) // as typed clients have them
	return o
}

// What is exported is what somebody wrote: read again it is the same, in the canonical layout, whatever servers added.
func TestRoundTrip(t *testing.T) {
	for _, o := range samples(t) {
		text, err := Text(asStored(o))
		if err != nil {
			t.Errorf("%T %s: %v", o, o.GetName(), err)
			continue
		}
		for _, added := range []string{"status:", "uid:", "managedFields:", "finalizers:", "creationTimestamp:", "gitsync: ", "changed-by:",
			"resourceVersion:", "last-applied"} {
			if strings.Contains(string(text), added) {
				t.Errorf("%T %s has %s:\n%s", o, o.GetName(), added, text)
			}
		}
		again, problem := format.Text(text, format.Options{})
		if problem != nil || !bytes.Equal(again.Text, text) {
			t.Errorf("%T %s is not laid out canonically:\n%s", o, o.GetName(), text)
		}
		set, err := manifest.Read(t.Context(), manifest.Options{}, manifest.Source{Name: "x", Stream: bytes.NewReader(text)})
		if err != nil || len(set.Items) != 1 {
			t.Errorf("%T %s: %v\n%s", o, o.GetName(), err, text)
			continue
		}
		got := set.Items[0].Object
		if !equality.Semantic.DeepEqual(spec(t, o), spec(t, got)) || got.GetNamespace() != o.GetNamespace() ||
			!equality.Semantic.DeepEqual(o.GetLabels(), got.GetLabels()) {
			t.Errorf("%T %s: read again (-was +is)\n%s", o, o.GetName(), cmp.Diff(spec(t, o), spec(t, got)))
		}
	}
}

// spec is what an object says.
func spec(t *testing.T, o manifest.Object) any {
	t.Helper()
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o)
	if err != nil {
		t.Fatal(err)
	}
	return content["spec"]
}

// Which objects are written: those of a namespace, those that nobody applies, and nothing that is not ours to write.
func TestChoice(t *testing.T) {
	group := func(namespace, name string, change ...func(*provostv1.Group)) manifest.Object {
		g := &provostv1.Group{}
		g.Namespace, g.Name = namespace, name
		for _, c := range change {
			c(g)
		}
		return g
	}
	namespace := func(name string) manifest.Object {
		n := &corev1.Namespace{}
		n.Name = name
		return n
	}
	role := &provostv1.Role{}
	role.Namespace, role.Name, role.Spec.Type = provostv1.SystemNamespace, "course-admin", provostv1.RoleTypeSystem
	objects := []manifest.Object{
		group("acme", "kustomization"), namespace("acme"), namespace("kube-system"), namespace(provostv1.SystemNamespace), role,
		group("corp", "synced", func(g *provostv1.Group) { g.Labels = map[string]string{provostv1.GitSyncLabel: "a.b"} }),
		group("acme", "flux", func(g *provostv1.Group) { g.Labels = map[string]string{"kustomize.toolkit.fluxcd.io/name": "x"} }),
		group("acme", "going", func(g *provostv1.Group) { g.DeletionTimestamp = &metav1.Time{} }),
	}
	for _, tt := range []struct {
		choice Choice
		want   []string
	}{
		{Choice{}, []string{"acme/groups/flux.yaml", "acme/groups/kustomization.group.yaml", "corp/groups/synced.yaml", "namespaces/acme.yaml"}},
		{Choice{Namespace: "corp"}, []string{"corp/groups/synced.yaml"}},
		{Choice{Unmanaged: true}, []string{"acme/groups/kustomization.group.yaml", "namespaces/acme.yaml"}},
	} {
		files, err := Files(tt.choice.Of(objects))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range files {
			got = append(got, f.Name)
		}
		slices.Sort(got)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%+v (-want +got)\n%s", tt.choice, diff)
		}
	}
}
