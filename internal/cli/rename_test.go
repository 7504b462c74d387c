package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRename gives a course another name, with the patch first, and refuses what it cannot tell or do.
func TestRename(t *testing.T) {
	noCluster(t)
	dir := t.TempDir()
	object := planObject("Course", "acme", "algebra", "  displayName: Algebra\n")
	world := documents(object, planGroup("tutors", "", "abe"), planBinding("tutors", "course-admin", "Course", "algebra", "tutors"),
		"apiVersion: provost.dev/v1alpha1\nkind: Person\nmetadata: {name: abe}\nspec: {}\n")
	file := filepath.Join(dir, "all.yaml")
	if err := os.WriteFile(file, []byte(world), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ args, want string }{
		{"course algebr algebra-1", "there is no Course algebr in " + dir + "; did you mean algebra?"},
		{"course algebra Algebra", `"Algebra" cannot be the name of a Course: it has at most 253 lower-case letters`},
		{"binding tutors tutor", `"binding" is no kind that gets another name; give one of person, group, role, `},
		{"course algebra algebra", "Course/acme/algebra is called so already"},
		{"person abe abel", "give abe a spec.username or spec.email first"},
		{"person zoe zora", "there is no Person zoe"},
	} {
		stdout, stderr, code := run(t, "", append(append([]string{"rename"}, strings.Fields(tc.args)...), "-f", dir)...)
		if code != ExitFailed || !strings.Contains(strings.Join(strings.Fields(stderr), " "), tc.want) {
			t.Errorf("%s: want %q, got %d\n%s%s", tc.args, tc.want, code, stdout, stderr)
		}
	}
	patch, stderr, code := run(t, "", "rename", "course", "acme/algebra", "algebra-1", "--dry-run", "-f", dir)
	if code != ExitYes || strings.Count(patch, "\n+") != 5 || !strings.Contains(stderr, "Course acme/algebra is called algebra-1") {
		t.Errorf("the patch: %d\n%s%s", code, patch, stderr)
	}
	if text, _ := os.ReadFile(file); string(text) != world {
		t.Errorf("--dry-run wrote\n%s", text)
	}
	stdout, stderr, code := run(t, "", "rename", "Course", "algebra", "algebra-1", "-o", "json", "-f", dir)
	if code != ExitYes || !strings.Contains(stdout, `"old": "algebra"`) || !strings.Contains(stdout, `"places": 2`) {
		t.Errorf("%d\n%s%s", code, stdout, stderr)
	}
	want := strings.Replace(world, "name: algebra\n", "name: algebra-1\n", 2)
	want = strings.Replace(want, "  name: algebra-1\n", "  name: algebra-1\n  annotations:\n    provost.dev/renamed-from: algebra\n", 1)
	text, _ := os.ReadFile(file)
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
