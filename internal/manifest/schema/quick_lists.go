package schema

import (
	"strings"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
)

// list compiles the check of a list: its items, and that no two are one.
func (q *compiler) list(s *structuralschema.Structural) certain {
	v := values(s)
	item := q.node(s.Items)
	unique := func([]any) bool { return true }
	switch kind := s.XListType; {
	case kind == nil || *kind == "atomic":
	case *kind == "set":
		unique = distinct(func(v any) (string, bool) { text, ok := v.(string); return text, ok })
	case *kind == "map":
		unique = distinct(keyOf(s))
	default:
		q.unsure = true
		return never
	}
	rules := q.rules(s)
	least, most := limits(v.MinItems, v.MaxItems)
	return func(value any) bool {
		list, ok := value.([]any)
		if !ok || !within(len(list), least, most) {
			return false
		}
		for _, x := range list {
			if !item(x) {
				return false
			}
		}
		return unique(list) && rules(value)
	}
}

// keyOf reads the key of an item of a list-map, defaults included.
func keyOf(s *structuralschema.Structural) func(any) (string, bool) {
	names := s.XListMapKeys
	return func(value any) (string, bool) {
		object, ok := value.(map[string]any)
		if !ok {
			return "", false
		}
		var key strings.Builder
		for _, name := range names {
			v, has := object[name]
			if !has {
				v = s.Items.Properties[name].Default.Object
			}
			text, ok := v.(string)
			if !ok {
				return "", false
			}
			key.WriteString(text)
			key.WriteByte(0)
		}
		return key.String(), true
	}
}

// distinct says whether no two items of a list have the same key.
func distinct(key func(any) (string, bool)) func([]any) bool {
	return func(list []any) bool {
		seen := make(map[string]struct{}, len(list))
		for _, x := range list {
			k, ok := key(x)
			if !ok {
				return false
			}
			seen[k] = struct{}{}
		}
		return len(seen) == len(list)
	}
}
