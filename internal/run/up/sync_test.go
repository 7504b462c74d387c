package up

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/go-git/go-git/v5"
)

func TestSourceName(t *testing.T) {
	for _, tc := range []struct {
		source source
		want   string
	}{
		{source{url: "file:///home/you/access"}, "/home/you/access"},
		{source{url: "file:///home/you/access", path: "organisations/acme"}, "organisations/acme of /home/you/access"},
		{source{url: "https://git.example.org/access.git", path: "acme"}, "acme of https://git.example.org/access.git"},
	} {
		if got := tc.source.String(); got != tc.want {
			t.Errorf("%+v is called %q, want %q", tc.source, got, tc.want)
		}
	}
}

// What is followed has to be committed; "up" reads no folder.
func TestNothingCommitted(t *testing.T) {
	empty := t.TempDir()
	if _, err := git.PlainInit(empty, false); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{
		t.TempDir(): " is not in a Git repository; run \"git init\" there and commit the manifests",
		empty:       " has no commit yet; commit the manifests first",
	} {
		if _, err := resolve(Options{Repo: dir}); err == nil || err.Error() != dir+want+", or name another repository with --repo" {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// The hints can be typed as they stand, whether or not the program is in the PATH.
func TestProgram(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	if self, err := os.Executable(); err != nil || program() != self {
		t.Errorf("outside of the PATH it is %s, %v", program(), err)
	}
	if err := os.WriteFile(filepath.Join(dir, "provost"), []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("provost"); err != nil || program() != "provost" {
		t.Errorf("in the PATH it is %s, %v", program(), err)
	}
}
