package directory

import (
	"hash/maphash"
	"math/bits"
	"sync"
	"sync/atomic"
)

// table gives each key a small number, in order of first mention, for good. One
// writer adds; any number of readers look up without a lock, so that taking an
// answer from a snapshot never waits for the writer. Numbers are shared by all
// snapshots: a number younger than a snapshot is beyond the end of its vectors
// and reads as nothing there.
//
// Names are never forgotten: what is deleted and named again gets its old
// number, and a process that sees ever new names grows by them.
type table[K comparable] struct {
	seed  maphash.Seed
	hash  func(maphash.Seed, K) uint64
	slots atomic.Pointer[slots[K]]
	keys  atomic.Pointer[[]*[keyChunk]K]
	n     uint32 // of the writer
}

// slots is an open-addressing table. The keys lie in it, so that most lookups
// read one line of a processor's cache.
type slots[K comparable] struct {
	mask  uint64
	slots []slot[K]
}

// slot has the number plus one in the low half of its mark and the upper half of
// the hash in the high half, so that a key is only looked at when it is very
// likely the right one. It is written once: the mark last, which publishes the key.
type slot[K comparable] struct {
	mark atomic.Uint64
	key  K
}

const (
	keyChunk     = 1024
	smallestSize = 64
)

func newSlots[K comparable](size uint64) *slots[K] {
	return &slots[K]{mask: size - 1, slots: make([]slot[K], size)}
}

func newTable[K comparable](hash func(maphash.Seed, K) uint64) *table[K] {
	t := &table[K]{seed: maphash.MakeSeed(), hash: hash}
	t.slots.Store(newSlots[K](smallestSize))
	t.keys.Store(new([]*[keyChunk]K))
	return t
}

// find returns the number of a key. Safe for concurrent use.
func (t *table[K]) find(k K) (uint32, bool) {
	h := t.hash(t.seed, k)
	s := t.slots.Load()
	for i := h & s.mask; ; i = (i + 1) & s.mask {
		slot := &s.slots[i]
		mark := slot.mark.Load()
		if mark == 0 {
			return 0, false
		}
		if mark>>32 == h>>32 && slot.key == k {
			return uint32(mark) - 1, true
		}
	}
}

// key returns the key of a number that find or intern gave. Safe for concurrent use.
func (t *table[K]) key(id uint32) K { return (*t.keys.Load())[id/keyChunk][id%keyChunk] }

// intern returns the number of a key, which it may be the first to mention. Only for the writer.
func (t *table[K]) intern(k K) uint32 {
	if id, ok := t.find(k); ok {
		return id
	}
	id := t.n
	t.n++
	chunks := *t.keys.Load()
	if int(id/keyChunk) == len(chunks) {
		grown := make([]*[keyChunk]K, len(chunks)+1)
		copy(grown, chunks)
		grown[len(chunks)] = new([keyChunk]K)
		t.keys.Store(&grown)
		chunks = grown
	}
	// The key is in place before the slot that leads to it is published.
	chunks[id/keyChunk][id%keyChunk] = k
	s := t.slots.Load()
	if uint64(t.n)*4 > uint64(len(s.slots))*3 {
		t.slots.Store(t.grow(s))
	} else {
		s.put(t.hash(t.seed, k), k, id)
	}
	return id
}

// grow makes a table of twice the size with every key in it, the newest included.
func (t *table[K]) grow(old *slots[K]) *slots[K] {
	s := newSlots[K](uint64(len(old.slots)) * 2)
	for id := range t.n {
		k := t.key(id)
		s.put(t.hash(t.seed, k), k, id)
	}
	return s
}

func (s *slots[K]) put(h uint64, k K, id uint32) {
	i := h & s.mask
	for s.slots[i].mark.Load() != 0 {
		i = (i + 1) & s.mask
	}
	s.slots[i].key = k
	s.slots[i].mark.Store(h>>32<<32 | uint64(id+1))
}

// One hash of each of a key's texts, which do not wait for each other, takes half
// the time of maphash.Comparable. Odd turns keep apart the names of which both are the same.

func hashKey(seed maphash.Seed, k Key) uint64 {
	return maphash.String(seed, k.Name) ^ bits.RotateLeft64(maphash.String(seed, k.Namespace), 21)
}

func hashEntity(seed maphash.Seed, k EntityKey) uint64 {
	return maphash.String(seed, k.Name) ^ bits.RotateLeft64(maphash.String(seed, k.Namespace), 21+2*int(k.Level))
}

// names are the tables of one Directory, shared by all its snapshots.
type names struct {
	// mu is held by whoever adds names: a transaction, be it one of the directory or a what-if.
	mu sync.Mutex
	// txns numbers the transactions.
	txns uint64

	people     *table[string]
	namespaces *table[string]
	denies     *table[string]
	groups     *table[Key]
	entities   *table[EntityKey]
	roles      *table[Key] // of records only: system roles need no number
	templates  *table[Key]
	bindings   *table[Key]
	overrides  *table[Key]
	terms      *table[Key]
	selections *table[selectionKey]
	profiles   *table[string] // by the numbers of their selections
}

func newNames() *names {
	return &names{
		people: newTable(maphash.String), namespaces: newTable(maphash.String), denies: newTable(maphash.String),
		groups: newTable(hashKey), entities: newTable(hashEntity), roles: newTable(hashKey),
		templates: newTable(hashKey), bindings: newTable(hashKey), overrides: newTable(hashKey),
		selections: newTable(hashSelection), profiles: newTable(maphash.String), terms: newTable(hashKey),
	}
}
