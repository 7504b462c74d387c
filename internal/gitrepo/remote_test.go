package gitrepo

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestCopy keeps a copy of another repository up to date. go-git reaches a
// folder through git's own upload-pack.
func TestCopy(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
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
