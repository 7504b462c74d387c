package splice

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"provost.dev/provost/internal/manifest/node"
)

// Error says why a text cannot be edited, where, and what to do instead.
type Error struct {
	// Line counts from 1; 0 where the whole text is meant.
	Line    int
	Message string
	Remedy  string
}

// Error implements error.
func (e *Error) Error() string {
	text := e.Message
	if e.Line > 0 {
		text = fmt.Sprintf("line %d: %s", e.Line, text)
	}
	if e.Remedy != "" {
		text += "; " + e.Remedy
	}
	return text
}

func refuse(n *yaml.Node, remedy, format string, args ...any) error {
	return &Error{Line: n.Line, Message: fmt.Sprintf(format, args...), Remedy: remedy}
}

// source is a text with its documents and its lines, and the changes to be made.
type source struct {
	text []byte
	docs []*node.Node
	// lines are the offsets at which lines begin; one more than there are line breaks.
	lines   []int
	changes []change
}

// change puts text in the place of what stands from one offset up to another.
type change struct {
	from, to int
	text     string
}

func parse(text []byte) (*source, error) {
	docs, problem := node.Parse(text)
	if problem != nil {
		return nil, &Error{Line: problem.Line, Message: problem.Message, Remedy: problem.Remedy}
	}
	return &source{text: text, docs: docs, lines: lineStarts(text)}, nil
}

var bom = []byte("\xEF\xBB\xBF")

// lineStarts counts lines as the YAML scanner does, to which more than \n ends a line.
func lineStarts(text []byte) []int {
	at := 0
	if bytes.HasPrefix(text, bom) {
		at = len(bom) // no column
	}
	lines := []int{at}
	for at < len(text) {
		n := breakLength(text[at:])
		at += max(n, 1)
		if n > 0 {
			lines = append(lines, at)
		}
	}
	return lines
}

// breakLength is the length of the line break that a text begins with, or 0.
func breakLength(text []byte) int {
	switch {
	case bytes.HasPrefix(text, []byte("\r\n")):
		return 2
	case text[0] == '\n' || text[0] == '\r':
		return 1
	case bytes.HasPrefix(text, []byte("\u0085")):
		return 2
	case bytes.HasPrefix(text, []byte("\u2028")) || bytes.HasPrefix(text, []byte("\u2029")):
		return 3
	}
	return 0
}

// offset is where a node begins. The columns of YAML count characters.
func (s *source) offset(n *yaml.Node) int {
	if n.Line < 1 || n.Line > len(s.lines) {
		return len(s.text)
	}
	at := s.lines[n.Line-1]
	for column := 1; column < n.Column && at < len(s.text); column++ {
		_, size := utf8.DecodeRune(s.text[at:])
		at += size
	}
	return at
}

// lineStart is where a line begins, counted from 1; the end of the text for one that is not there.
func (s *source) lineStart(line int) int {
	if line > len(s.lines) {
		return len(s.text)
	}
	return s.lines[line-1]
}

// lineOf is the line that an offset lies in, from 1.
func (s *source) lineOf(offset int) int {
	i, found := slices.BinarySearch(s.lines, offset)
	if found {
		return i + 1
	}
	return max(i, 1)
}

// line is the content of a line, without its break.
func (s *source) line(line int) []byte {
	return bytes.TrimRight(s.text[s.lineStart(line):s.lineStart(line+1)], "\r\n\u0085\u2028\u2029")
}

// indent is the white space that a line begins with.
func (s *source) indent(line int) string {
	content := s.line(line)
	return string(content[:len(content)-len(bytes.TrimLeft(content, " \t"))])
}

// silent says whether a line is empty or holds nothing but a comment.
func (s *source) silent(line int) bool {
	content := bytes.TrimLeft(s.line(line), " \t")
	return len(content) == 0 || content[0] == '#'
}

// eol is how the text ends its lines.
func (s *source) eol() string {
	if i := bytes.IndexAny(s.text, "\r\n"); i >= 0 && s.text[i] == '\r' {
		if bytes.HasPrefix(s.text[i:], []byte("\r\n")) {
			return "\r\n"
		}
		return "\r"
	}
	return "\n"
}

func (s *source) change(from, to int, text string) {
	s.changes = append(s.changes, change{from, to, text})
}

// insertLines puts whole lines before a line.
func (s *source) insertLines(before int, lines []string) {
	at, eol := s.lineStart(before), s.eol()
	var b bytes.Buffer
	open := before > len(s.lines) && at > 0 && !s.endsLine(at) // the file ends without a line break
	for _, l := range lines {
		if open {
			b.WriteString(eol + l)
		} else {
			b.WriteString(l + eol)
		}
	}
	s.change(at, at, b.String())
}

// endsLine says whether a line ends just before an offset.
func (s *source) endsLine(at int) bool { return slices.Contains(s.lines[1:], at) }

// apply makes the changes, which may not overlap. Those at one place are made in the order in which they were said.
func (s *source) apply() ([]byte, error) {
	slices.SortStableFunc(s.changes, func(a, b change) int { return a.from - b.from })
	var out []byte
	at := 0
	for _, c := range s.changes {
		if c.from < at || c.to > len(s.text) {
			return nil, &Error{Line: s.lineOf(c.from), Message: "this layout cannot be edited here", Remedy: "write each entry on a line of its own"}
		}
		out = append(append(out, s.text[at:c.from]...), c.text...)
		at = c.to
	}
	return append(out, s.text[at:]...), nil
}
