package splice

import (
	"bytes"
	"strings"
)

// span is a piece of the text.
type span struct{ from, to int }

// flow is a list in brackets or a mapping in braces.
type flow struct {
	// open and end are the offsets of the bracket and of what follows the closing one.
	open, end int
	elements  []span
	// trailing is the offset of a comma after the last element; -1 where there is none.
	trailing int
	// commas[i] is the offset of the comma after element i, where there is one.
	commas []int
}

// scanFlow reads the brackets at an offset; ok is false where they do not close.
// The text is known to be YAML.
func (s *source) scanFlow(open int) (f flow, ok bool) {
	f = flow{open: open, trailing: -1}
	depth, plain := 0, false
	current := span{-1, -1}
	seen := func(from, to int) {
		if current.from < 0 {
			current.from = from
		}
		current.to = to
	}
	for at := open; at < len(s.text); {
		to, kind := s.token(at, plain)
		switch kind {
		case '[', '{':
			if depth++; depth > 1 {
				seen(at, to)
			}
			plain = false
		case ']', '}':
			if depth--; depth == 0 {
				if current.from >= 0 {
					f.elements = append(f.elements, current)
				} else if len(f.commas) > 0 {
					f.trailing = f.commas[len(f.commas)-1]
				}
				f.end = to
				return f, true
			}
			seen(at, to)
			plain = false
		case ',':
			if depth == 1 {
				f.elements, f.commas = append(f.elements, current), append(f.commas, at)
				current = span{-1, -1}
			}
			plain = false
		case '#':
			plain = false
		case 'a', ':', '"':
			seen(at, to)
			plain = kind == 'a'
		}
		at = to
	}
	return f, false
}

const (
	blanks     = " \t\r\n"
	delimiters = blanks + ",[]{}"
)

// token is what stands at an offset within brackets, and where it ends: a bracket or a comma as itself, ' ' for white space, '#' for a
// comment, '"' for quoted text, a tag, an anchor or an alias, ':' for the end of a key, and 'a' for a letter of plain text, which plain
// says that the offset is in the midst of.
func (s *source) token(at int, plain bool) (to int, kind byte) {
	c := s.text[at]
	switch {
	case strings.IndexByte(blanks, c) >= 0:
		return at + 1, ' '
	case strings.IndexByte(delimiters, c) >= 0:
		return at + 1, c
	case c == '#' && strings.IndexByte(delimiters, s.text[at-1]) >= 0:
		return s.lineStart(s.lineOf(at) + 1), '#'
	case c == ':' && !(plain && at+1 < len(s.text) && strings.IndexByte(delimiters, s.text[at+1]) < 0):
		return at + 1, ':'
	case plain:
		return at + 1, 'a'
	case c == '"' || c == '\'':
		return s.quoted(at), '"'
	case c == '!' || c == '&' || c == '*':
		for to = at + 1; to < len(s.text) && strings.IndexByte(delimiters, s.text[to]) < 0; {
			to++
		}
		return to, '"'
	}
	return at + 1, 'a'
}

// quoted is the offset after the quoted text at an offset.
func (s *source) quoted(at int) int {
	quote := s.text[at]
	for i := at + 1; i < len(s.text); i++ {
		switch {
		case quote == '"' && s.text[i] == '\\':
			i++
		case s.text[i] == quote && quote == '\'' && i+1 < len(s.text) && s.text[i+1] == quote:
			i++
		case s.text[i] == quote:
			return i + 1
		}
	}
	return len(s.text)
}

// alone says whether a piece, with a comma and a comment behind it, has its lines
// to itself.
func (s *source) alone(p span) bool {
	before := s.text[s.lineStart(s.lineOf(p.from)):p.from]
	after := bytes.TrimLeft(s.text[p.to:s.lineStart(s.lineOf(p.to-1)+1)], " \t,")
	return len(bytes.Trim(before, " \t")) == 0 && (len(bytes.TrimSpace(after)) == 0 || after[0] == '#')
}

// deleteFrom takes elements out of brackets.
func (s *source) deleteFrom(f flow, gone map[int]bool) {
	last := len(f.elements) - 1
	kept := last // the last element that stays; its comma goes where the list had none at its end
	for kept >= 0 && gone[kept] {
		kept--
	}
	for i, e := range f.elements {
		if !gone[i] {
			continue
		}
		comma := -1
		if i < len(f.commas) {
			comma = f.commas[i]
		}
		if s.alone(e) && (comma < 0 || s.lineOf(comma) == s.lineOf(e.to-1)) {
			s.change(s.lineStart(s.lineOf(e.from)), s.lineStart(s.lineOf(e.to-1)+1), "")
			continue
		}
		to := e.to
		if comma >= 0 {
			for to = comma + 1; to < len(s.text) && (s.text[to] == ' ' || s.text[to] == '\t'); {
				to++
			}
		}
		from := e.from
		if i > kept { // behind the last that stays: the white space before it goes too
			for from > f.open+1 && (s.text[from-1] == ' ' || s.text[from-1] == '\t') {
				from--
			}
			to = max(e.to, comma+1)
			if i == last && f.trailing >= 0 {
				to = max(e.to, f.trailing+1)
			}
		}
		s.change(from, to, "")
	}
	if kept >= 0 && kept < last && f.trailing < 0 {
		s.change(f.commas[kept], f.commas[kept]+1, "")
	}
}

// appendTo adds elements at the end of brackets: on lines of their own where the last one has one.
func (s *source) appendTo(f flow, elements []string) {
	if len(elements) == 0 {
		return
	}
	n := len(f.elements)
	if n == 0 {
		at := f.end - 1
		from := at
		if len(bytes.TrimSpace(s.text[f.open+1:at])) == 0 {
			from = f.open + 1
		}
		s.change(from, at, join(elements, ", "))
		return
	}
	last := f.elements[n-1]
	line := s.lineOf(last.from)
	own := len(bytes.TrimSpace(s.text[s.lineStart(line):last.from])) == 0
	separator := " "
	if own {
		separator = s.eol() + s.indent(line)
	}
	text := ""
	for i, e := range elements {
		text += separator + e
		if i < len(elements)-1 || f.trailing >= 0 {
			text += ","
		}
	}
	at := last.to
	if f.trailing >= 0 {
		at = f.trailing + 1
	} else {
		s.change(at, at, ",")
	}
	if own && s.lineOf(f.end-1) > s.lineOf(at-1) { // behind a comment at the end of that line
		at += len(bytes.TrimRight(s.text[at:s.lineStart(s.lineOf(at-1)+1)], "\r\n"))
	}
	s.change(at, at, text)
}

func join(parts []string, separator string) string {
	var b bytes.Buffer
	for i, p := range parts {
		if i > 0 {
			b.WriteString(separator)
		}
		b.WriteString(p)
	}
	return b.String()
}
