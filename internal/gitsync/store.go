package gitsync

import (
	"errors"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/storage/memory"
)

// errTooLarge says that a repository holds more than its store may.
var errTooLarge = errors.New("the repository is too large")

// store keeps Git objects in memory and refuses to hold more than it may: a
// repository must not be able to take the manager down.
type store struct {
	*memory.Storage
	left int64
}

func newStore(maxBytes int64) *store {
	return &store{Storage: memory.NewStorage(), left: maxBytes}
}

// SetEncodedObject implements the storer of objects.
func (s *store) SetEncodedObject(o plumbing.EncodedObject) (plumbing.Hash, error) {
	if s.left -= o.Size(); s.left < 0 {
		return plumbing.ZeroHash, errTooLarge
	}
	return s.Storage.SetEncodedObject(o)
}
