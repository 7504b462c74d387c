package gitstore

import (
	"io"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/storage/memory"
)

// perObject is what an object costs beside its content, in bytes: many empty ones
// fill the memory too.
const perObject = 512

// Memory keeps objects in memory, up to a limit. A pack is taken as a whole: one
// that is broken, or too large, leaves nothing behind.
type Memory struct {
	*memory.Storage
	limit, left int64
}

// NewMemory is an empty store for so many bytes.
func NewMemory(limit int64) *Memory {
	return &Memory{Storage: memory.NewStorage(), limit: limit, left: limit}
}

// SetEncodedObject implements storer.EncodedObjectStorer.
func (m *Memory) SetEncodedObject(o plumbing.EncodedObject) (plumbing.Hash, error) {
	hash := o.Hash()
	if m.HasEncodedObject(hash) == nil {
		return hash, nil
	}
	cost := o.Size() + perObject
	if cost > m.left {
		return plumbing.ZeroHash, m.tooLarge()
	}
	m.left -= cost
	return m.Storage.SetEncodedObject(o)
}

func (m *Memory) tooLarge() error { return &TooLargeError{"the repository", megabytes(m.limit)} }

// PackfileWriter implements storer.PackfileWriter.
func (m *Memory) PackfileWriter() (io.WriteCloser, error) {
	return newChecking(func(r io.Reader) error {
		u := m.unpacking()
		if err := readPack(r, u.take); err != nil {
			return err
		}
		return u.commit()
	}), nil
}
