package gitrepo

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"

	"provost.dev/provost/internal/testing/need"
)

// packedRepository is a repository of one pack with long chains of deltas; names says how a delta names what it is one of.
func packedRepository(t *testing.T, names string, versions int) string {
	t.Helper()
	dir := t.TempDir()
	git := func(in string, args ...string) {
		t.Helper()
		c := exec.Command("git", append([]string{"-C", dir}, args...)...)
		c.Stdin = strings.NewReader(in)
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
		}
	}
	lines := make([]string, 2000)
	for i := range lines {
		lines[i] = fmt.Sprintf("- name: person-%d", i*i)
	}
	var history strings.Builder
	for version := range versions {
		lines[version] = fmt.Sprintf("- name: somebody-%d", version)
		fmt.Fprintf(&history, "commit refs/heads/main\ncommitter a <a@example.org> %d +0000\ndata 0\n", 1_700_000_000+version)
		for name, text := range map[string]string{"large": strings.Join(lines, "\n"), "small": strings.Join(lines[:100], "\n")} {
			fmt.Fprintf(&history, "M 644 inline %s\ndata %d\n%s\n", name, len(text), text)
		}
	}
	git("", "init", "-q", "-b", "main")
	git(history.String(), "fast-import", "--quiet")
	git("", "-c", "repack.useDeltaBaseOffset="+names, "repack", "-q", "-a", "-d", "-f", "--depth=50")
	return dir
}

// TestPacksAreReadAsGoGitDoes reads every object both ways.
func TestPacksAreReadAsGoGitDoes(t *testing.T) {
	versions := need.AtMost(60, 15)
	for _, names := range []string{"true", "false"} {
		r, err := Open(packedRepository(t, names, versions))
		if err != nil {
			t.Fatal(err)
		}
		s, ok := r.git.Storer.(*storage)
		if !ok {
			t.Fatalf("the storage is a %T", r.git.Storer)
		}
		objects, err := s.Storage.IterEncodedObjects(plumbing.AnyObject)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		err = objects.ForEach(func(want plumbing.EncodedObject) error {
			n++
			typ, content, ok := s.read(want.Hash())
			size, sized := s.size(want.Hash())
			reader, err := want.Reader()
			if err != nil {
				return err
			}
			text, err := io.ReadAll(reader)
			if !ok || !sized || typ != want.Type() || size != want.Size() || !bytes.Equal(content, text) {
				t.Errorf("%s of type %s and length %d is read as %s of length %d (%v, %d)", want.Hash(), want.Type(), want.Size(), typ, len(content),
					ok, size)
			}
			return err
		})
		if err != nil || n < 4*versions {
			t.Errorf("%d objects: %v", n, err)
		}
	}
}

// TestBrokenPacks changes bytes of a pack: what is still read is whole, and nothing else happens.
func TestBrokenPacks(t *testing.T) {
	need.Time(t) // it breaks many packs
	dir := packedRepository(t, "false", 60)
	paths, err := filepath.Glob(filepath.Join(dir, ".git/objects/pack/*.pack"))
	if err != nil || len(paths) != 1 {
		t.Fatal(paths, err)
	}
	text, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := r.git.Storer.(*storage)
	p := s.packs()[0]
	random := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		broken := bytes.Clone(text)
		for range 1 + random.IntN(20) {
			broken[random.IntN(len(broken))] = byte(random.Uint32())
		}
		p.file = bytes.NewReader(broken)
		p.readers.Put(p.readers.New())
		entries, err := p.index.Entries()
		if err != nil {
			t.Fatal(err)
		}
		for {
			entry, err := entries.Next()
			if err != nil {
				break
			}
			var k kept
			_, _ = p.read(int64(entry.Offset), &k)
			_, _ = p.size(int64(entry.Offset))
		}
	}
}

// TestDeltas applies deltas made at random: what is taken is what go-git makes of it.
func TestDeltas(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	taken := 0
	for range 200_000 {
		before := make([]byte, 1+random.IntN(40))
		for i := range before {
			before[i] = byte('a' + i)
		}
		delta := []byte{byte(len(before)), byte(random.IntN(30))}
		for range random.IntN(4) {
			switch random.IntN(4) {
			case 0: // copy
				delta = append(delta, 0x91, byte(random.IntN(20)), byte(random.IntN(20)))
			case 1: // new
				n := 1 + random.IntN(10)
				delta = append(delta, byte(n))
				delta = append(delta, "0123456789"[:n]...)
			case 2: // anything
				delta = append(delta, byte(random.Uint32()))
			}
		}
		r := &reader{before: before}
		if r.patch(delta) != nil {
			continue
		}
		taken++
		if want, err := packfile.PatchDelta(before, delta); err != nil || !bytes.Equal(want, r.after) {
			t.Fatalf("%q by %q is %q, want %q (%v)", before, delta, r.after, want, err)
		}
	}
	if taken < 1000 {
		t.Errorf("%d deltas are taken", taken)
	}
}
