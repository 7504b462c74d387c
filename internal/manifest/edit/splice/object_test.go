package splice

import (
	"strings"
	"testing"
)

func TestDrop(t *testing.T) {
	for _, tc := range []struct {
		name, text, want string
		documents        []int
	}{
		{"the last", "a: 1\n---\n# of b\nb: 1\n", "a: 1\n", []int{1}},
		{"one between", "a: 1\n---\nb: 1\n# of b\n---\n# of c\nc: 1\n", "a: 1\n---\n# of c\nc: 1\n", []int{1}},
		{"the first, marked", "---\na: 1\n---\nb: 1\n", "---\nb: 1\n", []int{0}},
		{"the first, and not what stands apart", "# of the file\n\n# of a\na: 1\n---\nb: 1\n", "# of the file\n\nb: 1\n", []int{0}},
		{"two", "a: 1\r\n---\r\nb: 1\r\n---\r\nc: 1\r\n", "b: 1\r\n", []int{0, 2}},
		{"a marker within text", "a: |\n  ---\n  x\n---\nb: 1\n", "a: |\n  ---\n  x\n", []int{1}},
	} {
		got, err := Drop([]byte(tc.text), tc.documents...)
		if err != nil || string(got) != tc.want {
			t.Errorf("%s: %q, %v", tc.name, got, err)
		}
	}
	for text, want := range map[string]string{
		"a: 1\n--- {b: 1}\n":       "line 2: a document that begins beside its own marker",
		"a: 1\n---\nb: 1\n...\n":   "line 3: a document that ends with ...",
		"a: 1\n---\nb: 1\n...\n\n": "line 3: a document that ends with ...",
	} {
		if _, err := Drop([]byte(text), 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestSet(t *testing.T) {
	until := Field{"notAfter", "2027-07-01T00:00:00Z"}
	for _, tc := range []struct{ name, text, want string }{
		{"behind a list", "kind: X\nspec:\n  subjects:\n  - a # first\n\n  # of nothing\nstatus: {}\n",
			"kind: X\nspec:\n  subjects:\n  - a # first\n  notAfter: \"2027-07-01T00:00:00Z\"\n\n  # of nothing\nstatus: {}\n"},
		{"in braces", "spec: {a: 1} # so\n", "spec: {a: 1, notAfter: \"2027-07-01T00:00:00Z\"} # so\n"},
		{"in place of another", "spec:\n  notAfter: '2099-01-01T00:00:00Z' # so\n  b: 1\n",
			"spec:\n  notAfter: \"2027-07-01T00:00:00Z\" # so\n  b: 1\n"},
		{"as JSON", `{"spec": {"a": 1}}`, `{"spec": {"a": 1, "notAfter": "2027-07-01T00:00:00Z"}}`},
	} {
		got, err := Set([]byte(tc.text), Path{0}, []string{"spec"}, until)
		if err != nil || string(got) != tc.want {
			t.Errorf("%s: %q, %v", tc.name, got, err)
		}
	}
	for text, want := range map[string]string{
		"spec: &a {a: 1}\nb: *a\n": "carries the anchor",
		"kind: X\n":                "it has no spec",
		"spec: []\n":               "it has no spec",
	} {
		if _, err := Set([]byte(text), Path{0}, []string{"spec"}, until); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
