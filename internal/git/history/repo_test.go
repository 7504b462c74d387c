package history

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/testing/need"
)

// started is when the first commit of a test is made, in seconds: 2027-01-01T00:00:00Z.
const started = 1798761600

// git runs git in a folder, away from whatever the machine's settings say.
func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	return gitReads(t, dir, "", args...)
}

// gitReads runs git with something to read.
func gitReads(t testing.TB, dir, in string, args ...string) string {
	t.Helper()
	need.Program(t, "git")
	c := exec.Command("git", args...)
	c.Dir = dir
	c.Stdin = strings.NewReader(in)
	c.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "HOME="+dir,
		"GIT_AUTHOR_NAME=Robin", "GIT_AUTHOR_EMAIL=robin@example.org", "GIT_AUTHOR_DATE=2027-01-01T00:00:00Z",
		"GIT_COMMITTER_NAME=Robin", "GIT_COMMITTER_EMAIL=robin@example.org", "GIT_COMMITTER_DATE=2027-01-01T00:00:00Z")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// realOrganisation clones the history of a real organisation.
func realOrganisation(t testing.TB) (*gitrepo.Repository, []*gitrepo.Commit) {
	t.Helper()
	return open(t, need.Organisation(t, true))
}

// open opens a repository and lists the commits of its branch, oldest first.
func open(t testing.TB, dir string) (*gitrepo.Repository, []*gitrepo.Commit) {
	t.Helper()
	repo, err := gitrepo.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	head, err := repo.Resolve("HEAD")
	if err != nil {
		t.Fatal(err)
	}
	commits, err := Branch(repo, head, nil)
	if err != nil {
		t.Fatal(err)
	}
	return repo, commits
}

// commits makes a bare repository of one commit for each set of files. A file of no text is deleted, and the one named
// "message" is the commit's.
func commits(t testing.TB, steps ...map[string]string) (*gitrepo.Repository, []*gitrepo.Commit) {
	t.Helper()
	dir := t.TempDir()
	git(t, dir, "init", "-q", "--bare", "-b", "main")
	var in strings.Builder
	for i, files := range steps {
		message := cmp.Or(files["message"], "change")
		fmt.Fprintf(&in, "commit refs/heads/main\ncommitter Robin <robin@example.org> %d +0000\ndata %d\n%s\n", started+i, len(message), message)
		for name, text := range files {
			switch {
			case name == "message":
			case text == "":
				fmt.Fprintf(&in, "D %s\n", name)
			default:
				fmt.Fprintf(&in, "M 644 inline %s\ndata %d\n%s\n", name, len(text), text)
			}
		}
	}
	gitReads(t, dir, in.String(), "fast-import", "--quiet")
	return open(t, dir)
}
