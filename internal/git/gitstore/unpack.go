package gitstore

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
)

// unpacking makes objects of the entries of a pack, each of them once: as soon
// as that is there of which it is a delta.
type unpacking struct {
	store *Memory
	// left is how much more may be made, in bytes. What a delta makes is counted when it is read, and the
	// delta itself for as long as it waits.
	left    int64
	offsets map[int64]*node
	hashes  map[plumbing.Hash]*object
	// waiting are deltas of objects that have not come yet.
	waiting map[plumbing.Hash][]*node
	buffer  bytes.Buffer
}

// node is an entry of the pack: an object, or a delta that waits for one.
type node struct {
	object *object
	delta  []byte
	// children are the deltas of this one that wait with it.
	children []*node
}

func (m *Memory) unpacking() *unpacking {
	return &unpacking{
		store: m, left: m.left,
		offsets: map[int64]*node{}, hashes: map[plumbing.Hash]*object{}, waiting: map[plumbing.Hash][]*node{},
	}
}

// take reads one entry.
func (u *unpacking) take(e entry) error {
	if err := u.spend(e.Length, perObject); err != nil {
		return err
	}
	u.buffer.Reset()
	if err := e.inflate(&u.buffer); err != nil {
		return err
	}
	n := &node{}
	if !e.Type.IsDelta() {
		u.offsets[e.Offset] = n
		u.keep(n, e.Type, bytes.Clone(u.buffer.Bytes()))
		return u.resolve(u.freed(n))
	}
	target, err := deltaTarget(u.buffer.Bytes())
	if err != nil {
		return err
	}
	if err := u.spend(target); err != nil {
		return err
	}
	n.delta = bytes.Clone(u.buffer.Bytes())
	base, err := u.base(e, n)
	u.offsets[e.Offset] = n
	if err != nil || base == nil {
		return err
	}
	return u.resolve([]pair{{n, base}})
}

// spend counts what is about to be made.
func (u *unpacking) spend(sizes ...int64) error {
	for _, size := range sizes {
		if size < 0 || size > u.left {
			return u.store.tooLarge()
		}
		u.left -= size
	}
	return nil
}

// base is the object that an entry is a delta of; nil where the entry waits for it from now on.
func (u *unpacking) base(e entry, n *node) (*object, error) {
	if e.Type == plumbing.OFSDeltaObject {
		parent := u.offsets[e.OffsetReference]
		if parent == nil {
			return nil, fmt.Errorf("%w: a delta of nothing", packfile.ErrMalformedPackFile)
		}
		if parent.object == nil {
			parent.children = append(parent.children, n)
		}
		return parent.object, nil
	}
	if o := u.hashes[e.Reference]; o != nil {
		return o, nil
	}
	o, err := u.store.EncodedObject(plumbing.AnyObject, e.Reference)
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		u.waiting[e.Reference] = append(u.waiting[e.Reference], n)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return objectFrom(o)
}

// pair is a delta with what it is a delta of.
type pair struct {
	delta *node
	base  *object
}

// resolve makes objects of deltas, and then of those that waited for these. A
// chain may be as long as the pack: it is followed by a list and not by calls.
func (u *unpacking) resolve(todo []pair) error {
	for len(todo) > 0 {
		next := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		content, err := packfile.PatchDelta(next.base.content, next.delta.delta)
		if err != nil {
			return fmt.Errorf("%w: %w", packfile.ErrMalformedPackFile, err)
		}
		u.left += int64(len(next.delta.delta))
		next.delta.delta = nil
		u.keep(next.delta, next.base.kind, bytes.Clone(content))
		todo = append(todo, u.freed(next.delta)...)
	}
	return nil
}

// freed are the deltas that waited for an object.
func (u *unpacking) freed(n *node) []pair {
	var out []pair
	for _, list := range [][]*node{n.children, u.waiting[n.object.hash]} {
		for _, child := range list {
			out = append(out, pair{child, n.object})
		}
	}
	n.children = nil
	delete(u.waiting, n.object.hash)
	return out
}

func (u *unpacking) keep(n *node, kind plumbing.ObjectType, content []byte) {
	n.object = newObject(kind, content)
	u.hashes[n.object.hash] = n.object
}

// commit puts all objects into the store.
func (u *unpacking) commit() error {
	for hash := range u.waiting {
		return fmt.Errorf("%w: %s", packfile.ErrReferenceDeltaNotFound, hash)
	}
	for _, o := range u.hashes {
		if _, err := u.store.SetEncodedObject(o); err != nil {
			return err
		}
	}
	return nil
}
