package admission_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/tables"
)

// TestAttacks tries through the API server what testdata/attacks.txt holds, in
// the names of those who would like to.
func TestAttacks(t *testing.T) {
	g := guard(t)
	all, err := tables.Read("testdata")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, table := range all {
		if !strings.HasSuffix(table.File, "attacks.txt") {
			continue
		}
		for _, s := range table.Sections {
			g.hand.Clear(t)
			g.world(t, s.Records)
			for _, r := range s.Rows {
				rows++
				got := "allowed"
				if err := g.try(t, r); err != nil {
					got = "refused: " + refusal(err)
				}
				if want := strings.Join(r.Want, "\n"); got != want || !strings.HasPrefix(want, "refused: ") {
					t.Errorf("%s\n%s\ngot  %s\nwant %s", s.Title, r.Line, got, want)
				}
			}
		}
	}
	if rows == 0 {
		t.Error("nothing was tried")
	}
}

// TestAttacksOnMetadata tries what is no part of any spec.
func TestAttacksOnMetadata(t *testing.T) {
	g := guard(t)
	g.world(t, schoolWorld(t))
	merge := func(patch string) client.Patch {
		return client.RawPatch("application/merge-patch+json", []byte(patch))
	}
	course := func() *unstructured.Unstructured {
		o := object(&directory.Entity{Key: binding("x", "x").Entity.In("acme")})
		o.SetName("fair") // which has no children, and so none of the manager's finalizers
		delete(o.Object, "spec")
		return o
	}
	for _, test := range []struct {
		what, who string
		patch     string
		status    bool
		want      string
	}{
		{"a status by hand", "oscar", `{"status":{"people":7}}`, true, "Only the manager writes statuses"},
		{"a status by the highest of administrators", "root", `{"status":{"people":7}}`, true, "Only the manager writes statuses"},
		{"an owner, by which the garbage collector deletes", "oscar",
			`{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"x","uid":"1"}]}}`, false,
			"only platform administrators may change ownerReferences"},
		{"the label by which a GitSync prunes", "oscar", `{"metadata":{"labels":{"provost.dev/gitsync":"acme.repo"}}}`, false,
			"only a GitSync may change the label provost.dev/gitsync"},
		{"one of our finalizers", "oscar", `{"metadata":{"finalizers":["provost.dev/children"]}}`, false,
			"only the manager may change the finalizers of provost.dev"},
	} {
		c := as(t, g.Env, test.who).Client
		o := course()
		var err error
		if test.status {
			err = c.Status().Patch(t.Context(), o, merge(test.patch))
		} else {
			err = c.Patch(t.Context(), o, merge(test.patch), client.DryRunAll)
		}
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.what, err, test.want)
		}
	}
}
