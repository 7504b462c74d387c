package schema

import (
	"regexp"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
)

// The calls below look at how their arguments are written, and not at values only.

// has is the macro: a field is there, or has a default.
func (q *compiler) has(c ast.CallExpr) evaluate {
	if len(c.Args()) != 1 || c.Args()[0].Kind() != ast.SelectKind {
		return q.unknown()
	}
	selected := c.Args()[0].AsSelect()
	of, field := q.expression(selected.Operand()), fieldName(selected.FieldName())
	return func(s *scope) (typed, bool) {
		object, ok := of(s)
		if _, isObject := object.value.(map[string]any); !ok || !isObject {
			return typed{}, false
		}
		_, has := object.field(field)
		return typed{value: has}, true
	}
}

// all is the macro: an expression holds for every item of a list, or every key of a map.
func (q *compiler) all(of evaluate, c ast.CallExpr) evaluate {
	if len(c.Args()) != 2 || c.Args()[0].Kind() != ast.IdentKind {
		return q.unknown()
	}
	name, holds := c.Args()[0].AsIdent(), q.expression(c.Args()[1])
	return func(s *scope) (typed, bool) {
		all, ok := of(s)
		if !ok {
			return typed{}, false
		}
		inner := scope{self: s.self, name: name}
		every := func(item typed) (bool, bool) {
			inner.local = item
			return truth(holds, &inner)
		}
		switch items := all.value.(type) {
		case []any:
			var schema *structuralschema.Structural
			if all.schema != nil {
				schema = all.schema.Items
			}
			for _, item := range items {
				if yes, ok := every(typed{item, schema}); !ok || !yes {
					return typed{value: false}, ok
				}
			}
		case map[string]any:
			for key := range items {
				if yes, ok := every(typed{value: key}); !ok || !yes {
					return typed{value: false}, ok
				}
			}
		default:
			return typed{}, false
		}
		return typed{value: true}, true
	}
}

// matches compiles its pattern once.
func (q *compiler) matches(of evaluate, c ast.CallExpr) evaluate {
	if len(c.Args()) != 1 || c.Args()[0].Kind() != ast.LiteralKind {
		return q.unknown()
	}
	text, ok := c.Args()[0].AsLiteral().(types.String)
	if !ok {
		return q.unknown()
	}
	pattern, err := regexp.Compile(string(text))
	if err != nil {
		return q.unknown()
	}
	return func(s *scope) (typed, bool) {
		v, ok := of(s)
		text, isText := v.value.(string)
		return typed{value: ok && isText && pattern.MatchString(text)}, ok && isText
	}
}
