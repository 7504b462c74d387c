package cel

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"provost.dev/provost/internal/testing/need"
)

// hostile are values that no field is made for, or that only few fields take.
var hostile = []any{
	nil, true, int64(-1), int64(1) << 40, 0.5, "", " ", "x", "X", "-x", "..", "a/../b", "alice@example.org", "*", "ümlaut",
	"line\nbreak", "nul\x00", "1h", "99999999999h", "2027-13-01T00:00:00Z", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z",
	"Course", "Role", "true", strings.Repeat("a", 70), strings.Repeat("a", 300), strings.Repeat("a", 5000),
	[]any{}, []any{nil}, []any{"x", "x"}, []any{map[string]any{}}, map[string]any{}, map[string]any{"x": "x"}, map[string]any{"name": nil},
}

// Every field of every kind takes every hostile value, goes missing, or gets a neighbour that nobody knows. The API
// server and the offline check must agree on every one, and whatever is accepted must be readable.
func TestHostileValues(t *testing.T) {
	for _, gvk := range offline.Kinds() {
		t.Run(gvk.Kind, func(t *testing.T) {
			t.Parallel()
			count, tried := 0, 0
			stride := 3
			switch {
			case need.Long():
				stride = 1
			case testing.Short():
				stride = 40
			}
			for _, good := range fullObjects(t, gvk.Kind) {
				if got := sameVerdict(t, good); got.refused {
					t.Fatalf("the full object is refused: %s", got.text)
				}
				for _, path := range paths(good.Object) {
					for _, change := range changesAt(path) {
						if tried++; tried%stride != 0 {
							continue
						}
						bad := good.DeepCopy()
						change.apply(bad.Object)
						if t.Failed() {
							return
						}
						sameVerdict(t, bad)
						count++
						if t.Failed() {
							t.Errorf("with %s", change.about)
						}
					}
				}
			}
			t.Logf("%d objects", count)
		})
	}
}

// The full objects leave no field of any schema out, so that no field escapes the hostile values.
func TestFullObjectsAreFull(t *testing.T) {
	for _, gvk := range offline.Kinds() {
		t.Run(gvk.Kind, func(t *testing.T) {
			top := "spec"
			if gvk.Kind == "EffectivePermissions" {
				top = "status"
			}
			have := map[string]bool{}
			for _, obj := range fullObjects(t, gvk.Kind) {
				for _, path := range paths(map[string]any{top: obj.Object[top]}) {
					have[schemaPath(path)] = true
				}
			}
			for _, field := range offlineFields(t, gvk.Kind, top) {
				if !have[field] {
					t.Errorf("%s has no value in the full objects", field)
				}
			}
		})
	}
}

// change is one thing done to an object.
type change struct {
	about string
	apply func(map[string]any)
}

// path leads to a value: keys of maps, and indices of lists.
type path []any

func (p path) String() string {
	var b strings.Builder
	for _, step := range p {
		fmt.Fprintf(&b, "/%v", step)
	}
	return b.String()
}

// schemaPath is the path without indices, as the schema has it.
func schemaPath(p path) string {
	var steps []string
	for _, step := range p {
		if key, ok := step.(string); ok {
			steps = append(steps, key)
		}
	}
	return strings.Join(steps, ".")
}

// paths returns the paths to all values of an object below apiVersion and kind, parents before children.
func paths(value any) []path {
	var found []path
	var walk func(prefix path, value any)
	walk = func(prefix path, value any) {
		if len(prefix) > 0 {
			found = append(found, slices.Clone(prefix))
		}
		switch value := value.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(value)) {
				if len(prefix) == 0 && (key == "apiVersion" || key == "kind") {
					continue
				}
				if len(prefix) == 1 && prefix[0] == "metadata" {
					continue // names and namespaces are Kubernetes' own matter
				}
				walk(append(slices.Clone(prefix), key), value[key])
			}
		case []any:
			for i := range value {
				walk(append(slices.Clone(prefix), i), value[i])
			}
		}
	}
	walk(nil, value)
	return slices.DeleteFunc(found, func(p path) bool { return p[0] == "metadata" })
}

func changesAt(p path) []change {
	changes := []change{{
		about: p.String() + " missing",
		apply: func(root map[string]any) { remove(root, p) },
	}}
	for _, value := range hostile {
		changes = append(changes, change{
			about: fmt.Sprintf("%s = %.40q", p, fmt.Sprintf("%#v", value)),
			apply: func(root map[string]any) { set(root, p, runtime.DeepCopyJSONValue(value)) },
		})
	}
	changes = append(changes, change{
		about: p.String() + " with an unknown field",
		apply: func(root map[string]any) {
			if object, ok := get(root, p).(map[string]any); ok {
				object["unknownField"] = "x"
			}
		},
	}, change{
		about: p.String() + " twice",
		apply: func(root map[string]any) {
			if list, ok := get(root, p).([]any); ok && len(list) > 0 {
				set(root, p, append(list, runtime.DeepCopyJSONValue(list[0])))
			}
		},
	})
	return changes
}

func get(root any, p path) any {
	for _, step := range p {
		switch step := step.(type) {
		case string:
			root = root.(map[string]any)[step]
		case int:
			root = root.([]any)[step]
		}
	}
	return root
}

func set(root map[string]any, p path, value any) {
	switch step := p[len(p)-1].(type) {
	case string:
		get(root, p[:len(p)-1]).(map[string]any)[step] = value
	case int:
		get(root, p[:len(p)-1]).([]any)[step] = value
	}
}

func remove(root map[string]any, p path) {
	switch step := p[len(p)-1].(type) {
	case string:
		delete(get(root, p[:len(p)-1]).(map[string]any), step)
	case int:
		parent := p[:len(p)-1]
		set(root, parent, slices.Delete(get(root, parent).([]any), step, step+1))
	}
}

// Objects that are no objects of ours at all.
func TestNotOurs(t *testing.T) {
	for _, tc := range []struct{ about, text, want string }{
		{"no kind", "apiVersion: provost.dev/v1alpha1", "name the kind of the object"},
		{"no version", "kind: Course", "name the group and version"},
		{"misspelt kind", "{apiVersion: provost.dev/v1alpha1, kind: Organization}", `did you mean "Organisation"?`},
		{"misspelt group", "{apiVersion: provost.dev/v1alpha2, kind: Course}", `did you mean "provost.dev/v1alpha1"?`},
		{"another group", "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role}", "there are provost.dev/v1alpha1"},
	} {
		t.Run(tc.about, func(t *testing.T) {
			obj := &unstructured.Unstructured{Object: map[string]any{}}
			for key, value := range object(t, tc.text).Object {
				obj.Object[key] = value
			}
			if tc.about == "no version" {
				delete(obj.Object, "apiVersion")
			}
			if got := offlineVerdict(t.Context(), obj); !strings.Contains(got.text, tc.want) {
				t.Errorf("got %q, want %q", got.text, tc.want)
			}
		})
	}
}
