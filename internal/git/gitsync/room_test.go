package gitsync

import (
	"crypto/rand"
	"encoding/hex"
	"strings"
	"testing"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitsync/gittest"
	"provost.dev/provost/internal/testing/need"
)

// What earlier commits held takes no room from the newest one, and a commit that
// was too large is forgotten with the next one.
func TestRoom(t *testing.T) {
	need.Time(t) // it waits for room
	random := func(bytes int) string {
		b := make([]byte, bytes/2)
		_, _ = rand.Read(b)
		return hex.EncodeToString(b)
	}
	const most = 64 << 10
	repo := gittest.New(t, gittest.Files{"a.yaml": random(20 << 10)})
	server := repo.Serve(t, nil)
	f := fetcher(FetcherOptions{MaxBytes: most})
	src := source(t, server.URL, Ref{Branch: "main"}, map[string][]byte{secretCAFile: server.CA})
	for i := range 10 {
		content := random(20 << 10)
		repo.Commit(gittest.Files{"a.yaml": content})
		c, err := f.Fetch(t.Context(), "k", src)
		if err != nil {
			t.Fatalf("commit %d: %v", i, err)
		}
		if readFile(t, c, "a.yaml") != content {
			t.Errorf("commit %d: another content", i)
		}
	}
	repo.Commit(gittest.Files{"b.yaml": random(2 * most)})
	for range 2 {
		_, err := f.Fetch(t.Context(), "k", src)
		if reasonOf(err) != provostv1.ReasonGitOperationFailed || !strings.Contains(err.Error(), "holds more than") {
			t.Fatalf("a large one: %v", err)
		}
	}
	repo.Commit(gittest.Files{"b.yaml": "small"})
	c, err := f.Fetch(t.Context(), "k", src)
	if err != nil {
		t.Fatal(err)
	}
	if got := readFile(t, c, "b.yaml"); got != "small" {
		t.Errorf("b.yaml is %q", got)
	}
}
