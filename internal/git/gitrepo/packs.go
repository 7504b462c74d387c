package gitrepo

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/idxfile"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"
)

const (
	// maxPacked is the largest object that is read here, in bytes; go-git reads larger ones piece by piece.
	maxPacked = 32 << 20
	// maxChain is how many deltas may stand between an object and the whole one that they begin with: as many as Git writes.
	maxChain = 4095
	// minDelta is how long a delta is that says anything.
	minDelta = 4
	// maxKept is how many bytes of objects are kept: the next version of a file is often a delta to the one before.
	maxKept = 32 << 20
)

// storage is a repository on disk. What is packed is read here, by any number of goroutines at once; all else, and all
// that is large or broken, is go-git's to read and to complain of.
//
// go-git reads one object at a time, goes through the deltas of one of more than 16 KB twice for each of them, and sums
// up every version on the way. Deltas of manifests are long chains.
type storage struct {
	*filesystem.Storage
	packs func() []*pack
	kept  kept
}

func newStorage(s *filesystem.Storage, fs billy.Filesystem) *storage {
	return &storage{Storage: s, packs: sync.OnceValue(func() []*pack { return packsOf(dotgit.New(fs)) })}
}

// EncodedObject implements storer.EncodedObjectStorer.
func (s *storage) EncodedObject(t plumbing.ObjectType, h plumbing.Hash) (plumbing.EncodedObject, error) {
	if typ, content, ok := s.read(h); ok && (t == plumbing.AnyObject || t == typ) {
		object := &plumbing.MemoryObject{}
		object.SetType(typ)
		_, err := object.Write(content)
		return object, err
	}
	return s.Storage.EncodedObject(t, h)
}

// EncodedObjectSize implements storer.EncodedObjectStorer.
func (s *storage) EncodedObjectSize(h plumbing.Hash) (int64, error) {
	if size, ok := s.size(h); ok {
		return size, nil
	}
	return s.Storage.EncodedObjectSize(h)
}

// read reads an object that is in a pack. The content is not to be changed.
func (s *storage) read(h Hash) (plumbing.ObjectType, []byte, bool) {
	for _, p := range s.packs() {
		offset, err := p.index.FindOffset(h)
		if err != nil {
			continue
		}
		o, err := p.read(offset, &s.kept)
		return o.typ, o.content, err == nil
	}
	return 0, nil, false
}

// size is the length of an object that is in a pack.
func (s *storage) size(h Hash) (int64, bool) {
	for _, p := range s.packs() {
		if offset, err := p.index.FindOffset(h); err == nil {
			size, err := p.size(offset)
			return size, err == nil
		}
	}
	return 0, false
}

// pack is a pack with its index.
type pack struct {
	index *idxfile.MemoryIndex
	file  io.ReaderAt
	// readers are those that are not in use. They keep their memory: most of what is read is of use for a moment.
	readers sync.Pool
}

// reader goes through a pack, for one goroutine at a time.
type reader struct {
	scanner *packfile.Scanner
	// text is what was inflated, one after the other, and ends are where each ends.
	text bytes.Buffer
	ends []int
	// before and after are one version, and what a delta makes of it.
	before, after []byte
}

// packsOf opens the packs of a repository, no more than may be open. One that cannot be read is left to go-git.
func packsOf(dir *dotgit.DotGit) []*pack {
	hashes, err := dir.ObjectPacks()
	if err != nil || len(hashes) > openPacks {
		return nil
	}
	var out []*pack
	for _, h := range hashes {
		if p, err := openPack(dir, h); err == nil {
			out = append(out, p)
		}
	}
	return out
}

func openPack(dir *dotgit.DotGit, h Hash) (*pack, error) {
	text, err := dir.ObjectPackIdx(h)
	if err != nil {
		return nil, err
	}
	defer func() { _ = text.Close() }()
	index := idxfile.NewMemoryIndex()
	if err := idxfile.NewDecoder(text).Decode(index); err != nil {
		return nil, err
	}
	if Hash(index.PackfileChecksum) != h {
		return nil, fmt.Errorf("the index is of pack %x", index.PackfileChecksum)
	}
	file, err := dir.ObjectPack(h)
	if err != nil {
		return nil, err
	}
	p := &pack{index: index, file: file}
	p.readers.New = func() any {
		return &reader{scanner: packfile.NewScanner(io.NewSectionReader(p.file, 0, 1<<62))}
	}
	return p, nil
}

// packed is an object as it was put together.
type packed struct {
	typ     plumbing.ObjectType
	content []byte
}

var errLeft = errors.New("left to go-git")

