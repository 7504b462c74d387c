package printers

import (
	"io"
	"os"
	"strconv"

	"golang.org/x/term"
)

// Width is how many characters a line of what is written to may have: those of the terminal, or of COLUMNS where that
// is set. It is 0, for as many as there are, where nobody looks on: a line that a program reads is not to be broken.
func Width(w io.Writer) int {
	if !isTerminal(w) {
		return 0
	}
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	n, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return max(n, 0)
}
