package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// commit puts a folder into a new repository, and takes a file away in a second commit.
func commit(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "people"), os.DirFS("testdata/school")); err != nil {
		t.Fatal(err)
	}
	r, err := git.PlainInit(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	w, err := r.Worktree()
	if err != nil {
		t.Fatal(err)
	}
	who := &object.Signature{Name: "Robin", Email: "robin@example.org", When: time.Unix(1, 0)}
	if err := w.AddGlob("people"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit("all", &git.CommitOptions{Author: who}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Remove("people/access.yaml"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit("no access", &git.CommitOptions{Author: who}); err != nil {
		t.Fatal(err)
	}
	return dir
}

const question1 = "why dana course/algebra grade_submissions --now 2027-03-01T12:00:00Z"

// TestSourcesAgree asks a folder, a commit and a stream, and gets one answer (R0).
func TestSourcesAgree(t *testing.T) {
	noCluster(t)
	repo := commit(t)
	var stream strings.Builder
	for _, name := range []string{"access", "entities", "groups", "people"} {
		text, err := os.ReadFile("testdata/school/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		stream.WriteString("---\n" + string(text))
	}
	ask := func(stdin string, code int, args ...string) (string, string) {
		t.Helper()
		out, errOut, got := run(t, stdin, append(strings.Fields(question1), args...)...)
		if got != code {
			t.Fatalf("%q: exit code %d, want %d: %s", args, got, code, errOut)
		}
		return out, errOut
	}
	want, _ := ask("", 0, "-f", "testdata/school")
	for _, args := range [][]string{
		{"--repo", repo + "@HEAD~1", "--path", "people"}, {"--repo", repo + "@HEAD~1"}, {"--repo", filepath.Join(repo, "people") + "@master~1"},
	} {
		out, _ := ask("", 0, args...)
		if got := strings.ReplaceAll(out, "people/", "testdata/school/"); strings.Join(strings.Fields(got),
			" ") != strings.Join(strings.Fields(want), " ") {
			t.Errorf("%q: got\n%s\nwant\n%s", args, got, want)
		}
	}
	if out, _ := ask(stream.String(), 0, "-f", "-"); !strings.Contains(out, "<stdin>:") {
		t.Errorf("the stream is not cited: %s", out)
	}
	ask("", 0, "-f", "testdata/school/access.yaml", "-f", "testdata/school/groups.yaml", "-f", "testdata/school/entities.yaml", "-f",
		"testdata/school/people.yaml")
	ask("", 1, "--repo", repo)
}

func TestSourceProblems(t *testing.T) {
	noCluster(t)
	bad := t.TempDir()
	for i := range 30 {
		name := filepath.Join(bad, string(rune('a'+i%26))+strings.Repeat("x", i/26)+".yaml")
		if err := os.WriteFile(name, []byte("apiVersion: provost.dev/v1alpha1\nkind: Curse\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	repo := commit(t)
	for _, tc := range []struct{ args, want string }{
		{"", "no cluster is configured: the kubeconfig " + os.Getenv("KUBECONFIG") + ", which the variable KUBECONFIG names, does not exist"},
		{"--kubeconfig nowhere/config", "the kubeconfig nowhere/config, which --kubeconfig names, does not exist; correct the path"},
		{"-f testdata/school --repo .", "two different sources"},
		{"--path x", `has no folder`},
		{"-f testdata/school --path x", "leave one of them out"},
		{"-f - -f -", "holds no object of provost.dev"},
		{"-f " + bad, "and 10 more"},
		{"-f " + bad, `a.yaml:2:7: kind: provost.dev has no kind "Curse"; did you mean Course?`},
		{"--repo " + bad, "is not in a Git repository; run \"git init\" there and commit the manifests, or read them as a folder, with -f"},
		{"--repo " + repo + "@HAED", "did you mean"},
		{"--repo " + repo + "@HEAD~7", "the history ends before it"},
		{"--repo " + repo + " --path nowhere", `has no folder "nowhere"`},
		{"--repo " + repo + " --path ../x", "leaves the repository"},
		{"-f testdata/school --now soon", "is no time"},
	} {
		args := append(strings.Fields("can dana view_course course/algebra"), strings.Fields(tc.args)...)
		_, errOut, code := run(t, "", args...)
		if code != ExitFailed || !strings.Contains(errOut, tc.want) {
			t.Errorf("%q: exit code %d, %s; want it to say %q", tc.args, code, errOut, tc.want)
		}
	}
	t.Setenv("KUBECONFIG", "")
	if _, errOut, code := run(t, "", "members", "staff"); code != ExitFailed ||
		!strings.Contains(errOut, "no cluster is configured; give one with --kubeconfig") {
		t.Errorf("exit code %d, %s", code, errOut)
	}
}
