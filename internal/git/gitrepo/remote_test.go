package gitrepo

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5"

	"provost.dev/provost/internal/testing/need"
)

// TestCopy keeps a copy of another repository up to date. go-git reaches a
// folder through git's own upload-pack.
func TestCopy(t *testing.T) {
	need.Program(t, "git")
	w := newWorld(t)
	first := w.commit("1", map[string]string{"a.yaml": "one"})
	cache := filepath.Join(t.TempDir(), "cache")
	l := Location{Repository: w.dir}
	check := func(cache, rev, want string) {
		t.Helper()
		g, err := l.copy(t.Context(), cache, nil)
		if err != nil {
			t.Fatal(err)
		}
		c, err := From(g, w.dir).Resolve(rev)
		if err != nil {
			t.Fatal(err)
		}
		if c.Hash.String() != want {
			t.Errorf("%s is %s, want %s", rev, c.Hash, want)
		}
	}
	check(cache, "main", first.String())
	check(cache, "main", first.String())
	second := w.commit("2", map[string]string{"a.yaml": "two"})
	check(cache, "main", second.String())
	check("", "main~1", first.String())
	entries, err := os.ReadDir(cache)
	if err != nil || len(entries) != 1 {
		t.Errorf("the cache holds %v, %v", entries, err)
	}
}

func TestShallow(t *testing.T) {
	need.Program(t, "git")
	w := newWorld(t)
	w.commit("1", map[string]string{"a.yaml": "one"})
	w.commit("2", map[string]string{"a.yaml": "two"})
	dir := t.TempDir()
	if _, err := git.PlainClone(dir, false, &git.CloneOptions{URL: w.dir, Depth: 1}); err != nil {
		t.Fatal(err)
	}
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	head, err := r.Resolve("")
	if err != nil || !r.Shallow() {
		t.Fatalf("head: %v, shallow: %v", err, r.Shallow())
	}
	n := 0
	for _, err := range r.History(head) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 1 {
		t.Errorf("the history has %d commits, want 1", n)
	}
	if _, err := r.Resolve("HEAD~1"); err == nil || !strings.Contains(err.Error(), "shallow clone; fetch its history") {
		t.Errorf("a commit that was left out: %v", err)
	}
}
