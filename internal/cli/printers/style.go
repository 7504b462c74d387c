package printers

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Style writes text in colour, where there is any; the zero Style has none. It knows how wide a line may be too.
type Style struct {
	on bool
	// width is how long a line may be; 0 for any.
	width int
}

// NewStyle has the width of what is written to, and colour where what is written to may have it: on a terminal, and never with NO_COLOR.
func NewStyle(w io.Writer) Style {
	return Style{width: Width(w), on: os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(w)}
}

func (s Style) wrap(code, text string) string {
	if !s.on || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// Width is how long a line may be; 0 for any.
func (s Style) Width() int { return s.width }

// Good colours what somebody hopes for: a yes, something that is gained.
func (s Style) Good(text string) string { return s.wrap("32", text) }

// Bad colours what somebody has to look at: a no, a problem, something that is lost.
func (s Style) Bad(text string) string { return s.wrap("31", text) }

// Faint steps back behind the rest, as places in files do.
func (s Style) Faint(text string) string { return s.wrap("2", text) }

// Bold stands out, as headings do.
func (s Style) Bold(text string) string { return s.wrap("1", text) }

// isTerminal says whether somebody looks at what is written.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
