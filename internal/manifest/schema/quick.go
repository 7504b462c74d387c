package schema

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
)

// The API server's own validation takes milliseconds an object, most of it for CEL. Nearly all objects are good, and of
// those a quick check can be certain in a fraction of that time. It never refuses: where it is not certain that an object
// is good, the API server's libraries decide, and say why. What it does not understand of a schema makes it uncertain.

// certain says that a value is surely good; false says nothing.
type certain func(value any) bool

// quickly compiles a schema to a quick check; nil where it has something that is not understood.
func quickly(s *structuralschema.Structural) certain {
	q := &quickener{}
	root := q.object(s)
	if q.unsure {
		return nil
	}
	return func(value any) bool {
		object, ok := value.(map[string]any)
		if !ok {
			return false
		}
		for key, v := range object {
			switch key {
			case "apiVersion", "kind", "spec":
			case "metadata":
				if !plainMetadata(v) {
					return false
				}
			default:
				return false
			}
		}
		return root(object)
	}
}

// quickener compiles one schema.
type quickener struct {
	// unsure says that something was not understood.
	unsure bool
}

func never(any) bool { return false }

// node compiles the check of one value.
func (q *quickener) node(s *structuralschema.Structural) certain {
	if !understood(s) {
		q.unsure = true
		return never
	}
	var check certain
	switch s.Type {
	case "string":
		check = q.text(s)
	case "integer":
		check = q.integer(s)
	case "boolean":
		rules := q.rules(s)
		check = func(v any) bool { _, ok := v.(bool); return ok && rules(v) }
	case "array":
		check = q.list(s)
	case "object":
		check = q.object(s)
	default:
		q.unsure = true
		return never
	}
	return check
}

// understood says whether a schema has nothing that this file does not look at.
func understood(s *structuralschema.Structural) bool {
	if s == nil || s.Nullable || s.XPreserveUnknownFields || s.XEmbeddedResource || s.XIntOrString {
		return false
	}
	v := s.ValueValidation
	if v == nil {
		return true
	}
	return !v.ExclusiveMaximum && !v.ExclusiveMinimum && !v.UniqueItems && v.MultipleOf == nil && v.MinProperties == nil &&
		len(v.AllOf)+len(v.OneOf)+len(v.AnyOf) == 0 && v.Not == nil
}

// values returns the checks of values; never nil.
func values(s *structuralschema.Structural) *structuralschema.ValueValidation {
	if s.ValueValidation == nil {
		return &structuralschema.ValueValidation{}
	}
	return s.ValueValidation
}

func (q *quickener) text(s *structuralschema.Structural) certain {
	v := values(s)
	switch v.Format {
	case "", "date-time":
	default:
		q.unsure = true
		return never
	}
	var pattern *regexp.Regexp
	if v.Pattern != "" {
		var err error
		if pattern, err = regexp.Compile(v.Pattern); err != nil {
			q.unsure = true
			return never
		}
	}
	var enum []string
	for _, e := range v.Enum {
		text, ok := e.Object.(string)
		if !ok {
			q.unsure = true
			return never
		}
		enum = append(enum, text)
	}
	rules := q.rules(s)
	isTime := v.Format == "date-time"
	least, most := limits(v.MinLength, v.MaxLength)
	return func(value any) bool {
		text, ok := value.(string)
		if !ok || !within(utf8.RuneCountInString(text), least, most) || !utf8.ValidString(text) {
			return false
		}
		if enum != nil && !slices.Contains(enum, text) || pattern != nil && !pattern.MatchString(text) {
			return false
		}
		if isTime {
			if _, err := time.Parse(time.RFC3339, text); err != nil {
				return false
			}
		}
		return rules(value)
	}
}

func limits(least, most *int64) (from, to int64) {
	to = math.MaxInt64
	if least != nil {
		from = *least
	}
	if most != nil {
		to = *most
	}
	return from, to
}

func within(n int, least, most int64) bool { return int64(n) >= least && int64(n) <= most }

func (q *quickener) integer(s *structuralschema.Structural) certain {
	v := values(s)
	least, most := math.Inf(-1), math.Inf(1)
	switch v.Format {
	case "", "int64":
	case "int32":
		least, most = math.MinInt32, math.MaxInt32
	default:
		q.unsure = true
		return never
	}
	if len(v.Enum) > 0 {
		q.unsure = true
		return never
	}
	if v.Minimum != nil {
		least = max(least, *v.Minimum)
	}
	if v.Maximum != nil {
		most = min(most, *v.Maximum)
	}
	rules := q.rules(s)
	return func(value any) bool {
		n, ok := value.(int64)
		return ok && float64(n) >= least && float64(n) <= most && rules(value)
	}
}

func (q *quickener) object(s *structuralschema.Structural) certain {
	if !understood(s) || s.Type != "object" || len(values(s).Enum) > 0 {
		q.unsure = true
		return never
	}
	v := values(s)
	properties := make(map[string]certain, len(s.Properties))
	for name := range s.Properties {
		property := s.Properties[name]
		switch name {
		case "metadata", "status": // quickly looks at these where they are allowed
			properties[name] = func(any) bool { return true }
		default:
			properties[name] = q.node(&property)
		}
	}
	var others certain
	if a := s.AdditionalProperties; a != nil {
		if a.Structural == nil {
			q.unsure = true
			return never
		}
		others = q.node(a.Structural)
	}
	rules := q.rules(s)
	_, most := limits(nil, v.MaxProperties)
	return func(value any) bool {
		object, ok := value.(map[string]any)
		if !ok || int64(len(object)) > most {
			return false
		}
		for _, name := range v.Required {
			if _, has := object[name]; !has {
				return false
			}
		}
		for name, child := range object {
			check, known := properties[name]
			if !known {
				check = others
			}
			if check == nil || !check(child) {
				return false
			}
		}
		return rules(value)
	}
}

func (q *quickener) list(s *structuralschema.Structural) certain {
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
