package schema_test

import (
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"provost.dev/provost/internal/manifest/schema"
)

// BenchmarkValidate measures the check of one group by the number of its members.
func BenchmarkValidate(b *testing.B) {
	set, err := schema.Release()
	if err != nil {
		b.Fatal(err)
	}
	for _, members := range []int{0, 10, 5000} {
		b.Run(fmt.Sprintf("members=%d", members), func(b *testing.B) {
			list := make([]any, members)
			for i := range list {
				list[i] = map[string]any{"name": fmt.Sprintf("person-%d", i)}
			}
			group := &unstructured.Unstructured{Object: map[string]any{
				"apiVersion": "provost.dev/v1alpha1", "kind": "Group",
				"metadata": map[string]any{"name": "cohort", "namespace": "acme"},
				"spec":     map[string]any{"members": list},
			}}
			if errs := set.Validate(b.Context(), group); len(errs) > 0 {
				b.Fatal(errs.ToAggregate())
			}
			b.ReportAllocs()
			for b.Loop() {
				set.Validate(b.Context(), group)
			}
		})
	}
}
