package splice

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"

	"provost.dev/provost/internal/manifest/node"
)

// What is said of lists, and by whoever edits them.
const (
	UnknownLayout = "this layout of a list cannot be edited"
	EntryALine    = "write the list with one entry a line"
	ownLines      = EntryALine + ", each beginning with \"- \""
)

// entries are the lines of each item of a block list: the one of its dash, and the last that says something.
func (s *source) entries(list *yaml.Node) ([]span, error) {
	first, column := s.firstDash(list)
	dashes := make([]int, len(list.Content))
	for i, item := range list.Content {
		line := item.Line
		for ; line >= first; line-- {
			if len(s.indent(line)) == column && isDash(s.line(line)[column:]) {
				break
			}
		}
		if line < first || i > 0 && line <= dashes[i-1] {
			return nil, refuse(item, ownLines, UnknownLayout)
		}
		dashes[i] = line
	}
	out := make([]span, len(dashes))
	for i, dash := range dashes {
		limit := len(s.lines) + 1
		if i+1 < len(dashes) {
			limit = dashes[i+1]
		}
		from := dash
		if item := list.Content[i]; item.Kind != yaml.ScalarNode && item.Kind != yaml.AliasNode && item.Style&yaml.FlowStyle != 0 {
			f, ok := s.scanFlow(s.bracket(item))
			if !ok {
				return nil, refuse(item, ownLines, "this entry cannot be edited")
			}
			from = s.lineOf(f.end - 1)
		}
		out[i] = span{dash, s.lastOf(from, limit, column)}
	}
	return out, nil
}

// firstDash is the line of the first dash of a block list, and how far it is indented. The node of a list with an anchor
// or a tag begins there, and not at the dash.
func (s *source) firstDash(list *yaml.Node) (line, column int) {
	if list.Anchor == "" && list.Style&yaml.TaggedStyle == 0 {
		return list.Line, list.Column - 1
	}
	for line = list.Content[0].Line; line > list.Line; line-- {
		if column = len(s.indent(line)); isDash(s.line(line)[column:]) {
			break
		}
	}
	return line, column
}

// bracket is where the brackets of a node open, which an anchor or a tag may stand before.
func (s *source) bracket(n *yaml.Node) int {
	at := s.offset(n)
	for at < len(s.text) && s.text[at] != '[' && s.text[at] != '{' {
		at++
	}
	return at
}

// isDash says whether the content of a line begins an entry.
func isDash(content []byte) bool {
	return len(content) > 0 && content[0] == '-' && (len(content) == 1 || content[1] == ' ' || content[1] == '\t')
}

// lastOf is the last line that says something of what begins at a line: before
// the limit, and before anything that stands no deeper than the column.
func (s *source) lastOf(from, limit, column int) int {
	last := from
	for line := from + 1; line < limit && line <= len(s.lines); line++ {
		if s.silent(line) {
			continue
		}
		if len(s.indent(line)) <= column {
			break
		}
		last = line
	}
	return last
}

// deleteEntries takes the lines of entries out of a block list; comments between entries stay, but where they are to go with the
// entry that they stand directly above. What would leave the list without any leaves [].
func (s *source) deleteEntries(key, list *yaml.Node, gone map[int]bool, comments bool) error {
	entries, err := s.entries(list)
	if err != nil {
		return err
	}
	for i, e := range entries {
		if gone[i] {
			from := e.from
			for comments && bytes.HasPrefix(bytes.TrimLeft(s.line(from-1), " \t"), []byte("#")) && (i == 0 || from-1 > entries[i-1].to) {
				from--
			}
			s.change(s.lineStart(from), s.lineStart(e.to+1), "")
		}
	}
	if len(gone) == len(entries) {
		at, err := s.emptied(key, list)
		if err != nil {
			return err
		}
		s.change(at, at, " []")
	}
	return nil
}

// emptied is where the brackets of a list go that has no entry left: behind its key, or behind the anchor and the tag of the list.
func (s *source) emptied(key, list *yaml.Node) (int, error) {
	if list.Anchor == "" && list.Style&yaml.TaggedStyle == 0 {
		return s.colon(key)
	}
	at, end := s.offset(list), -1
	for at < len(s.text) && (s.text[at] == '&' || s.text[at] == '!') {
		for at < len(s.text) && strings.IndexByte(blanks, s.text[at]) < 0 {
			at++
		}
		end = at
		for at < len(s.text) && strings.IndexByte(blanks, s.text[at]) >= 0 {
			at++
		}
	}
	if end < 0 {
		return 0, refuse(list, "remove the anchor or tag", "the last entry of a list with an anchor or a tag cannot be taken out here")
	}
	return end, nil
}

// appendEntries adds entries at the end of a block list, with the indentation of the last one.
func (s *source) appendEntries(list *yaml.Node, entries []Entry) error {
	lines, err := s.entries(list)
	if err != nil {
		return err
	}
	last := lines[len(lines)-1]
	dash := s.indent(last.from) + "- "
	if item := list.Content[len(list.Content)-1]; item.Line == last.from && item.Kind == yaml.MappingNode && item.Anchor == "" {
		if prefix := s.text[s.lineStart(last.from):s.offset(item)]; len(bytes.TrimLeft(prefix, " \t-")) == 0 {
			dash = string(prefix)
		}
	}
	s.insertLines(last.to+1, blockEntries(dash, s.styleOf(list), entries))
	return nil
}

// blockEntries are the lines of entries of a block list, each behind its dash.
func blockEntries(dash string, as style, entries []Entry) []string {
	var out []string
	for _, e := range entries {
		if as.flow || e.isScalar() {
			out = append(out, dash+as.inBraces(e))
			continue
		}
		for i, f := range e {
			indent := dash
			if i > 0 {
				indent = strings.Repeat(" ", len(dash))
			}
			out = append(out, indent+f.Name+": "+node.Scalar(f.Value))
		}
	}
	return out
}

// colon is the offset after the colon of a key.
func (s *source) colon(key *yaml.Node) (int, error) {
	at := s.offset(key)
	switch {
	case key.Anchor != "" || key.Kind != yaml.ScalarNode:
		at = len(s.text)
	case at < len(s.text) && (s.text[at] == '"' || s.text[at] == '\''):
		at = s.quoted(at)
	case bytes.HasPrefix(s.text[at:], []byte(key.Value)):
		at += len(key.Value)
	default:
		at = len(s.text)
	}
	for at < len(s.text) && s.text[at] == ' ' {
		at++
	}
	if at >= len(s.text) || s.text[at] != ':' {
		return 0, refuse(key, "write it as a plain key, "+key.Value+":", "the field %s is written in a way that cannot be edited", key.Value)
	}
	return at + 1, nil
}

// childIndent is by how much the fields of an object are indented, as the first other field of the document shows.
func childIndent(root *yaml.Node) int {
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		if value.Kind == yaml.MappingNode && value.Style&yaml.FlowStyle == 0 && value.Line > key.Line {
			return max(value.Column-key.Column, 1)
		}
	}
	return 2
}

// listIndent is by how much lists are indented below their key, as the first one of the documents shows; ok is false
// where there is none.
func listIndent(n *yaml.Node) (by int, ok bool) {
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && c.Kind == yaml.SequenceNode && c.Style&yaml.FlowStyle == 0 && len(c.Content) > 0 {
			if c.Anchor == "" && c.Style&yaml.TaggedStyle == 0 {
				return max(c.Column-n.Content[i-1].Column, 0), true
			}
		}
		if by, ok := listIndent(c); ok {
			return by, true
		}
	}
	return 0, false
}
