package cel

import (
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// The largest lists are accepted, with the longest names, and one item more is not. Two sides of one coin: the CEL rules
// must be cheap enough, and the limit must hold.
func TestLargestLists(t *testing.T) {
	longName := func(i int) string { return fmt.Sprintf("%063d", i) }
	for _, tc := range []struct {
		about string
		list  []string
		item  func(i int) any
		head  string
	}{
		{
			about: "members of a group", head: "{kind: Group, metadata: {name: x}, spec: {}}", list: []string{"spec", "members"},
			item: func(i int) any { return map[string]any{"name": longName(i), "state": "Inactive", "role": "Instructor"} },
		},
		{
			about: "people of a binding", list: []string{"spec", "subjects"},
			head: "{kind: RoleBinding, metadata: {name: x}, spec: {entityRef: {kind: Course, name: c}, roleRef: {name: r}}}",
			item: func(i int) any { return map[string]any{"kind": "Person", "name": longName(i)} },
		},
		{
			about: "groups of a deny", list: []string{"spec", "subjects"},
			head: "{kind: SystemDeny, metadata: {name: x}, spec: {permissions: ['*'], reason: x}}",
			item: func(i int) any {
				return map[string]any{"kind": "Group", "name": longName(i), "namespace": longName(i)}
			},
		},
	} {
		t.Run(tc.about, func(t *testing.T) {
			withItems := func(n int) *unstructured.Unstructured {
				obj := object(t, tc.head)
				items := make([]any, n)
				for i := range items {
					items[i] = tc.item(i)
				}
				if err := unstructured.SetNestedSlice(obj.Object, items, tc.list...); err != nil {
					t.Fatal(err)
				}
				return obj
			}
			largest := withItems(provostv1.MaxMembers)
			if got := sameVerdict(t, largest); got.refused {
				t.Errorf("%d are refused: %s", provostv1.MaxMembers, got.text)
			}
			if server != nil {
				if got := applyVerdict(t.Context(), t, largest); got.refused {
					t.Errorf("%d are refused when applied: %s", provostv1.MaxMembers, got.text)
				}
			}
			if got := sameVerdict(t, withItems(provostv1.MaxMembers+1)); !got.refused {
				t.Errorf("%d are accepted", provostv1.MaxMembers+1)
			}
		})
	}
}
