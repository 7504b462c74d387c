package splice

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"

	"provost.dev/provost/internal/manifest/node"
)

// Set gives fields of an object, which are text, their values: of the mapping to which a path of fields leads, and which has to be
// there. The error is an *Error.
func Set(text []byte, object Path, mapping []string, fields ...Field) ([]byte, error) {
	s, err := parse(text)
	if err != nil {
		return nil, err
	}
	t, err := s.find(object, mapping)
	if err != nil {
		return nil, err
	}
	m := t.list
	if m == nil || len(t.missing) > 0 || m.Kind != yaml.MappingNode || len(m.Content) == 0 {
		return nil, &Error{Line: t.parent.Line, Message: "it has no " + strings.Join(mapping, ".")}
	}
	var missing []Field
	for _, f := range fields {
		_, value, err := s.own(m, f.Name)
		switch {
		case err != nil:
			return nil, err
		case value == nil:
			missing = append(missing, f)
		default:
			if err := s.replace(value, f); err != nil {
				return nil, err
			}
		}
	}
	if isFlow(m) || len(missing) == 0 {
		if err := s.addFields(m, missing); err != nil {
			return nil, err
		}
		return s.apply()
	}
	var lines []string
	for _, f := range missing {
		lines = append(lines, strings.Repeat(" ", m.Content[0].Column-1)+style{}.field(f))
	}
	s.insertLines(s.lineAfter(m, len(m.Content)-2), lines)
	return s.apply()
}

// Drop takes documents out of a text, with the lines that begin them and the comments that stand directly above them. What stands
// before the first document and apart from it stays. A text of which nothing but comments is left is the caller's to delete.
func Drop(text []byte, documents ...int) ([]byte, error) {
	s, err := parse(text)
	if err != nil {
		return nil, err
	}
	for _, i := range documents {
		if i >= len(s.docs) {
			return nil, &Error{Message: "the object is not there any more"}
		}
		from, to, err := s.extent(s.docs[i])
		if err != nil {
			return nil, err
		}
		s.change(s.lineStart(from), s.lineStart(to), "")
	}
	return s.apply()
}

// extent is the lines of a document: from its marker up to that of the next. The first one without a marker goes up to behind the
// next marker.
func (s *source) extent(root *yaml.Node) (from, to int, err error) {
	marked := false
	for from = root.Line; from >= 1; from-- {
		if marked = node.IsMarker(s.line(from)); marked {
			break
		}
	}
	if marked && from == root.Line {
		return 0, 0, refuse(root, "begin it on a line of its own", "a document that begins beside its own marker cannot be taken out")
	}
	for to = root.Line + 1; to <= len(s.lines); to++ {
		line := s.line(to)
		if bytes.HasPrefix(line, []byte("...")) {
			return 0, 0, refuse(root, "separate documents with --- alone", "a document that ends with ... cannot be taken out")
		}
		if node.IsMarker(line) {
			break
		}
	}
	if marked {
		return from, to, nil
	}
	for from = root.Line; from > 1 && len(bytes.TrimSpace(s.line(from-1))) > 0; from-- { // its own comments
	}
	return from, to + 1, nil
}
