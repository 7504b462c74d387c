package node_test

import (
	"testing"

	"provost.dev/provost/internal/manifest/node"
)

func TestScalar(t *testing.T) {
	for text, want := range map[string]string{
		"ada": "ada", "a.n-other": "a.n-other", "acme/staff": "acme/staff", "Fakult\u00e4t f\u00fcr Recht": "Fakult\u00e4t f\u00fcr Recht",
		"": `""`, "No": `"No"`, "null": `"null"`, "NaN": `"NaN"`, "3": `"3"`, "2027-01-01": `"2027-01-01"`, "a: b": `"a: b"`, "a ": `"a "`,
		"a, b": `"a, b"`, "it's": `"it's"`, "a<b": `"a<b"`, "a\nb": `"a\nb"`, "_a": `"_a"`,
	} {
		if got := node.Scalar(text); got != want {
			t.Errorf("%q is written %s, not %s", text, got, want)
		}
	}
}
