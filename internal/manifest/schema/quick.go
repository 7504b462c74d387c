package schema

import structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"

// The API server's own validation takes milliseconds an object, most of it for CEL. Nearly all objects are good, and of
// those a quick check can be certain in a fraction of that time. It never refuses: where it is not certain that an object
// is good, the API server's libraries decide, and say why. What it does not understand of a schema makes it uncertain.

// certain says that a value is surely good; false says nothing.
type certain func(value any) bool

// quickly compiles a schema to a quick check; nil where it has something that is not understood.
func quickly(s *structuralschema.Structural) certain {
	q := &compiler{}
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

// compiler compiles one schema.
type compiler struct {
	// unsure says that something was not understood.
	unsure bool
}

func never(any) bool { return false }

// node compiles the check of one value.
func (q *compiler) node(s *structuralschema.Structural) certain {
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

// understood says whether a schema has nothing that the quick check does not look at.
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

// object compiles the check of a mapping: its fields, and those that must be there.
func (q *compiler) object(s *structuralschema.Structural) certain {
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
