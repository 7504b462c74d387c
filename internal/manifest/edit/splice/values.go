package splice

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"

	"provost.dev/provost/internal/manifest/node"
)

// Value is another value for the text at a place. Where Raw, it is text within a text, such as a patch in a
// kustomization, in which no node begins.
type Value struct {
	Line, Column int
	Old, New     string
	Raw          bool
}

// Values writes other values over single texts, and nothing else. It refuses what it cannot find or does not understand.
func Values(text []byte, values []Value) ([]byte, error) {
	s, err := parse(text)
	if err != nil {
		return nil, err
	}
	type place struct{ line, column int }
	wanted := map[place]Value{}
	for _, v := range values {
		if v.Raw {
			if err := s.raw(v); err != nil {
				return nil, err
			}
			continue
		}
		wanted[place{v.Line, v.Column}] = v
	}
	var walk func(n *yaml.Node) error
	walk = func(n *yaml.Node) error {
		if v, ok := wanted[place{n.Line, n.Column}]; ok && n.Kind == yaml.ScalarNode && n.Value == v.Old {
			delete(wanted, place{n.Line, n.Column})
			if err := s.replace(n, Field{"the name", v.New}); err != nil {
				return err
			}
		}
		for _, c := range n.Content {
			if err := walk(c); err != nil {
				return err
			}
		}
		return nil
	}
	for _, doc := range s.docs {
		if err := walk(doc); err != nil {
			return nil, err
		}
	}
	for at, v := range wanted {
		return nil, &Error{Line: at.line, Message: "the text " + v.Old + " is not there any more"}
	}
	return s.apply()
}

// raw replaces a word within a text.
func (s *source) raw(v Value) error {
	at := s.offset(&yaml.Node{Line: v.Line, Column: v.Column})
	if at < len(s.text) && (s.text[at] == '"' || s.text[at] == '\'') {
		at++
	}
	if !bytes.HasPrefix(s.text[at:], []byte(v.Old)) {
		return &Error{Line: v.Line, Message: "the text cannot be edited here", Remedy: "keep the patch in a file of its own"}
	}
	s.change(at, at+len(v.Old), v.New)
	return nil
}

// Annotate gives the annotation of an object a value, and keeps what is there otherwise.
func Annotate(text []byte, object Path, name, value string) ([]byte, error) {
	s, err := parse(text)
	if err != nil {
		return nil, err
	}
	root, err := s.object(object)
	if err != nil {
		return nil, err
	}
	_, metadata, err := s.own(root, "metadata")
	if err == nil && (metadata == nil || metadata.Kind != yaml.MappingNode) {
		err = refuse(root, "write metadata out", "the object has no metadata of its own")
	}
	if err != nil {
		return nil, err
	}
	if err := s.unshared(metadata, "metadata"); err != nil {
		return nil, err
	}
	key, annotations, err := s.own(metadata, "annotations")
	switch {
	case err != nil:
		return nil, err
	case annotations == nil:
		err = s.firstAnnotation(metadata, name, value)
	case annotations.Kind != yaml.MappingNode || len(annotations.Content) == 0 && !isFlow(annotations):
		err = refuse(key, "write them out as fields", "the annotations cannot be edited")
	default:
		var old *yaml.Node
		if _, old, err = s.own(annotations, name); err == nil && old != nil {
			err = s.replace(old, Field{name, value})
		} else if err == nil {
			err = s.addFields(annotations, Entry{{name, value}})
		}
	}
	if err != nil {
		return nil, err
	}
	return s.apply()
}

// object is the mapping at a path.
func (s *source) object(path Path) (*yaml.Node, error) {
	if path[0] >= len(s.docs) {
		return nil, &Error{Message: "the document is not there any more"}
	}
	n := s.docs[path[0]]
	for _, i := range path[1:] {
		_, items, err := s.own(n, "items")
		if err != nil {
			return nil, err
		}
		if items == nil || i >= len(items.Content) {
			return nil, &Error{Message: "the object is not there any more"}
		}
		n = items.Content[i]
	}
	return n, nil
}

// firstAnnotation writes annotations behind the name of an object.
func (s *source) firstAnnotation(metadata *yaml.Node, name, value string) error {
	key, at, err := s.own(metadata, "name")
	if err != nil {
		return err
	}
	if at == nil || at.Kind != yaml.ScalarNode || at.Line != key.Line {
		return refuse(metadata, "write the name on one line", "the object has no name of its own")
	}
	as := style{json: key.Style&yaml.DoubleQuotedStyle != 0}
	if isFlow(metadata) {
		f, ok := s.scanFlow(s.bracket(metadata))
		if !ok {
			return refuse(metadata, ownLines, "the metadata cannot be edited")
		}
		word := "annotations"
		if as.json {
			word = "\"annotations\""
		}
		s.appendTo(f, []string{word + ": {" + as.field(Field{name, value}) + "}"})
		return nil
	}
	indent := strings.Repeat(" ", key.Column-1)
	s.insertLines(key.Line+1, []string{indent + "annotations:", indent + "  " + name + ": " + node.Scalar(value)})
	return nil
}

// Listed writes single texts as lists of one, [text], where which says so, and nothing else. It refuses what it does not
// understand.
func Listed(text []byte, which func(root *yaml.Node) []*yaml.Node) ([]byte, error) {
	s, err := parse(text)
	if err != nil {
		return nil, err
	}
	for _, doc := range s.docs {
		for _, n := range which(doc) {
			at := s.offset(n)
			to := at + len(n.Value)
			switch {
			case n.Kind != yaml.ScalarNode || n.Anchor != "" || n.Style&(yaml.LiteralStyle|yaml.FoldedStyle|yaml.TaggedStyle) != 0:
				return nil, refuse(n, "write it as plain text on one line", "the value cannot be edited")
			case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
				to = s.quoted(at)
			case !bytes.HasPrefix(s.text[at:], []byte(n.Value)):
				return nil, refuse(n, "write it as plain text on one line", "the value cannot be edited")
			}
			s.change(at, to, "["+string(s.text[at:to])+"]")
		}
	}
	return s.apply()
}
