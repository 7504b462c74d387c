package node

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Text that does not look like what it is: a reviewer sees one thing, and the reader takes another. What ends a line
// for YAML (1.1, 4.2) and for no editor hides what follows a comment; controls of direction show text in another
// order than it has (CVE-2021-42574); and some characters are not seen at all.

// lineEnds are characters that end a line for YAML 1.1, and for few editors, or for Git.
var lineEnds = map[rune]string{'\u0085': "next line", '\u2028': "line separator", '\u2029': "paragraph separator"}

// sight is what is wrong with a character to the eye.
type sight uint8

const (
	seen      sight = iota
	turns           // text is shown in another order than it has
	invisible       // nothing is shown
	joins           // nothing is shown, and some scripts need it all the same
)

func sightOf(r rune) sight {
	switch {
	case r < 0x7f:
		return seen
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return turns
	case r == 0x200c || r == 0x200d, r == 0x200e || r == 0x200f, r == 0x061c: // joiners, and marks of direction
		return joins
	case r >= 0x7f && r <= 0x9f, r == 0xad, r == 0x180e, r == 0x200b, r >= 0x2060 && r <= 0x2064, r >= 0x206a && r <= 0x206f,
		r == 0xfeff, r >= 0xfff9 && r <= 0xfffb, r == 0x115f || r == 0x1160 || r == 0x3164 || r == 0xffa0, r >= 0xe0000 && r <= 0xe007f:
		return invisible
	}
	return seen
}

// Characters is the first character of a text that ends a line for YAML and for no editor, or that hides or turns text;
// nil where there is none.
func Characters(text []byte) *Problem {
	at := 0
	if bytes.HasPrefix(text, []byte("\ufeff")) { // a byte order mark, which editors leave
		at = len("\ufeff")
	}
	for at < len(text) {
		switch c := text[at]; {
		case c == '\r' && (at+1 == len(text) || text[at+1] != '\n'):
			return spot(text, at, "a carriage return alone (U+000D) ends a line for YAML, and not for Git and most editors",
				"end lines with a line feed")
		case c < utf8.RuneSelf:
			at++
			continue
		}
		r, n := utf8.DecodeRune(text[at:])
		if name, ends := lineEnds[r]; ends {
			return spot(text, at, fmt.Sprintf("%U (%s) ends a line for YAML, and for no editor: what follows is read as a line of its own", r, name),
				"write a line break where one is meant, and nothing where none is")
		}
		switch sightOf(r) {
		case turns:
			return spot(text, at, fmt.Sprintf("%U turns the text that follows: it is shown in another order than it is read in", r),
				"take the character out")
		case invisible:
			return spot(text, at, fmt.Sprintf("%U is not shown: the text looks like another", r), "take the character out")
		}
		at += n
	}
	return nil
}

// spot is a problem with the character that stands at an offset.
func spot(text []byte, at int, message, remedy string) *Problem {
	before := text[:at]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return &Problem{Line: line, Column: column, Message: message, Remedy: remedy, Hidden: true}
}

// Joiners are the places of characters that nothing shows, and that some scripts need all the same: they are no
// problem, and worth a look where something is named.
func Joiners(text []byte) []Problem {
	var out []Problem
	for at := 0; at < len(text); {
		if text[at] < utf8.RuneSelf {
			at++
			continue
		}
		r, n := utf8.DecodeRune(text[at:])
		if sightOf(r) == joins {
			out = append(out, *spot(text, at, fmt.Sprintf("%U is not shown: the text may look like another that it is not", r),
				"take the character out where the script does not need it"))
		}
		at += n
	}
	return out
}

// checkEscapes refuses the same characters where a quoted value has them as escapes.
func checkEscapes(n *Node) *Problem {
	if n.Kind == yaml.ScalarNode && n.Style&yaml.DoubleQuotedStyle != 0 {
		i := strings.IndexFunc(n.Value, func(r rune) bool {
			s := sightOf(r)
			_, ends := lineEnds[r]
			return ends || s == turns || s == invisible
		})
		if i >= 0 {
			r, _ := utf8.DecodeRuneInString(n.Value[i:])
			return &Problem{
				Line: n.Line, Column: n.Column, Hidden: true,
				Message: fmt.Sprintf("the text holds %U, which is not shown or turns what follows", r), Remedy: "take the character out",
			}
		}
	}
	for _, c := range n.Content {
		if p := checkEscapes(c); p != nil {
			return p
		}
	}
	return nil
}
