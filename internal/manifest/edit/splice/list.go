package splice

import (
	"bytes"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"provost.dev/provost/internal/manifest/node"
)

// Path leads to an object in a text: the document, and the place in each List around it.
type Path []int

// Update is a field of an entry that gets a value.
type Update struct {
	Index int
	Field Field
}

// Edit is what happens to a list of a document. Entries are numbered as they stand before the edit.
type Edit struct {
	Update []Update
	Append []Entry
	Delete []int
	// Comments says that comments directly above an entry speak of it alone, and go with it.
	Comments bool
}

// List edits a list of objects, such as spec.members, of an object of the text, and returns the text with the edit. A list that is
// not there is begun, and what leads to it too. A field on the way may be an entry of a list, as in tests[2]. The error is an *Error.
func List(text []byte, object Path, list []string, e Edit) ([]byte, error) {
	// One after the other, so that no two changes meet; what is deleted comes last, and so entries keep their numbers.
	steps := []struct {
		any  bool
		step func(*source, *target) error
	}{
		{len(e.Update) > 0, func(s *source, t *target) error { return s.update(t, e.Update) }},
		{len(e.Append) > 0, func(s *source, t *target) error { return s.append(t, e.Append) }},
		{len(e.Delete) > 0, func(s *source, t *target) error { return s.delete(t, e.Delete, e.Comments) }},
	}
	for _, step := range steps {
		if !step.any {
			continue
		}
		s, err := parse(text)
		if err != nil {
			return nil, err
		}
		t, err := s.find(object, list)
		if err != nil {
			return nil, err
		}
		if err := step.step(s, t); err != nil {
			return nil, err
		}
		if text, err = s.apply(); err != nil {
			return nil, err
		}
	}
	return text, nil
}

// target is the place of a list.
type target struct {
	root *yaml.Node
	// parent is the innermost mapping on the way to the list that is there; missing are the fields below it that are not.
	parent  *yaml.Node
	missing []string
	// key and list are the field and the list itself, where nothing is missing; list may be null.
	key, list *yaml.Node
}

func (s *source) find(object Path, path []string) (*target, error) {
	if len(object) == 0 || object[0] >= len(s.docs) {
		return nil, &Error{Message: "the object is not there any more"}
	}
	root := s.docs[object[0]]
	for _, i := range object[1:] {
		_, items, err := s.field(root, "items")
		if err != nil {
			return nil, err
		}
		if items == nil || i >= len(items.Content) {
			return nil, &Error{Message: "the object is not there any more"}
		}
		root = items.Content[i]
	}
	t := &target{root: root, parent: root}
	what := "the object"
	for i, name := range path {
		if err := s.unshared(t.parent, what); err != nil {
			return nil, err
		}
		name, entry, within := strings.Cut(name, "[")
		key, value, err := s.field(t.parent, name)
		if err != nil {
			return nil, err
		}
		if within {
			if err := s.unshared(value, name); err != nil {
				return nil, err
			}
			n, err := strconv.Atoi(strings.TrimSuffix(entry, "]"))
			if err != nil || value.Kind != yaml.SequenceNode || n >= len(value.Content) {
				return nil, &Error{Line: t.parent.Line, Message: "the entry is not there any more"}
			}
			value = value.Content[n]
		}
		if key == nil {
			t.missing = path[i:]
			return t, nil
		}
		if i == len(path)-1 {
			t.key, t.list = key, value
			if value.Kind == yaml.AliasNode {
				return nil, refuse(value, "write the list out", "%s is the alias *%s: what is edited there is used elsewhere too", name, value.Value)
			}
			return t, s.unshared(value, name)
		}
		if isNull(value) {
			t.key, t.list, t.missing = key, value, path[i+1:]
			return t, nil
		}
		t.parent, what = value, name
	}
	return t, nil
}

// field is a field of a mapping with its value, or nil. A field that comes by a merge is refused.
func (s *source) field(m *yaml.Node, name string) (key, value *yaml.Node, err error) {
	switch {
	case m.Kind == yaml.AliasNode:
		return nil, nil, refuse(m, "write it out", "the alias *%s stands for what would be edited, and for what is used elsewhere too", m.Value)
	case m.Kind != yaml.MappingNode:
		return nil, nil, refuse(m, "", "fields are expected here")
	}
	var merge *yaml.Node
	for i := 0; i+1 < len(m.Content); i += 2 {
		key, value := m.Content[i], m.Content[i+1]
		if key.Kind == yaml.ScalarNode && key.Value == name {
			return key, value, nil
		}
		if key.ShortTag() == "!!merge" {
			merge = key
		}
	}
	if merge != nil {
		return nil, nil, refuse(merge, "write the fields out", "%s may come by this merge, of what is used elsewhere too", name)
	}
	return nil, nil, nil
}

