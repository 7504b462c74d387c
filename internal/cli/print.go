package cli

import (
	"encoding/json"
	"io"
	"maps"
	"slices"

	"sigs.k8s.io/yaml"
)

// writeData writes a value as JSON or YAML. Both have the shape of its json tags.
func writeData(w io.Writer, f *format, value any) error {
	if f.is(formatYAML) {
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

// sortedKeys are the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
