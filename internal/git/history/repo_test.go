package history

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/testing/need"
)

// git runs git in a folder, away from whatever the machine's settings say.
func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	need.Program(t, "git")
	c := exec.Command("git", args...)
	c.Dir = dir
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

// commits makes a repository of one commit for each set of files. A file of no text is deleted.
func commits(t testing.TB, steps ...map[string]string) (*gitrepo.Repository, []*gitrepo.Commit) {
	t.Helper()
	dir := t.TempDir()
	git(t, dir, "init", "-q", "-b", "main")
	for _, files := range steps {
		message := "change"
		for name, text := range files {
			if name == "message" {
				message = text
				continue
			}
			p := filepath.Join(dir, filepath.FromSlash(name))
			if text == "" {
				if err := os.Remove(p); err != nil {
					t.Fatal(err)
				}
				continue
			}
			if err := os.MkdirAll(filepath.Dir(p), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		git(t, dir, "add", "-A")
		git(t, dir, "commit", "-q", "--allow-empty", "-m", message)
	}
	return open(t, dir)
}
