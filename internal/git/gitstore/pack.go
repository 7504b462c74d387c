package gitstore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/go-git/go-git/v5/plumbing/format/packfile"
)

// entry is one object of a pack, as it is written there.
type entry struct {
	*packfile.ObjectHeader
	inflate func(io.Writer) error
}

// readPack reads a pack from its beginning to its end, and shows what it holds in the
// order in which it stands there. Each entry must be inflated before the next one.
// No more of an entry comes out of that than its Length says. The error is
// packfile.ErrEmptyPackfile where there is nothing at all.
func readPack(r io.Reader, visit func(entry) error) error {
	s := packfile.NewScanner(r)
	_, count, err := s.Header()
	if err != nil {
		return broken(err)
	}
	for range count {
		h, err := s.NextObjectHeader()
		if err != nil {
			return broken(err)
		}
		inflate := func(w io.Writer) error {
			n, _, err := s.NextObject(w)
			if err == nil && n != h.Length {
				return fmt.Errorf("%w: an object of %d bytes is said to have %d", packfile.ErrMalformedPackFile, n, h.Length)
			}
			return broken(err)
		}
		if err := visit(entry{h, inflate}); err != nil {
			return err
		}
	}
	if _, err := s.Checksum(); err != nil {
		return broken(err)
	}
	// What follows is nobody's; whoever sends it is not kept waiting.
	_, err = io.Copy(io.Discard, r)
	return err
}

// broken says of a pack that ends too early what is the matter.
func broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: %w", packfile.ErrMalformedPackFile, err)
	}
	return err
}

// maxDeltaHead is how long the two sizes at the beginning of a delta may be written.
const maxDeltaHead = 2 * binary.MaxVarintLen64

// deltaTarget is the size of what a delta makes, by its first bytes.
func deltaTarget(head []byte) (int64, error) {
	if _, n := binary.Uvarint(head); n > 0 {
		if size, m := binary.Uvarint(head[n:]); m > 0 && size <= 1<<62 {
			return int64(size), nil
		}
	}
	return 0, fmt.Errorf("%w: %w", packfile.ErrMalformedPackFile, packfile.ErrInvalidDelta)
}

// checking is a writer that has a pack read while it is written. It stops
// whoever writes with the error of whoever reads.
type checking struct {
	*io.PipeWriter
	read chan error
}

func newChecking(read func(io.Reader) error) *checking {
	r, w := io.Pipe()
	c := &checking{PipeWriter: w, read: make(chan error, 1)}
	go func() {
		err := read(r)
		_ = r.CloseWithError(err) // nobody writes any more where there is none
		c.read <- err
	}()
	return c
}

// Close implements io.Closer. It returns when the pack has been read, with what that came to.
func (c *checking) Close() error {
	_ = c.PipeWriter.Close()
	err := <-c.read
	c.read <- err
	if errors.Is(err, packfile.ErrEmptyPackfile) {
		return nil // there was nothing to read
	}
	return err
}

// head keeps the first bytes that are written to it.
type head struct{ bytes.Buffer }

// Write implements io.Writer.
func (h *head) Write(p []byte) (int, error) {
	_, _ = h.Buffer.Write(p[:min(len(p), max(0, maxDeltaHead-h.Len()))])
	return len(p), nil
}
