package directory

import (
	"hash/maphash"
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
	slots atomic.Pointer[slots]
	keys  atomic.Pointer[[]*[keyChunk]K]
	n     uint32 // of the writer
}

// slots is an open-addressing table. A slot holds the number plus one in its low
// half and the upper half of the hash in its high half, so that a key is only
// fetched when it is very likely the right one.
type slots struct {
	mask  uint64
	cells []atomic.Uint64
}

const (
	keyChunk     = 1024
	smallestSize = 64
)

func newTable[K comparable]() *table[K] {
	t := &table[K]{seed: maphash.MakeSeed()}
	t.slots.Store(&slots{mask: smallestSize - 1, cells: make([]atomic.Uint64, smallestSize)})
	t.keys.Store(new([]*[keyChunk]K))
	return t
}

// find returns the number of a key. Safe for concurrent use.
func (t *table[K]) find(k K) (uint32, bool) {
	h := maphash.Comparable(t.seed, k)
	s := t.slots.Load()
	for i := h & s.mask; ; i = (i + 1) & s.mask {
		cell := s.cells[i].Load()
		if cell == 0 {
			return 0, false
		}
		if cell>>32 == h>>32 {
			if id := uint32(cell) - 1; t.key(id) == k {
				return id, true
			}
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
	if uint64(t.n)*4 > uint64(len(s.cells))*3 {
		s = t.grow(s)
		t.slots.Store(s)
	} else {
		s.put(maphash.Comparable(t.seed, k), id)
	}
	return id
}

// grow makes a table of twice the size with every key in it, the newest included.
func (t *table[K]) grow(old *slots) *slots {
	size := uint64(len(old.cells)) * 2
	s := &slots{mask: size - 1, cells: make([]atomic.Uint64, size)}
	for id := range t.n {
		s.put(maphash.Comparable(t.seed, t.key(id)), id)
	}
	return s
}

func (s *slots) put(h uint64, id uint32) {
	i := h & s.mask
	for s.cells[i].Load() != 0 {
		i = (i + 1) & s.mask
	}
	s.cells[i].Store(h>>32<<32 | uint64(id+1))
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
}

func newNames() *names {
	return &names{
		people: newTable[string](), namespaces: newTable[string](), denies: newTable[string](),
		groups: newTable[Key](), entities: newTable[EntityKey](), roles: newTable[Key](),
		templates: newTable[Key](), bindings: newTable[Key](), overrides: newTable[Key](),
	}
}
