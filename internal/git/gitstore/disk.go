package gitstore

import (
	"cmp"
	"fmt"
	"io"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// The bounds of a repository on disk: how large an object may be, in bytes, since
// each is held in memory when it is read; and how many there may be, since all
// of them are listed there.
const (
	DefaultObject  = 256 << 20
	DefaultObjects = 2 << 20
)

// Disk keeps objects on disk, packed as they came, and refuses a pack with an
// object that would not fit into memory.
type Disk struct {
	*filesystem.Storage
	// MaxObject is how large one object may be, in bytes; 0 is DefaultObject. MaxObjects is how many one pack
	// may have; 0 is DefaultObjects.
	MaxObject  int64
	MaxObjects int
}

// PackfileWriter implements storer.PackfileWriter.
func (d *Disk) PackfileWriter() (io.WriteCloser, error) {
	to, err := d.Storage.PackfileWriter()
	if err != nil {
		return nil, err
	}
	return newChecked(to, cmp.Or(d.MaxObject, DefaultObject), cmp.Or(d.MaxObjects, DefaultObjects)), nil
}

// checked is a pack that is looked at while it is written.
type checked struct {
	*checking
	to     io.WriteCloser
	closed sync.Once
	err    error
}

func newChecked(to io.WriteCloser, maxObject int64, maxObjects int) *checked {
	s := &sizes{most: maxObject, objects: maxObjects, chains: map[int64]chain{}, hashes: map[plumbing.Hash]chain{}}
	return &checked{to: to, checking: newChecking(func(r io.Reader) error {
		late := &lagging{to: to}
		if err := readPack(io.TeeReader(r, late), s.look); err != nil {
			return err
		}
		return late.release()
	})}
}

// lagging keeps back the last bytes that were written to it: objects are made
// of a pack when its end is there, which must not be before all of it is known to
// be in order.
type lagging struct {
	to   io.Writer
	kept []byte
}

// lag is more than the pack's reader takes in at a time.
const lag = 64 << 10

// Write implements io.Writer.
func (l *lagging) Write(p []byte) (int, error) {
	l.kept = append(l.kept, p...)
	if n := len(l.kept) - lag; n > 0 {
		if _, err := l.to.Write(l.kept[:n]); err != nil {
			return 0, err
		}
		l.kept = append(l.kept[:0], l.kept[n:]...)
	}
	return len(p), nil
}

func (l *lagging) release() error {
	_, err := l.to.Write(l.kept)
	return err
}

// Close implements io.Closer.
func (c *checked) Close() error {
	c.closed.Do(func() {
		c.err = c.checking.Close()
		if err := c.to.Close(); c.err == nil {
			c.err = err
		}
	})
	return c.err
}

// sizes says whether what a pack makes fits into memory: each object, and each
// chain of deltas, which is held as a whole when its last object is read.
type sizes struct {
	// most is how large an object may be, and objects how many more there may be.
	most    int64
	objects int
	// chains is how much each object is, by its offset, with all that it is a delta of.
	chains map[int64]chain
	// hashes are the objects that are no deltas.
	hashes map[plumbing.Hash]chain
	// strangers is how much is made of deltas of what is not known, and of deltas of
	// these: any of them may be in one chain.
	strangers int64
}

// chain is an object with all that it is a delta of.
type chain struct {
	bytes   int64
	strange bool
}

// chainOf is how many objects of the largest size a chain of deltas may come to.
const chainOf = 4

func (s *sizes) look(e entry) error {
	if s.objects--; s.objects < 0 {
		return &TooLargeError{"the repository", "the number of objects that is read of one"}
	}
	if e.Length > s.most {
		return s.tooLarge()
	}
	hash, first := plumbing.NewHasher(e.Type, e.Length), &head{}
	if !e.Type.IsDelta() {
		if err := e.inflate(hash); err != nil {
			return err
		}
		whole := chain{bytes: e.Length}
		s.chains[e.Offset], s.hashes[hash.Sum()] = whole, whole
		return nil
	}
	if err := e.inflate(first); err != nil {
		return err
	}
	made, err := deltaTarget(first.Bytes())
	if err != nil {
		return err
	}
	if made > s.most {
		return s.tooLarge()
	}
	c, known := s.hashes[e.Reference]
	if e.Type == plumbing.OFSDeltaObject {
		if c, known = s.chains[e.OffsetReference]; !known {
			return fmt.Errorf("%w: a delta of nothing", packfile.ErrMalformedPackFile)
		}
	}
	c.bytes += made + e.Length
	if c.strange = c.strange || !known; c.strange {
		s.strangers += made + e.Length
		c.bytes = s.strangers
	}
	if s.chains[e.Offset] = c; c.bytes > chainOf*s.most {
		return &TooLargeError{"a chain of deltas in the repository", megabytes(chainOf * s.most)}
	}
	return nil
}

func (s *sizes) tooLarge() error {
	return &TooLargeError{"an object of the repository", megabytes(s.most)}
}
