package schema_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"provost.dev/provost/internal/manifest/schema"
)

// The tables of good and bad objects are in tests/cel, where an API server has its say too. Here is what only the
// package itself promises.

func release(t *testing.T) *schema.Set {
	t.Helper()
	set, err := schema.Release()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func object(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	data, err := yaml.YAMLToJSONStrict([]byte("apiVersion: provost.dev/v1alpha1\n" + text))
	if err != nil {
		t.Fatal(err)
	}
	obj := &unstructured.Unstructured{}
	if err := json.Unmarshal(data, &obj.Object); err != nil {
		t.Fatal(err)
	}
	return obj
}

func TestAdmitGivesDefaultsAndDropsStatus(t *testing.T) {
	given := object(t, `
kind: RoleBinding
metadata: {name: x, namespace: acme}
spec: {entityRef: {kind: Course, name: c}, roleRef: {name: course-student}, subjects: [{kind: Person, name: alice}]}
status: {people: 7}`)
	before := given.DeepCopy()
	admitted, errs := release(t).Admit(t.Context(), given)
	if len(errs) > 0 {
		t.Fatal(errs.ToAggregate())
	}
	if diff := cmp.Diff(before, given); diff != "" {
		t.Errorf("the argument was changed:\n%s", diff)
	}
	want := object(t, `
kind: RoleBinding
metadata: {name: x, namespace: acme}
spec: {entityRef: {kind: Course, name: c}, roleRef: {kind: Role, name: course-student}, subjects: [{kind: Person, name: alice, namespace: ""}]}
status: {observedGeneration: -1}`)
	if diff := cmp.Diff(want, admitted); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestUnknownFieldsAreNamedWithWhatWasMeant(t *testing.T) {
	for _, tc := range []struct{ about, text, want string }{
		{"at the top", "kind: Course\nmetadata: {name: x, namespace: acme}\nspecs: {}",
			`specs: Forbidden: unknown field "specs"; did you mean "spec"?`},
		{"in a list", "kind: Group\nmetadata: {name: x, namespace: acme}\nspec: {members: [{name: alice, status: Removed}]}",
			`spec.members[0].status: Forbidden: unknown field "spec.members[0].status"; did you mean "state"?`},
		{"far from all", "kind: Course\nmetadata: {name: x, namespace: acme}\nspec: {parentRef: {kind: Campus, name: c, cluster: d}}",
			`; there are kind, name`},
		{"in metadata", "kind: Course\nmetadata: {name: x, namespace: acme, label: {}}", `metadata.label`},
	} {
		t.Run(tc.about, func(t *testing.T) {
			errs := release(t).Validate(t.Context(), object(t, tc.text))
			if len(errs) != 1 || !strings.Contains(errs[0].Error(), tc.want) {
				t.Errorf("got %v\nwant one error with %s", errs, tc.want)
			}
		})
	}
}

func TestMetadata(t *testing.T) {
	for _, tc := range []struct{ about, text, want string }{
		{"no name", "kind: Course\nmetadata: {namespace: acme}", "metadata.name: Required value"},
		{"no namespace", "kind: Course\nmetadata: {name: x}", "metadata.namespace: Required value"},
		{"no metadata", "kind: Person", "metadata.name: Required value"},
		{"a list", "kind: Person\nmetadata: []", "metadata: Invalid value"},
		{"label that is a number", "kind: Person\nmetadata: {name: x, labels: {a: 1}}", "metadata: Invalid value"},
		{"label that is none", "kind: Person\nmetadata: {name: x, labels: {a: b c}}", "metadata.labels: Invalid value"},
		{"namespace of something that has none", "kind: Person\nmetadata: {name: x, namespace: acme}", ""},
	} {
		t.Run(tc.about, func(t *testing.T) {
			errs := release(t).Validate(t.Context(), object(t, tc.text))
			if got := errs.ToAggregate(); tc.want == "" && got != nil || tc.want != "" && (got == nil || !strings.Contains(got.Error(), tc.want)) {
				t.Errorf("got %v, want %q", got, tc.want)
			}
		})
	}
}

func TestManyAtOnce(t *testing.T) {
	set, err := schema.Release()
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for _, kind := range []string{"Organisation", "Campus", "Course"} {
				obj := object(t, "kind: "+kind+"\nmetadata: {name: x, namespace: acme}\nspec: {ownership: Private}")
				if errs := set.Validate(t.Context(), obj); len(errs) != 1 {
					t.Errorf("%s: %v", kind, errs)
				}
			}
		})
	}
	wait.Wait()
}
