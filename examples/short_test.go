package examples_test

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/testing/university"
)

// The example university says in few lines what the generator's writes out: the same people, the same everything that anybody
// may do at any moment, and the same members of groups that both have.
func TestTheShortFormSaysTheSame(t *testing.T) {
	u, err := university.New(university.Options{People: 600, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	written, err := manifest.Read(t.Context(), manifest.Options{}, manifest.Source{FS: u.FS(), Dir: "."})
	if err != nil {
		t.Fatal(err)
	}
	long, short := written.Snapshot(), load(t, "university").Snapshot()
	if a, b := long.Entities(), short.Entities(); !slices.Equal(a, b) {
		t.Fatalf("other entities: %v and %v", a, b)
	}
	if a, b := long.People(), short.People(); !slices.Equal(a, b) || len(a) != 600 {
		t.Fatalf("other people: %d and %d", len(a), len(b))
	}
	first, last := time.Date(2026, time.October, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, time.April, 1, 0, 0, 0, 0, time.UTC)
	decisions, given := 0, 0
	for _, now := range []time.Time{early, first.Add(-1), first, first.Add(1), last.Add(-1), last, last.Add(1), late} {
		for _, who := range long.People() {
			for _, at := range long.Entities() {
				want, got := long.Permissions(who, at, now), short.Permissions(who, at, now)
				if want != got {
					t.Fatalf("%s at %s at %s: %v in the long form, %v in the short one", who, at, now, want, got)
				}
				decisions++
				given += want.Len()
			}
		}
		for _, g := range long.Groups() {
			if !slices.Contains(short.Groups(), g) {
				continue
			}
			if want, got := members(long, g, now), members(short, g, now); !slices.Equal(want, got) {
				t.Errorf("%s at %s: %v in the long form, %v in the short one", g, now, want, got)
			}
		}
	}
	if decisions < 200_000 || given < 50_000 {
		t.Errorf("%d decisions and %d permissions are few", decisions, given)
	}
	size := 0
	for _, f := range u.Files() {
		size += len(f.Text)
	}
	if n := bytesOf(t, "university"); float64(n) > 0.4*float64(size) {
		t.Errorf("%d bytes, and the long form has %d", n, size)
	} else {
		t.Logf("%d bytes, and the long form has %d", n, size)
	}
}

// members are the names of a group's members, in order: what they are members through is said in another way.
func members(s *directory.Snapshot, g directory.Key, now time.Time) []string {
	var out []string
	for _, m := range s.Members(g, now) {
		out = append(out, m.Person)
	}
	slices.Sort(out)
	return out
}

// bytesOf is how much YAML an example has, its tests apart. Each course is a file of twelve lines at most.
func bytesOf(t *testing.T, example string) int {
	t.Helper()
	size := 0
	err := fs.WalkDir(os.DirFS(example), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".yaml" || strings.HasSuffix(name, "_test.yaml") {
			return err
		}
		text, err := os.ReadFile(path.Join(example, name))
		size += len(text)
		if n := bytes.Count(text, []byte("\n")); n > 12 && strings.HasPrefix(name, "courses/") {
			t.Errorf("%s has %d lines", name, n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return size
}
