package gitstore

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/memory"

	"provost.dev/provost/internal/testing/need"
)

// written is a pack that a test makes.
type written struct {
	bytes.Buffer
	objects uint32
}

// add adds an entry that says it has this size, with what stands before its content and the content packed.
func (w *written) add(kind plumbing.ObjectType, size int64, before, packed []byte) (offset int64) {
	offset = int64(w.Len()) + 12
	w.objects++
	b := byte(kind)<<4 | byte(size&15)
	for size >>= 4; size > 0; size >>= 7 {
		w.WriteByte(b | 0x80)
		b = byte(size & 0x7f)
	}
	w.WriteByte(b)
	w.Write(before)
	w.Write(packed)
	return offset
}

func zipped(content []byte) []byte {
	var out bytes.Buffer
	zipper.Reset(&out)
	_, _ = zipper.Write(content)
	_ = zipper.Close()
	return out.Bytes()
}

var zipper = zlib.NewWriter(nil)

// zeros packs so many bytes of nothing.
func zeros(n int64) []byte {
	var out bytes.Buffer
	z, _ := zlib.NewWriterLevel(&out, zlib.BestSpeed)
	_, _ = io.CopyN(z, nothing{}, n)
	_ = z.Close()
	return out.Bytes()
}

type nothing struct{}

func (nothing) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func (w *written) blob(content []byte) int64 {
	return w.add(plumbing.BlobObject, int64(len(content)), nil, zipped(content))
}

func (w *written) deltaOf(hash plumbing.Hash, delta []byte) int64 {
	return w.add(plumbing.REFDeltaObject, int64(len(delta)), hash[:], zipped(delta))
}

// back is a delta of what stands so far before it.
func (w *written) back(base int64, delta []byte) int64 {
	distance := int64(w.Len()) + 12 - base
	encoded := []byte{byte(distance & 0x7f)}
	for distance >>= 7; distance > 0; distance >>= 7 {
		distance--
		encoded = append([]byte{0x80 | byte(distance&0x7f)}, encoded...)
	}
	return w.add(plumbing.OFSDeltaObject, int64(len(delta)), encoded, zipped(delta))
}

func (w *written) pack() []byte {
	out := binary.BigEndian.AppendUint32([]byte("PACK\x00\x00\x00\x02"), w.objects)
	out = append(out, w.Bytes()...)
	sum := sha1.Sum(out)
	return append(out, sum[:]...)
}

// copies is a delta that makes n times a base of 64 KiB.
func copies(base, n int) []byte {
	delta := binary.AppendUvarint(binary.AppendUvarint(nil, uint64(base)), uint64(n*base))
	return append(delta, bytes.Repeat([]byte{0x80}, n)...) // copy 64 KiB from the beginning
}

const block = 64 << 10

// stores are those that a pack may go to.
func stores(t *testing.T, limit int64) map[string]storer.PackfileWriter {
	return map[string]storer.PackfileWriter{
		"memory": NewMemory(limit),
		"disk":   &Disk{Storage: filesystem.NewStorage(osfs.New(t.TempDir()), cache.NewObjectLRUDefault()), MaxObject: limit, MaxObjects: 1000},
	}
}

// store gives a store a pack, as a fetch would.
func store(s storer.PackfileWriter, pack []byte) error {
	return packfile.WritePackfileToObjectStorage(s, bytes.NewReader(pack))
}

