package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/object"

	"provost.dev/provost/internal/git/gitsync/gittest"
)

// Whoever claims to have made a commit commands no terminal, as long as nobody knows better.
func TestPlanAuthorsHiddenCharacters(t *testing.T) {
	p := newPlanned(t)
	p.commit("Begin", map[string]string{"a.yaml": planGroup("staff", "", "ada")})
	if err := os.WriteFile(filepath.Join(p.dir, "a.yaml"), []byte(planGroup("staff", "", "ada", "bob")), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := p.tree.Add("a.yaml"); err != nil {
		t.Fatal(err)
	}
	who := &object.Signature{Name: "Rob\x1b[2Jin", Email: "robin\u202e@example.org", When: time.Unix(7200, 0).UTC()}
	if _, err := p.tree.Commit("Let bob\x1b]0;in\a", &git.CommitOptions{Author: who, Committer: who}); err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{"table", "markdown", "json"} {
		got := p.plan(ExitUnauthorised, "HEAD~1", "HEAD", "--check-authors", "--keyring", keyring(t), "-o", form)
		if strings.ContainsAny(got, "\x1b\a") || form != "json" && strings.Contains(got, "\u202e") {
			t.Errorf("%s: %q", form, got)
		}
		if form == "table" && !strings.Contains(got, `Rob\x1b[2Jin`) {
			t.Errorf("the author is not shown:\n%s", got)
		}
	}
}

// keyring is a file with the OpenPGP key of somebody who signs nothing.
func keyring(t *testing.T) string {
	t.Helper()
	key := gittest.NewOpenPGPKey(t, "root", "root@example.org")
	name := filepath.Join(t.TempDir(), "keys.asc")
	if err := os.WriteFile(name, []byte(key.Public), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
