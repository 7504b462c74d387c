package cli

import (
	"fmt"
	"io"
	"time"
)

// progress is where to show how far something is: standard error, where somebody looks at it.
func (o *Options) progress() io.Writer {
	if isTerminal(o.ErrOut) {
		return o.ErrOut
	}
	return nil
}

// bar counts on one line of a terminal; on anything else it is silent.
type bar struct {
	w     io.Writer
	noun  string
	of    int
	shown time.Time
}

// newBar counts things of a noun up to a number.
func newBar(w io.Writer, noun string, of int) *bar {
	if !isTerminal(w) {
		w = nil
	}
	return &bar{w: w, noun: noun, of: of, shown: time.Now()}
}

// show says how many are done: at most ten times a second, and nothing of what
// is over in an instant. The line is cleared at the end.
func (b *bar) show(done int) {
	switch {
	case b.w == nil:
	case done >= b.of:
		_, _ = fmt.Fprint(b.w, "\r\x1b[K")
	case time.Since(b.shown) >= 100*time.Millisecond:
		b.shown = time.Now()
		_, _ = fmt.Fprintf(b.w, "\r%s %d of %d", b.noun, done, b.of)
	}
}
