package stored

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/schema"
)

// Kinds are those of which an older release stored objects in another form. Attributes of people had one text each (R37).
var Kinds = []directory.Kind{directory.KindPerson}

// InOlderForm says of objects what they are.
const InOlderForm = "stored in the form of an older release"

// Older says which fields of a stored object are of another form than this release's; none for one as it should be. Numbers
// must be int64 or float64, as a client reads them.
func Older(ctx context.Context, schemas *schema.Set, o *unstructured.Unstructured) []string {
	gvk := o.GroupVersionKind()
	if gvk.GroupVersion() != provostv1.GroupVersion || !slices.Contains(Kinds, directory.Kind(gvk.Kind)) {
		return nil
	}
	// What the server adds is of no interest, and would be looked at in detail.
	said := &unstructured.Unstructured{Object: map[string]any{"spec": o.Object["spec"]}}
	said.SetGroupVersionKind(gvk)
	said.SetNamespace(o.GetNamespace())
	said.SetName(o.GetName())
	var out []string
	for _, err := range schemas.Validate(ctx, said) {
		if err.Type == field.ErrorTypeTypeInvalid {
			out = append(out, err.Field)
		}
	}
	return out
}

// Anew is the spec of a stored object in the form of this release: the fields of an older form as the API's types write what
// they read of them, and everything else as it is stored. The error says that they cannot read it, or write it no better.
func Anew(ctx context.Context, schemas *schema.Set, o *unstructured.Unstructured) (map[string]any, error) {
	older := Older(ctx, schemas, o)
	typed, ok := manifest.New(o.GetKind())
	if !ok {
		return nil, fmt.Errorf("%s is no kind of this release", o.GetKind())
	}
	text, err := json.Marshal(o.Object)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, typed); err != nil {
		return nil, fmt.Errorf("what is stored cannot be read: %w", err)
	}
	read, err := runtime.DefaultUnstructuredConverter.ToUnstructured(typed)
	if err != nil {
		return nil, err
	}
	was, _, _ := unstructured.NestedMap(o.Object, "spec")
	is, _, _ := unstructured.NestedMap(read, "spec")
	out := maps.Clone(was)
	for _, path := range older {
		rest, ok := strings.CutPrefix(path, "spec.")
		if !ok {
			return nil, fmt.Errorf("%s is stored in a form that this release does not know", path)
		}
		name := rest
		if end := strings.IndexAny(rest, ".["); end > 0 {
			name = rest[:end]
		}
		out[name] = is[name]
	}
	now := o.DeepCopy()
	now.Object["spec"] = out
	if still := Older(ctx, schemas, now); len(still) > 0 {
		return nil, fmt.Errorf("%s is stored in a form that this release does not know", still[0])
	}
	return out, nil
}
