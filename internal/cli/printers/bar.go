package printers

import (
	"fmt"
	"io"
	"time"
)

// Watched is where to show how far something is: the writer where it is a terminal, nil elsewhere.
func Watched(w io.Writer) io.Writer {
	if isTerminal(w) {
		return w
	}
	return nil
}

// Bar counts on one line of a terminal; on anything else it is silent.
type Bar struct {
	w     io.Writer
	noun  string
	of    int
	shown time.Time
}

// NewBar counts things of a noun up to a number.
func NewBar(w io.Writer, noun string, of int) *Bar {
	return &Bar{w: Watched(w), noun: noun, of: of, shown: time.Now()}
}

// Show says how many are done: at most ten times a second, and nothing of what
// is over in an instant. The line is cleared at the end.
func (b *Bar) Show(done int) {
	switch {
	case b.w == nil:
	case done >= b.of:
		_, _ = fmt.Fprint(b.w, "\r\x1b[K")
	case time.Since(b.shown) >= 100*time.Millisecond:
		b.shown = time.Now()
		_, _ = fmt.Fprintf(b.w, "\r%s %d of %d", b.noun, done, b.of)
	}
}
