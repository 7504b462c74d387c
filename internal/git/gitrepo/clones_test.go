package gitrepo

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"provost.dev/provost/internal/testing/need"
)

// Clones that git makes and that do not hold all of it themselves are read, or refused in words that say why.
func TestClones(t *testing.T) {
	need.Time(t) // it makes many clones
	dir := t.TempDir()
	git := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always",
			"-c", "commit.gpgsign=false"}, args...)...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	for i, repository := range []string{"whole", "sha256"} {
		git("init", "-q", "-b", "main", []string{"--object-format=sha1", "--object-format=sha256"}[i], repository)
		for _, text := range []string{"one\n", "two\n"} {
			if err := os.WriteFile(filepath.Join(at(repository), "a.yaml"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			git("-C", repository, "add", "-A")
			git("-C", repository, "commit", "-q", "-m", text)
		}
	}
	git("-C", "whole", "config", "uploadpack.allowFilter", "true")
	git("clone", "-q", "--shared", "whole", "shared")
	git("clone", "-q", "--filter=blob:none", "file://"+at("whole"), "partial")

	read := func(name, revision string) (string, error) {
		r, err := Open(at(name))
		if err != nil {
			return "", err
		}
		c, err := r.Resolve(revision)
		if err != nil {
			return "", err
		}
		tree, err := r.Tree(c, "")
		if err != nil {
			return "", err
		}
		text, err := fs.ReadFile(tree, "a.yaml")
		return string(text), err
	}
	for _, tc := range []struct{ name, revision, want, refused string }{
		{"whole", "HEAD~1", "one\n", ""}, {"shared", "HEAD", "two\n", ""}, {"shared", "HEAD~1", "one\n", ""}, {"partial", "HEAD", "two\n", ""},
		{"partial", "HEAD~1", "", "the clone is a partial one (blob:none) and lacks it; fetch all of it: git fetch --refetch --no-filter origin"},
		{"sha256", "HEAD", "", "names its objects by SHA-256, and repositories of SHA-1 alone are read as such"},
	} {
		got, err := read(tc.name, tc.revision)
		if got != tc.want || (err == nil) != (tc.refused == "") || err != nil && !strings.Contains(err.Error(), tc.refused) {
			t.Errorf("%s@%s: %q, %v", tc.name, tc.revision, got, err)
		}
	}
}
