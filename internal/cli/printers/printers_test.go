package printers

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// written is what something writes.
func written(t *testing.T, write func(*strings.Builder) error) string {
	t.Helper()
	var out strings.Builder
	if err := write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func expect(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A column is as wide as its widest cell, counted in characters and without colour; no line ends in blanks.
func TestTable(t *testing.T) {
	table := &Table{}
	table.Add("PERSON", "ROLES", "UNTIL")
	table.Add("zoë", "course-student", "")
	table.Mark(0, Style{on: true}.Good)
	table.Add("dana")
	table.Add("femi", "", "2099-10-01")
	expect(t, written(t, func(b *strings.Builder) error { return table.Write(b) }),
		"PERSON   ROLES            UNTIL\n"+
			"\x1b[32mzoë\x1b[0m      course-student\n"+
			"dana\n"+
			"femi                      2099-10-01\n")
	if !(&Table{}).Empty() || table.Empty() {
		t.Error("only a table without rows is empty")
	}
}

// forest is two trees, in which one branch is reached on two ways.
func forest() []*Branch {
	dana := &Branch{Key: "dana", Label: "dana"}
	dana.Child("b", "RoleBinding acme/b").Columns = []string{"access.yaml:3"}
	dana.Child("b", "said again").Child("r", "course-student").Columns = []string{`gives "it"`}
	dana.Child("c", "RoleBinding acme/c").Child("r", "course-student").Columns = []string{`gives "it"`}
	return []*Branch{dana, {Key: "x", Label: "nobody else"}}
}

func TestForest(t *testing.T) {
	expect(t, written(t, func(b *strings.Builder) error { return WriteForest(b, Style{}, forest()...) }), `dana
├─ RoleBinding acme/b   access.yaml:3
│  └─ course-student    gives "it"
└─ RoleBinding acme/c
   └─ course-student    gives "it"
nobody else
`)
}

// In a graph, what a tree shows twice is one node.
func TestDot(t *testing.T) {
	expect(t, written(t, func(b *strings.Builder) error { return WriteDot(b, forest()...) }), `digraph provost {
  rankdir=LR;
  node [shape=box, fontname="sans-serif"];
  n0 [label="dana"];
  n1 [label="RoleBinding acme/b\naccess.yaml:3"];
  n2 [label="course-student\ngives \"it\""];
  n1 -> n2;
  n0 -> n1;
  n3 [label="RoleBinding acme/c"];
  n3 -> n2;
  n0 -> n3;
  n4 [label="nobody else"];
}
`)
}

// Nothing is coloured, and no bar drawn, where nobody looks on.
func TestNobodyLooksOn(t *testing.T) {
	var out strings.Builder
	expect(t, NewStyle(&out).Bad("no"), "no")
	bar := NewBar(&out, "commits", 3)
	bar.Show(1)
	bar.Show(3)
	expect(t, out.String(), "")
}

func TestFormat(t *testing.T) {
	cmd := &cobra.Command{Use: "x", Run: func(*cobra.Command, []string) {}, SilenceErrors: true, SilenceUsage: true}
	f := AddOutputFlag(cmd, FormatDot)
	cmd.SetArgs([]string{"-o", "YAML"})
	if err := cmd.Execute(); err != nil || !f.Is(FormatJSON, FormatYAML) || f.Is(FormatTable) {
		t.Errorf("%v, %s", err, f)
	}
	type answer struct {
		Name string `json:"name"`
	}
	expect(t, written(t, func(b *strings.Builder) error { return WriteData(b, f, answer{"<a>"}) }), "name: <a>\n")
	cmd.SetArgs([]string{"-o", "xml"})
	if err := cmd.Execute(); err == nil || !strings.Contains(err.Error(), "table, wide, json, yaml, name and dot") {
		t.Errorf("of a form that there is not: %v", err)
	}
	json := &Format{value: FormatJSON}
	expect(t, written(t, func(b *strings.Builder) error { return WriteData(b, json, answer{"<a>"}) }), "{\n  \"name\": \"<a>\"\n}\n")
}