// unshared refuses a node that an alias repeats: an edit of it would reach other places.
func (s *source) unshared(n *yaml.Node, what string) error {
	if n.Anchor == "" {
		return nil
	}
	for _, d := range s.docs {
		if at := aliasOf(d, n); at != nil {
			return refuse(n, "write it out at one of the two places",
				"%s carries the anchor &%s, which line %d repeats: an edit would reach there too", what, n.Anchor, at.Line)
		}
	}
	return nil
}

// aliasOf finds an alias of a node outside of the node itself.
func aliasOf(in, n *yaml.Node) *yaml.Node {
	if in.Kind == yaml.AliasNode {
		if in.Alias == n {
			return in
		}
		return nil
	}
	for _, c := range in.Content {
		if at := aliasOf(c, n); at != nil {
			return at
		}
	}
	return nil
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

func isFlow(n *yaml.Node) bool { return n.Style&yaml.FlowStyle != 0 }

// update gives fields of entries their values.
func (s *source) update(t *target, updates []Update) error {
	fields := map[*yaml.Node][]Field{}
	var order []*yaml.Node
	for _, u := range updates {
		if t.list == nil || u.Index >= len(t.list.Content) {
			return &Error{Message: "the entry is not there any more"}
		}
		item := t.list.Content[u.Index]
		if err := s.unshared(item, "the entry"); err != nil {
			return err
		}
		if fields[item] == nil {
			order = append(order, item)
		}
		fields[item] = append(fields[item], u.Field)
	}
	for _, item := range order {
		var missing Entry
		for _, f := range fields[item] {
			if item.Kind == yaml.AliasNode {
				return refuse(item, "write the entry out", "the entry is the alias *%s, which is used elsewhere too", item.Value)
			}
			_, value, err := s.own(item, f.Name)
			if err != nil {
				return err
			}
			if value == nil {
				missing = append(missing, f)
				continue
			}
			if err := s.replace(value, f); err != nil {
				return err
			}
		}
		if err := s.addFields(item, missing); err != nil {
			return err
		}
	}
	return nil
}

// own is a field that a mapping itself says; one that a merge brings may be said anew.
func (s *source) own(m *yaml.Node, name string) (key, value *yaml.Node, err error) {
	for i := 0; m.Kind == yaml.MappingNode && i+1 < len(m.Content); i += 2 {
		if m.Content[i].Kind == yaml.ScalarNode && m.Content[i].Value == name {
			return m.Content[i], m.Content[i+1], nil
		}
	}
	if m.Kind != yaml.MappingNode {
		return nil, nil, refuse(m, "", "fields are expected here")
	}
	return nil, nil, nil
}

// replace writes another value over one that is plain or quoted text.
func (s *source) replace(n *yaml.Node, f Field) error {
	at := s.offset(n)
	if n.Kind == yaml.ScalarNode && n.Anchor == "" && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle|yaml.TaggedStyle) == 0 {
		switch {
		case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
			text := node.Scalar(f.Value)
			if n.Style&yaml.DoubleQuotedStyle != 0 {
				text = "\"" + f.Value + "\""
			}
			s.change(at, s.quoted(at), text)
			return nil
		case n.Value != "" && bytes.HasPrefix(s.text[at:], []byte(n.Value)):
			s.change(at, at+len(n.Value), node.Scalar(f.Value))
			return nil
		}
	}
	return refuse(n, "write it as plain text on one line", "the value of %s cannot be edited", f.Name)
}

// addFields adds fields to an entry.
func (s *source) addFields(item *yaml.Node, fields Entry) error {
	if len(fields) == 0 {
		return nil
	}
	as := style{json: len(item.Content) > 0 && item.Content[0].Style&yaml.DoubleQuotedStyle != 0}
	if isFlow(item) {
		f, ok := s.scanFlow(s.bracket(item))
		if !ok {
			return refuse(item, ownLines, "this entry cannot be edited")
		}
		var texts []string
		for _, f := range fields {
			texts = append(texts, as.field(f))
		}
		s.appendTo(f, texts)
		return nil
	}
	n := len(item.Content)
	key, value := item.Content[n-2], item.Content[n-1]
	if value.Kind != yaml.ScalarNode && value.Kind != yaml.AliasNode || value.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 ||
		value.Line != key.Line {
		return refuse(value, "write each field on one line", "this entry cannot be edited")
	}
	line := value.Line
	if value.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 && value.Anchor == "" {
		line = s.lineOf(s.quoted(s.offset(value)) - 1)
	}
	var lines []string
	for _, f := range fields {
		lines = append(lines, strings.Repeat(" ", key.Column-1)+as.field(f))
	}
	s.insertLines(line+1, lines)
	return nil
}
