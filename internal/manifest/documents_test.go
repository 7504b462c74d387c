package manifest

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestDocuments reads files document by document, twice, and compares with
// what reading them as a whole gives, problems and places included.
func TestDocuments(t *testing.T) {
	const alice, bob = "apiVersion: provost.dev/v1alpha1\nkind: Person\nmetadata: {name: alice}\n",
		"apiVersion: provost.dev/v1alpha1\nkind: Person\nmetadata: {name: bob}\n"
	for name, text := range map[string]string{
		"two":                   alice + "---\n" + bob,
		"a marker first":        "---\n" + alice + "---\n" + bob,
		"empty ones":            "---\n---\n# nothing\n---\n" + alice + "---\n\n---\n" + bob + "---\n",
		"one":                   alice,
		"nothing":               "",
		"the same twice":        alice + "---\n" + alice,
		"a problem":             alice + "---\n" + bob + "spec: {nothing: 1}\n---\n" + alice,
		"no YAML":               alice + "---\n" + bob + "\t- :\n",
		"foreign":               alice + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n",
		"ended by hand":         alice + "...\n---\n" + bob,
		"a directive":           "%YAML 1.2\n---\n" + alice + "---\n" + bob,
		"a marker with content": "--- # first\n" + alice + "--- {apiVersion: provost.dev/v1alpha1, kind: Person, metadata: {name: x}}\n",
		"a line like a marker":  alice + "spec: {displayName: 'a\n  --- b'}\n---\n" + bob,
		"a list": "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: provost.dev/v1alpha1, kind: Person, metadata: {name: " +
			"x}}\n---\n" + bob,
		"windows lines":            "---\r\napiVersion: provost.dev/v1alpha1\r\nkind: Person\r\nmetadata: {name: w}\r\n---\r\n" + bob,
		"a byte order mark":        "\ufeff" + alice + "---\n" + bob,
		"an anchor of another one": "a: &x b\n---\nb: *x\n",
	} {
		t.Run(name, func(t *testing.T) {
			source := Source{FS: fstest.MapFS{"f.yaml": {Data: []byte(text)}}, Dir: "."}
			want := source.ReadFile(t.Context(), &Options{}, "f.yaml")
			opts := &Options{Documents: &Documents{}}
			for range 2 {
				got := source.ReadFile(t.Context(), opts, "f.yaml")
				if diff := cmp.Diff(want, got, cmp.AllowUnexported(Item{}), cmpopts.IgnoreUnexported(File{})); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
				for i := range got.Items {
					if a, b := want.Locate(&want.Items[i], "metadata.name"), got.Locate(&got.Items[i], "metadata.name"); a != b {
						t.Errorf("item %d: its name is at %s, want %s", i, b, a)
					}
				}
			}
		})
	}
}