// What a pack makes is counted before it is made: neither its own size nor what it
// says of itself can have more memory taken than there may be.
func TestBombs(t *testing.T) {
	const limit = 4 << 20
	many := need.AtMost[int64](1<<28, 1<<24) // bytes that are far more than the limit
	large := zeros(many)
	base := bytes.Repeat([]byte{7}, block)
	hash := plumbing.ComputeHash(plumbing.BlobObject, base)
	for _, tt := range []struct {
		name string
		make func(*written)
		not  string // where this does no harm
	}{
		{name: "one large object", make: func(w *written) { w.add(plumbing.BlobObject, many, nil, large) }},
		{name: "one that says it is small", make: func(w *written) { w.add(plumbing.BlobObject, 100, nil, large) }},
		{name: "one that says it is enormous", make: func(w *written) { w.add(plumbing.TreeObject, 1<<50, nil, zipped(nil)) }},
		{name: "a large delta", make: func(w *written) { w.blob(base); w.add(plumbing.REFDeltaObject, many, hash[:], large) }},
		{name: "a delta that makes much", make: func(w *written) { w.back(w.blob(base), copies(block, 1<<14)) }},
		{name: "by the name of its base", make: func(w *written) { w.blob(base); w.deltaOf(hash, copies(block, 1<<14)) }},
		{name: "before its base", make: func(w *written) { w.deltaOf(hash, copies(block, 1<<14)); w.blob(base) }},
		{name: "a delta that makes more than it says", make: func(w *written) {
			delta := copies(block, 1<<14)
			w.back(w.blob(base), append(binary.AppendUvarint(binary.AppendUvarint(nil, block), 10), delta[6:]...))
		}},
		{name: "many deltas of one", not: "disk", make: func(w *written) {
			at := w.blob(base)
			for range 500 {
				w.back(at, copies(block, 1))
			}
		}},
		{name: "a chain of deltas", make: func(w *written) {
			at := w.back(w.blob(base), copies(block, 16))
			for range 500 {
				at = w.back(at, append(binary.AppendUvarint(binary.AppendUvarint(nil, 16*block), 16*block), bytes.Repeat([]byte{0x80}, 16)...))
			}
		}},
		{name: "a chain of what is not known", make: func(w *written) {
			at := w.deltaOf(plumbing.NewHash(strings.Repeat("1", 40)), copies(block, 16))
			for range 500 {
				at = w.back(at, append(binary.AppendUvarint(binary.AppendUvarint(nil, 16*block), 16*block), bytes.Repeat([]byte{0x80}, 16)...))
			}
		}},
		{name: "many that are empty", make: func(w *written) {
			for i := range 20_000 {
				w.blob(binary.AppendUvarint(nil, uint64(i)))
			}
		}},
		{name: "many that are said to be there", make: func(w *written) { w.blob(nil); w.objects = 1<<32 - 1 }},
		{name: "a delta of nothing", make: func(w *written) { w.deltaOf(hash, copies(block, 1)) }},
		{name: "deltas of each other", make: func(w *written) {
			w.deltaOf(plumbing.NewHash(strings.Repeat("1", 40)), copies(block, 1))
			w.deltaOf(plumbing.NewHash(strings.Repeat("2", 40)), copies(block, 1))
		}},
	} {
		var w written
		tt.make(&w)
		pack := w.pack()
		for kind, s := range stores(t, limit) {
			if kind == tt.not {
				continue
			}
			t.Run(tt.name+"/"+kind, func(t *testing.T) {
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				err := store(s, pack)
				runtime.ReadMemStats(&after)
				if err == nil {
					t.Error("it was taken")
				}
				t.Log(err)
				if taken := after.TotalAlloc - before.TotalAlloc; taken > 16*limit {
					t.Errorf("%d MiB were made of it", taken>>20)
				}
				if m, ok := s.(*Memory); ok && (m.left != limit || len(m.Objects) > 0) {
					t.Errorf("it leaves %d objects behind, and room for %d bytes", len(m.Objects), m.left)
				}
			})
		}
	}
}

// A pack is taken as a whole or not at all, and there is room for the next one.
func TestBrokenPacks(t *testing.T) {
	var w written
	base := bytes.Repeat([]byte("who may do what\n"), block/16)
	w.back(w.blob(base), copies(block, 2))
	w.deltaOf(plumbing.ComputeHash(plumbing.BlobObject, base), copies(block, 3))
	whole := w.pack()
	m := NewMemory(4 << 20)
	for n := range len(whole) {
		if err := store(m, whole[:n]); err == nil {
			t.Errorf("%d bytes of %d are taken", n, len(whole))
		}
	}
	for i := range whole {
		wrong := bytes.Clone(whole)
		wrong[i] ^= 0x40
		if err := store(m, wrong); err == nil {
			t.Errorf("with byte %d wrong it is taken", i)
		}
	}
	if len(m.Objects) > 0 || m.left != 4<<20 {
		t.Fatalf("%d objects are left, and room for %d bytes", len(m.Objects), m.left)
	}
	for range 100 { // the same again costs nothing
		if err := store(m, append(bytes.Clone(whole), "and more"...)); err != nil {
			t.Fatal(err)
		}
	}
	if len(m.Objects) != 3 {
		t.Errorf("%d objects", len(m.Objects))
	}
}

