package splice

import (
	"strconv"

	"go.yaml.in/yaml/v3"

	"provost.dev/provost/internal/manifest/node"
)

// Field is a field of an entry with its value, which is text.
type Field struct{ Name, Value string }

// Entry is an entry to add: its fields, in the order in which they are written.
type Entry []Field

// Scalar is an entry of a list of texts, such as the resources of a kustomization.
func Scalar(text string) Entry { return Entry{{Value: text}} }

func (e Entry) isScalar() bool { return len(e) == 1 && e[0].Name == "" }

// style is how the entries of a list are written.
type style struct {
	// flow says that an entry stands in braces.
	flow bool
	// json says that names and values are quoted.
	json bool
	// pad is what stands inside of the braces.
	pad string
	// before and after are the line breaks and indentations in braces that take several lines, before each field and
	// before the closing brace; both empty on one line.
	before, after string
}

// styleOf is the style of the last entry of a list that is an object, or that of the examples.
func (s *source) styleOf(list *yaml.Node) style {
	for i := len(list.Content) - 1; i >= 0; i-- {
		item := list.Content[i]
		if item.Kind != yaml.MappingNode || len(item.Content) == 0 {
			continue
		}
		key := item.Content[0]
		as := style{flow: item.Style&yaml.FlowStyle != 0, json: key.Style&yaml.DoubleQuotedStyle != 0}
		if !as.flow {
			return as
		}
		f, ok := s.scanFlow(s.bracket(item))
		if !ok || len(f.elements) == 0 {
			return as
		}
		first, opens, closes := f.elements[0].from, s.lineOf(f.open), s.lineOf(f.end-1)
		switch line := s.lineOf(first); {
		case line > opens && closes > line:
			as.before, as.after = s.eol()+s.indent(line), s.eol()+s.indent(closes)
		case line == opens && first > f.open+1:
			as.pad = string(s.text[f.open+1 : first])
		}
		return as
	}
	return style{flow: true, json: s.isJSON()}
}

// isJSON says whether the text is written as JSON.
func (s *source) isJSON() bool {
	for _, d := range s.docs {
		if d.Kind != yaml.MappingNode || d.Style&yaml.FlowStyle == 0 || len(d.Content) == 0 || d.Content[0].Style&yaml.DoubleQuotedStyle == 0 {
			return false
		}
	}
	return len(s.docs) > 0
}

// inBraces writes an entry in braces; a text stands for itself.
func (as style) inBraces(e Entry) string {
	switch {
	case e.isScalar() && as.json:
		return strconv.Quote(e[0].Value)
	case e.isScalar():
		return node.Scalar(e[0].Value)
	}
	text := "{" + as.pad
	for i, f := range e {
		switch {
		case as.before != "" && i > 0:
			text += "," + as.before
		case as.before != "":
			text += as.before
		case i > 0:
			text += ", "
		}
		text += as.field(f)
	}
	return text + as.after + as.pad + "}"
}

func (as style) field(f Field) string {
	if as.json {
		return strconv.Quote(f.Name) + ": " + strconv.Quote(f.Value)
	}
	return f.Name + ": " + node.Scalar(f.Value)
}
