package gittransport

import (
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"

	"provost.dev/provost/internal/text/termsafe"
)

// MaxBrief is how many characters of what a server says are ever repeated.
const MaxBrief = 200

// Brief is the error on one short line, for places where others read it: what a
// server sent may be anything, of any length. The error itself is still found in it.
func Brief(err error) error {
	if err == nil {
		return nil
	}
	shown := err
	// The address stands in every message already; it would take the room of what is the matter.
	if u := (*url.Error)(nil); errors.As(err, &u) {
		shown = u.Err
	}
	return &brief{err: err, text: BriefText(shown.Error())}
}

type brief struct {
	err  error
	text string
}

// Error implements error.
func (b *brief) Error() string { return b.text }

// Unwrap gives the whole error.
func (b *brief) Unwrap() error { return b.err }

// BriefText is the first line of a text that says anything, as it is and no longer than MaxBrief.
func BriefText(text string) string {
	line := ""
	for text != "" && line == "" {
		line, text, _ = strings.Cut(text, "\n")
		line = strings.TrimSpace(line)
	}
	return clip(termsafe.Line(clip(line)))
}

// clip cuts a line that is too long.
func clip(line string) string {
	if utf8.RuneCountInString(line) <= MaxBrief {
		return line
	}
	n := 0
	for i := range line {
		if n++; n == MaxBrief-2 {
			return line[:i] + "..."
		}
	}
	return line
}
