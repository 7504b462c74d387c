package node

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.yaml.in/yaml/v3"

	"provost.dev/provost/internal/testing/need"
)

// sameNodes compares what the decoder looks at: not comments, and not how text was quoted.
var sameNodes = cmp.Options{
	cmpopts.IgnoreFields(yaml.Node{}, "HeadComment", "LineComment", "FootComment"),
}

// list is n entries of the given lines, each indented, with %d for the number of the entry.
func list(n int, lines ...string) string {
	var b strings.Builder
	for i := range n {
		for _, l := range lines {
			if strings.Contains(l, "%d") {
				l = fmt.Sprintf(l, i)
			}
			b.WriteString(l + "\n")
		}
	}
	return b.String()
}

// TestRuns reads lists whose middle is kept from the parser, and compares with what it makes of the whole.
func TestRuns(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		runs       int
	}{
		{"members", "spec:\n  members:\n" + list(20, "  - name: p%d") + "  parentRef: {name: x}\n", 1},
		{"subjects, not indented", "spec:\n  subjects:\n" + list(9, "  - kind: Person", "    name: p%d") + "---\na: b\n", 1},
		{"two lists", "a:\n" + list(8, "- name: a%d") + "b:\n" + list(8, "- name: b%d"), 2},
		{"short", "a:\n" + list(7, "- name: a%d"), 0},
		{"a comment inside", "a:\n" + list(8, "- name: a%d") + "# more\n" + list(8, "- name: b%d"), 2},
		{"in a block of text", "a: |\n" + list(20, "  - name: a%d") + "b: c\n", 1},
		{"in folded text, below a list", "a:\n- >\n" + list(20, "  - name: a%d"), 1},
		{"in quotes", "a: 'x\n" + list(20, "  - name: a%d") + "  '\n", 1},
		{"in quotes that end inside", "a: \"x\n" + list(9, "  - name: a%d") + "  - name: b\"\n", 1},
		{"a text that goes on", "a:\n" + list(9, "- name: a%d") + "    and more\n", 1},
		{"a text that goes on at first", "a:\n- name: x\n   y\n" + list(9, "- name: a%d"), 1},
		{"lists in lists", "a:\n" + list(9, "- list: x", "  - name: a%d"), 0},
		{"a field repeated", "a:\n" + list(9, "- name: a%d", "  name: b"), 1},
		{"truth values", "a:\n" + list(9, "- name: yes", "- name: True"), 0},
		{"numbers", "a:\n" + list(9, "- name: 1%d"), 0},
		{"deeper entries", "a:\n" + list(9, "- name: a%d", "    more: b"), 0},
		{"at the end without a line's end", "a:\n" + strings.TrimSuffix(list(9, "- name: a%d"), "\n"), 1},
		{"windows lines", strings.ReplaceAll("a:\n"+list(9, "- name: a%d"), "\n", "\r\n"), 0},
		{"a key without a list", list(9, "- name: a%d"), 1},
		{"in flow", "a: [\n" + list(9, "- name: a%d") + "]\n", 1},
		{"other indents", "a:\n" + list(9, "    - name: a%d", "      role: Admin", "      state: Active"), 1},
		{"an anchor on the list", "a: &x\n" + list(9, "- name: a%d") + "b: *x\n", 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := len(runs([]byte(tc.text))); got != tc.runs {
				t.Errorf("%d runs, want %d", got, tc.runs)
			}
			compareRuns(t, tc.text)
		})
	}
}

func compareRuns(t *testing.T, text string) {
	t.Helper()
	want, wantProblem := parse([]byte(text))
	got, problem := Parse([]byte(text))
	if diff := cmp.Diff(wantProblem, problem); diff != "" {
		t.Errorf("(-want +got)\n%s\nof\n%s", diff, text)
	}
	if diff := cmp.Diff(want, got, sameNodes); diff != "" {
		t.Errorf("(-want +got)\n%s\nof\n%s", diff, text)
	}
}

// TestRandomRuns does the same with texts put together at random from lines that
// run into each other in every way.
func TestRandomRuns(t *testing.T) {
	lines := []string{
		"- name: ada", "  - name: bob", "    - name: cy", "  name: dan", "    name: eve", "- kind: Person", "  role: Admin", "a:", "  b:",
		"  c: |",
		"d: >-", "# note", "", "---", "- - name: fay", "-", "  e: 'it", "f: \"x", "  '", "\"", "- name: &x gus", "- *x", "- {name: hal}", "...",
		"- ? x",
	}
	for seed := range need.AtMost[uint64](4000, 400) {
		r := rand.New(rand.NewPCG(seed, 7))
		var b strings.Builder
		for range 2 + r.IntN(5) {
			l := lines[r.IntN(len(lines))]
			n := 1
			if r.IntN(2) == 0 {
				n = 1 + r.IntN(12)
			}
			second := ""
			if r.IntN(3) == 0 {
				second = lines[r.IntN(len(lines))] + "\n"
			}
			b.WriteString(strings.Repeat(l+"\n"+second, n))
		}
		compareRuns(t, b.String())
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// TestRunsOfExamples compares on what teams write.
func TestRunsOfExamples(t *testing.T) {
	files, err := filepath.Glob("../../../examples/*/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		compareRuns(t, string(text))
	}
}

// BenchmarkParse reads a group of 10,000 people, with the middle of the list kept from the parser and without.
func BenchmarkParse(b *testing.B) {
	text := []byte("apiVersion: provost.dev/v1alpha1\nkind: Group\nmetadata: {name: g}\nspec:\n  members:\n" +
		list(10_000, "  - name: person-%d", "    role: Instructor"))
	for name, read := range map[string]func([]byte) ([]*Node, *Problem){"runs": Parse, "yaml": parse} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, p := read(text); p != nil {
					b.Fatal(p)
				}
			}
		})
	}
}
