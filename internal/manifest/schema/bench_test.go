package schema_test

import (
	"context"
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"provost.dev/provost/internal/manifest/schema"
)

// BenchmarkValidate measures the check of one good group by the number of its members: as it is done, by the quick
// check, and by the API server's libraries alone. docs/decisions/shortcut-evaluator.md says what hangs on the difference.
func BenchmarkValidate(b *testing.B) {
	set, err := schema.Release()
	if err != nil {
		b.Fatal(err)
	}
	for _, members := range []int{0, 10, 5000} {
		list := make([]any, members)
		for i := range list {
			list[i] = map[string]any{"name": fmt.Sprintf("person-%d", i)}
		}
		group := &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "provost.dev/v1alpha1", "kind": "Group",
			"metadata": map[string]any{"name": "cohort", "namespace": "acme"},
			"spec":     map[string]any{"members": list},
		}}
		for _, by := range []struct {
			name  string
			check func(context.Context, *unstructured.Unstructured) field.ErrorList
		}{{"quick", set.Validate}, {"libraries", set.Thoroughly}} {
			b.Run(fmt.Sprintf("members=%d/%s", members, by.name), func(b *testing.B) {
				if errs := by.check(b.Context(), group); len(errs) > 0 {
					b.Fatal(errs.ToAggregate())
				}
				b.ReportAllocs()
				for b.Loop() {
					by.check(b.Context(), group)
				}
			})
		}
	}
}
