package splice

import (
	"strconv"

	"go.yaml.in/yaml/v3"
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
		return scalar(e[0].Value)
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
	return f.Name + ": " + scalar(f.Value)
}

// scalar writes text so that every reader of YAML takes it for text. The names and words that are written here have
// letters, digits, '-', '.' and '/' only.
func scalar(text string) string {
	if text == "" || text[0] < 'A' || isWord(text) {
		return strconv.Quote(text)
	}
	for _, c := range text {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '/' || c == '_' {
			continue
		}
		return strconv.Quote(text)
	}
	return text
}

// isWord says whether some version of YAML takes a word for a truth value, a number or nothing.
func isWord(text string) bool {
	switch text {
	case "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF",
		"true", "True", "TRUE", "false", "False", "FALSE", "null", "Null", "NULL":
		return true
	}
	return false
}
