package generate

import (
	"bytes"
	"strconv"
	"strings"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/manifest/node"
)

// Document is an object as it is written: the fields that are given, in their order.
type Document struct {
	// Comment goes before the object, a line for each of its lines.
	Comment         string
	APIVersion      string // that of provost.dev where it is empty
	Kind            string
	Name, Namespace string
	Spec            []Field
}

// Field is a field with its value: text, yes (a bool), a whole number, a list of texts, a Map, or a list of Maps.
type Field struct {
	Name    string
	Value   any
	Comment string // a line before the field
}

// Map is an object on one line.
type Map []Field

// YAML writes documents as one file.
func YAML(documents ...Document) []byte {
	var b bytes.Buffer
	for i, d := range documents {
		if i > 0 {
			b.WriteString("---\n")
		}
		d.write(&b)
	}
	return b.Bytes()
}

func (d *Document) write(b *bytes.Buffer) {
	comment(b, "", d.Comment)
	version := d.APIVersion
	if version == "" {
		version = provostv1.GroupVersion.String()
	}
	b.WriteString("apiVersion: " + version + "\nkind: " + d.Kind + "\n")
	meta := Map{{Name: "name", Value: d.Name}}
	if d.Namespace != "" {
		meta = append(meta, Field{Name: "namespace", Value: d.Namespace})
	}
	b.WriteString("metadata: " + inline(meta) + "\n")
	for i, f := range d.Spec {
		if i == 0 {
			b.WriteString("spec:\n")
		}
		comment(b, "  ", f.Comment)
		b.WriteString("  " + f.Name + ":")
		items, list := f.Value.([]Map)
		if !list {
			b.WriteString(" " + inline(f.Value) + "\n")
			continue
		}
		if len(items) == 0 {
			b.WriteString(" []\n")
			continue
		}
		b.WriteString("\n")
		for _, m := range items {
			b.WriteString("  - " + inline(m) + "\n")
		}
	}
}

func comment(b *bytes.Buffer, indent, text string) {
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimRight(indent+"# "+line, " \n") + "\n")
	}
}

// inline writes a value on one line.
func inline(value any) string {
	switch v := value.(type) {
	case string:
		return node.Scalar(v)
	case bool:
		if v {
			return "true"
		}
		return "false"
	case int:
		return strconv.Itoa(v)
	case []string:
		texts := make([]string, len(v))
		for i := range v {
			texts[i] = node.Scalar(v[i])
		}
		return "[" + strings.Join(texts, ", ") + "]"
	case []Map:
		texts := make([]string, len(v))
		for i, m := range v {
			texts[i] = inline(m)
		}
		return "[" + strings.Join(texts, ", ") + "]"
	case Map:
		texts := make([]string, len(v))
		for i, f := range v {
			texts[i] = node.Scalar(f.Name) + ": " + inline(f.Value)
		}
		return "{" + strings.Join(texts, ", ") + "}"
	}
	panic("generate: a value that is not written inline")
}
