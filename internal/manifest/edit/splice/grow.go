package splice

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// delete takes entries out of a list, with the comments above them where those speak of them alone.
func (s *source) delete(t *target, indexes []int, comments bool) error {
	if t.list == nil || len(t.missing) > 0 {
		return &Error{Message: "the list is not there any more"}
	}
	gone := map[int]bool{}
	for _, i := range indexes {
		if i >= len(t.list.Content) {
			return &Error{Message: "the entry is not there any more"}
		}
		gone[i] = true
		if err := s.withoutAliases(t.list.Content[i]); err != nil {
			return err
		}
	}
	if !isFlow(t.list) {
		return s.deleteEntries(t.key, t.list, gone, comments)
	}
	f, ok := s.scanFlow(s.bracket(t.list))
	if !ok || len(f.elements) != len(t.list.Content) {
		return refuse(t.list, ownLines, "this list cannot be edited")
	}
	s.deleteFrom(f, gone)
	return nil
}

// withoutAliases refuses to delete what an alias elsewhere stands for.
func (s *source) withoutAliases(n *yaml.Node) error {
	if err := s.unshared(n, "the entry"); err != nil {
		return err
	}
	if n.Kind == yaml.AliasNode {
		return nil
	}
	for _, c := range n.Content {
		if err := s.withoutAliases(c); err != nil {
			return err
		}
	}
	return nil
}

// append adds entries to a list, and begins it where it is not there.
func (s *source) append(t *target, entries []Entry) error {
	switch {
	case len(t.missing) > 0 && t.key == nil:
		return s.begin(t, t.parent, t.missing, entries)
	case len(t.missing) > 0 || isNull(t.list) || len(t.list.Content) == 0 && s.blockish(t):
		return s.fill(t, entries)
	case t.list.Kind != yaml.SequenceNode:
		return refuse(t.list, ownLines, "a list is expected here")
	case !isFlow(t.list):
		return s.appendEntries(t.list, entries)
	}
	f, ok := s.scanFlow(s.bracket(t.list))
	if !ok || len(f.elements) != len(t.list.Content) {
		return refuse(t.list, ownLines, "this list cannot be edited")
	}
	as := s.styleOf(t.list)
	as.flow = true
	var texts []string
	for _, e := range entries {
		texts = append(texts, as.inBraces(e))
	}
	s.appendTo(f, texts)
	return nil
}

// blockish says whether an empty list may become one of lines: the object around it is not in braces, and the brackets
// hold nothing, not even a comment.
func (s *source) blockish(t *target) bool {
	if isFlow(t.parent) || t.list.Anchor != "" || t.list.Style&yaml.TaggedStyle != 0 {
		return false
	}
	f, ok := s.scanFlow(s.bracket(t.list))
	return ok && len(bytes.Trim(s.text[f.open+1:f.end-1], " \t")) == 0
}

// fill writes entries where a field has no value yet: nothing, null, or [].
func (s *source) fill(t *target, entries []Entry) error {
	after, err := s.colon(t.key)
	if err != nil {
		return err
	}
	to := after
	switch value := t.list; {
	case value.Kind == yaml.SequenceNode:
		f, _ := s.scanFlow(s.bracket(value))
		to = f.end
	case value.Anchor != "" || value.Style&yaml.TaggedStyle != 0:
		return refuse(value, "remove the anchor or tag", "an empty value with an anchor or a tag cannot be edited")
	case value.Value != "":
		to = s.offset(value) + len(value.Value)
	}
	if isFlow(t.parent) {
		s.change(after, to, " "+s.nested(t.missing, entries))
		return nil
	}
	s.change(after, to, "")
	indent := t.key.Column - 1
	line := s.lineOf(to-1) + 1
	s.insertLines(line, s.nestedLines(t, indent, t.missing, entries))
	return nil
}