// read puts together the object at an offset: from the whole one that its deltas begin with, or from one that is kept.
func (p *pack) read(offset int64, k *kept) (packed, error) {
	r, _ := p.readers.Get().(*reader)
	defer p.readers.Put(r)
	r.text.Reset()
	r.ends = r.ends[:0]
	typ := plumbing.InvalidObject
	for at := offset; typ == plumbing.InvalidObject; {
		if o, ok := k.get(p, at); ok {
			if at == offset {
				return o, nil
			}
			typ = o.typ
			r.before = append(r.before[:0], o.content...)
			break
		}
		header, err := r.inflate(at)
		if err != nil {
			return packed{}, err
		}
		switch header.Type {
		case plumbing.OFSDeltaObject:
			at = header.OffsetReference
		case plumbing.REFDeltaObject:
			if at, err = p.index.FindOffset(header.Reference); err != nil {
				return packed{}, err
			}
		default:
			typ = header.Type
			r.before = append(r.before[:0], r.pop()...)
		}
	}
	for len(r.ends) > 0 {
		if err := r.patch(r.pop()); err != nil {
			return packed{}, err
		}
		r.before, r.after = r.after, r.before
	}
	o := packed{typ, bytes.Clone(r.before)}
	k.put(p, offset, o)
	return o, nil
}

// inflate reads what stands at an offset, and adds it to the texts.
func (r *reader) inflate(offset int64) (*packfile.ObjectHeader, error) {
	header, err := r.scanner.SeekObjectHeader(offset)
	if err != nil {
		return nil, err
	}
	if header.Length > maxPacked || len(r.ends) > maxChain {
		return nil, errLeft
	}
	r.text.Grow(int(header.Length))
	if _, _, err := r.scanner.NextObject(&r.text); err != nil {
		return nil, err
	}
	r.ends = append(r.ends, r.text.Len())
	return header, nil
}

// pop takes the last text away.
func (r *reader) pop() []byte {
	last, from := len(r.ends)-1, 0
	if last > 0 {
		from = r.ends[last-1]
	}
	text := r.text.Bytes()[from:r.ends[last]]
	r.ends = r.ends[:last]
	return text
}

// patch makes after of before by a delta: its lengths, and then what is copied from before and what is new
// (gitformat-pack(5)).
func (r *reader) patch(delta []byte) error {
	if len(delta) < minDelta {
		return errLeft
	}
	length, delta := number(delta)
	wanted, delta := number(delta)
	if length != len(r.before) || wanted > maxPacked {
		return errLeft
	}
	r.after = slices.Grow(r.after[:0], wanted)
	for len(delta) > 0 {
		op := delta[0]
		delta = delta[1:]
		from := delta
		size := int(op)
		if op&0x80 != 0 {
			var offset int
			offset, delta = parts(op, 4, delta)
			if size, delta = parts(op>>4, 3, delta); size == 0 {
				size = 0x10000
			}
			if offset < 0 || offset > len(r.before) {
				return errLeft
			}
			from = r.before[offset:]
		} else if size <= len(delta) {
			delta = delta[size:]
		}
		if size <= 0 || size > len(from) || size > wanted-len(r.after) {
			return errLeft
		}
		r.after = append(r.after, from[:size]...)
	}
	if len(r.after) != wanted {
		return errLeft
	}
	return nil
}

// number reads one of the lengths that a delta begins with.
func number(delta []byte) (n int, rest []byte) {
	for shift := 0; len(delta) > 0 && shift < 56; shift += 7 {
		b := delta[0]
		delta, n = delta[1:], n|int(b&0x7f)<<shift
		if b < 0x80 {
			break
		}
	}
	return n, delta
}

// parts reads the bytes of a number that are there, those whose bits are set; -1 where the delta ends before.
func parts(set byte, most int, delta []byte) (n int, rest []byte) {
	for i := range most {
		if set&(1<<i) != 0 {
			if len(delta) == 0 {
				return -1, nil
			}
			n |= int(delta[0]) << (8 * i)
			delta = delta[1:]
		}
	}
	return n, delta
}

// size is the length of the object at an offset, which a delta says in its beginning.
func (p *pack) size(offset int64) (int64, error) {
	r, _ := p.readers.Get().(*reader)
	defer p.readers.Put(r)
	r.text.Reset()
	r.ends = r.ends[:0]
	header, err := r.scanner.SeekObjectHeader(offset)
	if err != nil {
		return 0, err
	}
	if !header.Type.IsDelta() {
		return header.Length, nil
	}
	if _, err := r.inflate(offset); err != nil {
		return 0, err
	}
	_, rest := number(r.pop())
	size, _ := number(rest)
	return int64(size), nil
}

// kept are the objects that were put together last, up to a sum of lengths. It is safe for use by several goroutines.
type kept struct {
	mu      sync.Mutex
	objects map[place]packed
	order   []place
	size    int
}

// place is where an object stands.
type place struct {
	pack   *pack
	offset int64
}

func (k *kept) get(p *pack, offset int64) (packed, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	o, ok := k.objects[place{p, offset}]
	return o, ok
}

// put keeps an object, and forgets the oldest ones where they are too much.
func (k *kept) put(p *pack, offset int64, o packed) {
	k.mu.Lock()
	defer k.mu.Unlock()
	at := place{p, offset}
	if _, known := k.objects[at]; known {
		return
	}
	if k.objects == nil {
		k.objects = map[place]packed{}
	}
	k.objects[at], k.order, k.size = o, append(k.order, at), k.size+len(o.content)
	for k.size > maxKept && len(k.order) > 0 {
		oldest := k.order[0]
		k.size -= len(k.objects[oldest].content)
		delete(k.objects, oldest)
		k.order = k.order[1:]
	}
}
