// Package termsafe shows text that somebody else wrote as it is, and not as what
// a terminal makes of it. Names of files, keys of YAML and messages of commits
// may hold escape sequences, line breaks, and marks that turn the direction of
// writing: they are written out.
package termsafe

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line is the text on one line: whatever does not print is written out as in Go, \n or \x1b or \u202e.
// What prints stays as it is, a backslash too, so that the text of nearly everybody is unchanged.
func Line(text string) string { return show(text, "") }

// Lines is Line for a text that may have several lines, and tabs.
func Lines(text string) string { return show(text, "\n\t") }

func show(text, keep string) string {
	hidden := func(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) && !strings.ContainsRune(keep, r) }
	if !strings.ContainsFunc(text, hidden) {
		return text
	}
	var b strings.Builder
	for text != "" {
		r, size := utf8.DecodeRuneInString(text)
		if part := text[:size]; hidden(r) {
			quoted := strconv.Quote(part)
			b.WriteString(quoted[1 : len(quoted)-1])
		} else {
			b.WriteString(part)
		}
		text = text[size:]
	}
	return b.String()
}