// nested writes a list, and the fields that lead to it, in braces.
func (s *source) nested(path []string, entries []Entry) string {
	as := style{flow: true, json: s.isJSON()}
	var texts []string
	for _, e := range entries {
		texts = append(texts, as.inBraces(e))
	}
	text := "[" + join(texts, ", ") + "]"
	for _, name := range slices.Backward(path) {
		if as.json {
			name = strconv.Quote(name)
		}
		text = "{" + name + ": " + text + "}"
	}
	return text
}

// nestedLines writes a list, and the fields that lead to it, as lines below a key with an indentation.
func (s *source) nestedLines(t *target, indent int, path []string, entries []Entry) []string {
	var out []string
	for _, name := range path {
		indent += childIndent(t.root)
		out = append(out, strings.Repeat(" ", indent)+name+":")
	}
	by, ok := 0, false
	for _, d := range append([]*yaml.Node{t.root}, s.docs...) {
		if by, ok = listIndent(d); ok {
			break
		}
	}
	as := style{flow: true}
	for _, d := range s.docs {
		if sample := sampleList(d, t.key); sample != nil {
			as = s.styleOf(sample)
			break
		}
	}
	as.json, as.before, as.after = false, "", ""
	return append(out, blockEntries(strings.Repeat(" ", indent+by)+"- ", as, entries)...)
}

// sampleList finds a list of the members of another object, to write entries as they are written there.
func sampleList(n, not *yaml.Node) *yaml.Node {
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && n.Content[i-1] != not && n.Content[i-1].Value == "members" &&
			c.Kind == yaml.SequenceNode && len(c.Content) > 0 {
			return c
		}
		if found := sampleList(c, not); found != nil {
			return found
		}
	}
	return nil
}

// begin writes a list, and the fields that lead to it, into a mapping that does not have it.
func (s *source) begin(t *target, m *yaml.Node, path []string, entries []Entry) error {
	if isFlow(m) {
		f, ok := s.scanFlow(s.bracket(m))
		if !ok {
			return refuse(m, "write each field on a line of its own", "this object cannot be edited")
		}
		inner := s.nested(path, entries)
		s.appendTo(f, []string{strings.TrimSuffix(strings.TrimPrefix(inner, "{"), "}")})
		return nil
	}
	indent := m.Column - 1
	lines := s.nestedLines(t, indent-childIndent(t.root), path, entries)
	s.insertLines(s.lineFor(m, path[0]), lines)
	return nil
}

// fieldOrder is the order of the fields of a group, and of a kustomization, so that a new one comes where readers look for it.
var fieldOrder = []string{
	"apiVersion", "kind", "metadata", "resources", "spec",
	"displayName", "purpose", "entityRef", "parentRef", "membership", "members",
}

// lineFor is the line before which a new field of a mapping goes: behind the last of those that come before it.
func (s *source) lineFor(m *yaml.Node, name string) int {
	after := -1
	for i := 0; i+1 < len(m.Content); i += 2 {
		at := slices.Index(fieldOrder, m.Content[i].Value)
		if at >= 0 && at < slices.Index(fieldOrder, name) {
			after = i
		}
	}
	if after < 0 {
		return m.Line
	}
	return s.lineAfter(m, after)
}

// lineAfter is the line behind the value of a field of a mapping, which is the one at that place of its content.
func (s *source) lineAfter(m *yaml.Node, after int) int {
	limit := len(s.lines) + 1
	if after+2 < len(m.Content) {
		limit = m.Content[after+2].Line
	}
	last := m.Content[after].Line
	if value := m.Content[after+1]; isFlow(value) && value.Kind != yaml.AliasNode {
		if f, ok := s.scanFlow(s.bracket(value)); ok {
			last = s.lineOf(f.end - 1)
		}
	}
	column := m.Column - 1
	for line := last + 1; line < limit && line <= len(s.lines); line++ {
		content := s.line(line)
		blank := len(bytes.TrimSpace(content)) == 0
		// A comment that stands deeper belongs to the value; it may even be text of it.
		if !blank && (len(s.indent(line)) > column || len(s.indent(line)) == column && isDash(content[column:])) {
			last = line
		} else if !blank && !s.silent(line) {
			break
		}
	}
	return last + 1
}
