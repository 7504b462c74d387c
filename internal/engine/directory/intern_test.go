package directory

import (
	"fmt"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"testing"

	"provost.dev/provost/internal/engine/catalogue"
)

// awkward are names that are alike in what a hash or a comparison might look at.
func awkward(i int) Key {
	switch a, b := fmt.Sprint("n", i/6), fmt.Sprint("n", i/6+1); i % 6 {
	case 0:
		return Key{a, b}
	case 1:
		return Key{b, a + "\x00"}
	case 2:
		return Key{a, a}
	case 3:
		return Key{"", a + "\x00" + b}
	case 4:
		return Key{a + "\x00", b}
	default:
		return Key{a + "\x00" + b, ""}
	}
}

// However badly a hash tells keys apart, each key has a number of its own, that
// it keeps, and no other key has one.
func TestTableKeepsKeysApart(t *testing.T) {
	t.Parallel()
	for name, hash := range map[string]func(maphash.Seed, Key) uint64{
		"as it is":             hashKey,
		"all alike":            func(maphash.Seed, Key) uint64 { return 0 },
		"all at the last slot": func(maphash.Seed, Key) uint64 { return 1<<64 - 1 },
		"alike above":          func(s maphash.Seed, k Key) uint64 { return hashKey(s, k) & (1<<32 - 1) },
		"alike below":          func(s maphash.Seed, k Key) uint64 { return hashKey(s, k) &^ (1<<32 - 1) },
	} {
		t.Run(name, func(t *testing.T) {
			// Around where the slots and the list of keys grow.
			for _, size := range []int{0, 1, smallestSize*3/4 - 1, smallestSize * 3 / 4, smallestSize*3/4 + 1, keyChunk - 1, keyChunk, keyChunk +
				1} {
				names := newTable(hash)
				for i := range size {
					if id := names.intern(awkward(i)); id != uint32(i) {
						t.Fatalf("%d names: the number of %q is %d, want %d", size, awkward(i), id, i)
					}
				}
				for i := range size {
					if id := names.intern(awkward(i)); id != uint32(i) || names.key(id) != awkward(i) {
						t.Fatalf("%d names: the number of %q became %d, that of %q", size, awkward(i), id, names.key(id))
					}
				}
				for i := range 8 {
					if id, ok := names.find(awkward(size + i)); ok {
						t.Fatalf("%d names: %q, which nobody mentioned, has the number %d", size, awkward(size+i), id)
					}
				}
			}
		})
	}
}

// What is found while the table grows is right; what a reader was told of is found.
func TestTableIsReadWhileItGrows(t *testing.T) {
	t.Parallel()
	const size = 5000
	names := newTable(hashKey)
	var there atomic.Int64 // how many names there are for certain
	var reading sync.WaitGroup
	for range 3 {
		reading.Go(func() {
			for n := 0; n < size; {
				n = int(there.Load())
				for i := max(0, n-100); i < n+20; i++ {
					id, ok := names.find(awkward(i))
					if !ok && i < n || ok && (id != uint32(i) || names.key(id) != awkward(i)) {
						t.Errorf("of %d: find(%q) = %d, %v, want %d", n, awkward(i), id, ok, i)
						return
					}
				}
			}
		})
	}
	for i := range size {
		names.intern(awkward(i))
		there.Store(int64(i + 1))
	}
	reading.Wait()
}

// The parts of a name are hashed one by one: swapped, doubled or at another level
// they make another hash nearly always.
func TestHashesTellNamesApart(t *testing.T) {
	t.Parallel()
	seed := maphash.MakeSeed()
	seen := map[uint64]string{}
	twice := 0
	note := func(h uint64, what string) {
		if _, ok := seen[h]; ok {
			twice++
		}
		seen[h] = what
	}
	for i := range 3000 {
		note(hashKey(seed, awkward(i)), awkward(i).String())
	}
	clear(seen)
	for i := range 600 {
		k := awkward(i)
		for _, l := range catalogue.Levels() {
			note(hashEntity(seed, EntityKey{l, k.Namespace, k.Name}), k.String())
		}
	}
	if twice > 2 { // of 64 bits, one pair among billions of such tests
		t.Errorf("%d names have the hash of another one", twice)
	}
}
