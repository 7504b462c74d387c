package gitstore

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-git/go-git/v5/plumbing"
)

// object is an object of a pack. It is never changed.
type object struct {
	kind    plumbing.ObjectType
	hash    plumbing.Hash
	content []byte
}

var _ plumbing.EncodedObject = (*object)(nil)

func newObject(kind plumbing.ObjectType, content []byte) *object {
	return &object{kind: kind, hash: plumbing.ComputeHash(kind, content), content: content}
}

// Hash implements plumbing.EncodedObject.
func (o *object) Hash() plumbing.Hash { return o.hash }

// Type implements plumbing.EncodedObject.
func (o *object) Type() plumbing.ObjectType { return o.kind }

// SetType implements plumbing.EncodedObject; it does nothing.
func (o *object) SetType(plumbing.ObjectType) {}

// Size implements plumbing.EncodedObject.
func (o *object) Size() int64 { return int64(len(o.content)) }

// SetSize implements plumbing.EncodedObject; it does nothing.
func (o *object) SetSize(int64) {}

// Reader implements plumbing.EncodedObject.
func (o *object) Reader() (io.ReadCloser, error) {
	return struct {
		*bytes.Reader
		io.Closer
	}{bytes.NewReader(o.content), io.NopCloser(nil)}, nil
}

// Writer implements plumbing.EncodedObject.
func (o *object) Writer() (io.WriteCloser, error) {
	return nil, errors.New("an object of a pack cannot be written to")
}

// objectFrom is an object that came another way.
func objectFrom(e plumbing.EncodedObject) (*object, error) {
	if o, ok := e.(*object); ok {
		return o, nil
	}
	r, err := e.Reader()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	content, err := io.ReadAll(r)
	return &object{kind: e.Type(), hash: e.Hash(), content: content}, err
}