// TestPacksOfGit reads what Git itself packs, with deltas of every kind, and
// wants the same objects that go-git's own reader makes of it.
func TestPacksOfGit(t *testing.T) {
	need.Program(t, "git")
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	run := func(stdin []byte, args ...string) []byte {
		t.Helper()
		who := []string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "tag.gpgsign=false"}
		c := exec.Command("git", append(who, args...)...)
		c.Stdin = bytes.NewReader(stdin)
		out, err := c.Output()
		if err != nil {
			t.Fatalf("git %s: %v", args[0], err)
		}
		return out
	}
	run(nil, "init", "-q")
	var stream bytes.Buffer
	lines := make([]string, 400)
	for i := range 40 {
		for range 1 + r.IntN(20) {
			lines[r.IntN(len(lines))] = fmt.Sprintf("line %d of %d\n", r.IntN(1000), i)
		}
		content := strings.Join(lines, "")
		fmt.Fprintf(&stream, "commit refs/heads/main\ncommitter a <a@example.org> %d +0000\ndata 2\nx\n", 1_800_000_000+i)
		fmt.Fprintf(&stream, "M 644 inline f%d.yaml\ndata %d\n%s\n", r.IntN(5), len(content), content)
	}
	run(stream.Bytes(), "fast-import", "--quiet")
	run(nil, "tag", "-a", "v1", "-m", "x", "main")
	for _, args := range [][]string{
		{"--all"}, {"--all", "--delta-base-offset"}, {"--all", "--delta-base-offset", "--depth=200", "--window=50"}, {"--all", "--depth=0"},
	} {
		pack := run(nil, append([]string{"pack-objects", "--stdout", "--revs", "--no-reuse-delta", "-q"}, args...)...)
		want := memory.NewStorage()
		if err := packfile.UpdateObjectStorage(want, bytes.NewReader(pack)); err != nil {
			t.Fatal(err)
		}
		for kind, s := range stores(t, 64<<20) {
			if err := store(s, pack); err != nil {
				t.Errorf("%v: %s: %v", args, kind, err)
				continue
			}
			same(t, fmt.Sprint(args, kind), s.(storer.EncodedObjectStorer), want)
		}
	}
	t.Run("thin", func(t *testing.T) {
		m := NewMemory(64 << 20)
		for _, revs := range []string{"main~10\n", "main\n^main~10\n"} {
			if err := store(m, run([]byte(revs), "pack-objects", "--stdout", "--revs", "--thin", "--no-reuse-delta", "-q")); err != nil {
				t.Fatal(err)
			}
		}
		want := memory.NewStorage()
		whole := run([]byte("main\n"), "pack-objects", "--stdout", "--revs", "-q")
		if err := packfile.UpdateObjectStorage(want, bytes.NewReader(whole)); err != nil {
			t.Fatal(err)
		}
		same(t, "thin", m, want)
	})
}

func same(t *testing.T, what string, got storer.EncodedObjectStorer, want *memory.Storage) {
	t.Helper()
	for hash, o := range want.Objects {
		e, err := got.EncodedObject(plumbing.AnyObject, hash)
		if err != nil || e.Type() != o.Type() || e.Size() != o.Size() || e.Hash() != hash {
			t.Errorf("%s: %s %s is %v, %v", what, o.Type(), hash, e, err)
			continue
		}
		if a, b := read(t, e), read(t, o); !bytes.Equal(a, b) {
			t.Errorf("%s: %s %s differs", what, o.Type(), hash)
		}
	}
	if m, ok := got.(*Memory); ok && len(m.Objects) != len(want.Objects) {
		t.Errorf("%s: %d objects, want %d", what, len(m.Objects), len(want.Objects))
	}
}

func read(t *testing.T, e plumbing.EncodedObject) []byte {
	t.Helper()
	r, err := e.Reader()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A writer that is given up half-way leaves nobody waiting.
func TestGivenUp(t *testing.T) {
	var w written
	w.blob([]byte("x"))
	pack := w.pack()
	for kind, s := range stores(t, 1<<20) {
		err := packfile.WritePackfileToObjectStorage(s, io.MultiReader(bytes.NewReader(pack[:20]), failing{}))
		if !errors.Is(err, errFails) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

var errFails = errors.New("the line is cut")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errFails }
