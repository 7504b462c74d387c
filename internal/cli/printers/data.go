package printers

import (
	"encoding/json"
	"io"

	"sigs.k8s.io/yaml"
)

// WriteData writes a value as JSON or YAML. Both have the shape of its json tags.
func WriteData(w io.Writer, f *Format, value any) error {
	if f.Is(FormatYAML) {
		text, err := yaml.Marshal(value)
		if err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(value)
}
