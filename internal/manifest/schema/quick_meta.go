package schema

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// plainMetadata says whether metadata holds a name, a namespace, labels and annotations only, all of them good.
func plainMetadata(value any) bool {
	object, ok := value.(map[string]any)
	if !ok {
		return false
	}
	named := false
	for key, v := range object {
		switch key {
		case "name":
			name, ok := v.(string)
			if named = ok && len(validation.IsDNS1123Subdomain(name)) == 0; !named {
				return false
			}
		case "namespace":
			namespace, ok := v.(string)
			if !ok || len(validation.IsDNS1123Label(namespace)) > 0 {
				return false
			}
		case "labels":
			if !plainTexts(v, func(value string) bool { return len(validation.IsValidLabelValue(value)) == 0 }) {
				return false
			}
		case "annotations":
			if !plainTexts(v, func(value string) bool { return len(value) < 1<<10 }) {
				return false
			}
		default:
			return false
		}
	}
	return named
}

// plainTexts says whether a map of a few texts has good keys and values.
func plainTexts(value any, good func(string) bool) bool {
	object, ok := value.(map[string]any)
	if !ok || len(object) > 64 {
		return false
	}
	for key, v := range object {
		text, ok := v.(string)
		if !ok || strings.ToLower(key) != key || len(validation.IsQualifiedName(key)) > 0 || !good(text) {
			return false
		}
	}
	return true
}
