package stored_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"provost.dev/provost/internal/manifest/schema"
	"provost.dev/provost/internal/manifest/stored"
)

// TestAnew writes what an older release stored as this one has it, leaves what is as it should be, and says where nobody knows
// what was meant.
func TestAnew(t *testing.T) {
	schemas, err := schema.Release()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, stored string
		older        []string
		want         string // "" where it cannot be written anew
	}{
		{"an attribute of one text", "{kind: Person, spec: {displayName: Ada, attributes: {city: Bern, year: ['1', '2']}}}",
			[]string{"spec.attributes.city"}, "{displayName: Ada, attributes: {city: [Bern], year: ['1', '2']}}"},
		{"lists", "{kind: Person, spec: {attributes: {city: [Bern]}}}", nil, "{attributes: {city: [Bern]}}"},
		{"nothing said", "{kind: Person, spec: {}}", nil, "{}"},
		{"a form that never was", "{kind: Person, spec: {displayName: [Ada]}}", []string{"spec.displayName"}, ""},
		{"another kind's", "{kind: Course, spec: {displayName: [Algebra]}}", nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := &unstructured.Unstructured{}
			if err := yaml.Unmarshal([]byte(tt.stored), &o.Object); err != nil {
				t.Fatal(err)
			}
			o.SetAPIVersion("provost.dev/v1alpha1")
			o.SetName("ada")
			if diff := cmp.Diff(tt.older, stored.Older(t.Context(), schemas, o)); diff != "" {
				t.Error(diff)
			}
			got, err := stored.Anew(t.Context(), schemas, o)
			if tt.want == "" {
				if err == nil {
					t.Errorf("it is written anew: %v", got)
				}
				return
			}
			var want map[string]any
			if err := yaml.Unmarshal([]byte(tt.want), &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}
