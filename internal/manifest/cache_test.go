package manifest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	gitobject "github.com/go-git/go-git/v5/plumbing/object"

	"provost.dev/provost/internal/git/gitrepo"
)

// TestCacheOfCommits reads two commits with one cache: what did not change is parsed once.
func TestCacheOfCommits(t *testing.T) {
	dir := t.TempDir()
	repo, err := git.PlainInit(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	work, err := repo.Worktree()
	if err != nil {
		t.Fatal(err)
	}
	commit := func(files map[string]string) *gitrepo.Tree {
		t.Helper()
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := work.Add(name); err != nil {
				t.Fatal(err)
			}
		}
		who := &gitobject.Signature{Name: "Robin", Email: "robin@example.org", When: time.Unix(1, 0)}
		if _, err := work.Commit("x", &git.CommitOptions{Author: who}); err != nil {
			t.Fatal(err)
		}
		r, err := gitrepo.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		head, err := r.Resolve("")
		if err != nil {
			t.Fatal(err)
		}
		tree, err := r.Tree(head, "")
		if err != nil {
			t.Fatal(err)
		}
		return tree
	}
	files := map[string]string{}
	for i := range 20 {
		files[fmt.Sprintf("c%d.yaml", i)] = numbered("c", i)
	}
	first := commit(files)
	second := commit(map[string]string{"c7.yaml": numbered("d", 7)})
	opts := Options{Cache: &Cache{}}
	before, err := Read(t.Context(), opts, Source{FS: first, Dir: "."})
	if err != nil {
		t.Fatal(err)
	}
	after, err := Read(t.Context(), opts, Source{FS: second, Dir: "."})
	if err != nil {
		t.Fatal(err)
	}
	parsed := 0
	opts.Cache.files.Range(func(any, any) bool { parsed++; return true })
	if parsed != 21 {
		t.Errorf("%d texts were parsed, want 21", parsed)
	}
	for i := range before.Items {
		same := before.Items[i].Record == after.Items[i].Record
		if changed := before.Items[i].Position.File == "c7.yaml"; same == changed {
			t.Errorf("%s: the same record: %v", before.Items[i].Position, same)
		}
	}
	if p, ok := after.Locate(after.Items[0].Record.ID(), "spec.displayName"); !ok || p.String() != "c0.yaml:4" {
		t.Errorf("located at %s, %v", p, ok)
	}
}

func numbered(prefix string, i int) string {
	return object("Course", "acme", fmt.Sprintf("%s%d", prefix, i), "{displayName: X}")
}
