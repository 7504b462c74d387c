package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEndingWithATerm tells what ends with one Term in one line for those who could renew it, whatever it gives at whichever level, with
// the Term and the line that moves it; what ends then by dates of its own has its own line, and -o wide writes out all.
func TestEndingWithATerm(t *testing.T) {
	noCluster(t)
	dir := t.TempDir()
	docs := []string{
		"apiVersion: provost.dev/v1alpha1\nkind: Term\nmetadata: {name: spring, namespace: acme}\nspec:\n  firstDay: \"2027-02-01\"\n" +
			"  lastDay: \"2027-03-31\"\n",
	}
	binding := func(name, role, level, at, rest string) {
		docs = append(docs, fmt.Sprintf("apiVersion: provost.dev/v1alpha1\nkind: RoleBinding\nmetadata: {name: %s, namespace: acme}\nspec:\n"+
			"  entityRef: {kind: %s, name: %s}\n  roleRef: {name: %s}\n  subjects: [{kind: Person, name: p-%s}]\n  %s\n", name, level, at, role, name, rest))
	}
	const term, dates = "termRef: {name: spring}", `notAfter: "2027-04-01T00:00:00Z"`
	for i := range 6 {
		at := fmt.Sprintf("c%d", i)
		docs = append(docs, "apiVersion: provost.dev/v1alpha1\nkind: Course\nmetadata: {name: "+at+", namespace: acme}\nspec: {ownership: Public}\n",
			"apiVersion: provost.dev/v1alpha1\nkind: Task\nmetadata: {name: t"+at+", namespace: acme}\nspec: {parentRef: {kind: Course, name: "+at+"}}\n")
		binding("s"+at, "course-student", "Course", at, term)
		binding("t"+at, "task-student", "Task", "t"+at, term)
		binding("k"+at, "course-coach", "Course", at, term)
	}
	binding("alone", "course-coach", "Course", "c1", dates)
	if err := os.WriteFile(filepath.Join(dir, "m.yaml"), []byte(strings.Join(docs, "---\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	ask := func(more ...string) string {
		out, errOut, code := run(t, "", append([]string{"ending", "--within", "60d", "-f", dir, "--now", "2027-03-01T00:00:00Z"}, more...)...)
		if code != ExitYes || errOut != "" {
			t.Fatalf("exit code %d\n%s%s", code, out, errOut)
		}
		return out
	}
	got := strings.ReplaceAll(ask(), dir, "DIR")
	for _, want := range []string{"3 roles", "12 entities", "18 people", "Term acme/spring, named by 18 RoleBindings", "DIR/m.yaml:6",
		"RoleBinding acme/alone"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if n := strings.Count(got, "\n"); n != 3 {
		t.Errorf("%d lines:\n%s", n, got)
	}
	if wide := ask("-o", "wide"); strings.Count(wide, "\n") != 20 {
		t.Errorf("not all is written out:\n%s", wide)
	}
}
