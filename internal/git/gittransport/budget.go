package gittransport

import (
	"io"
	"sync"
)

// budget counts what is read of a server, one phase of a session after the other.
type budget struct {
	mu   sync.Mutex
	what string
	most int64
	left int64
	over *TooLongError
}

// begin allows so many bytes for what comes next. What the last phase left is gone.
func (b *budget) begin(what string, most int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.what, b.most, b.left = what, most, most
}

// spend takes n bytes from what is left; an error where that is not enough, then and ever after.
func (b *budget) spend(n int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left -= int64(n); b.left < 0 && b.over == nil {
		b.over = &TooLongError{What: b.what, Limit: b.most}
	}
	if b.over != nil {
		return b.over
	}
	return nil
}

// instead is what to say in place of an error: that the server sent too much,
// where it did. Not every layer above keeps the error that it was given.
func (b *budget) instead(err error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil && b.over != nil {
		return b.over
	}
	return err
}

// reader is what the budget lets through of a stream.
type reader struct {
	io.Reader
	budget *budget
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if over := r.budget.spend(n); over != nil {
		return 0, over
	}
	return n, err
}

// body is a reader that is closed.
type body struct {
	reader
	io.Closer
}
