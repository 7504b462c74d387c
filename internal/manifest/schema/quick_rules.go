package schema

import (
	"strings"
	"sync"
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
)

// The rules of our schemas use a small part of CEL. It is evaluated here straight on the object, without the
// conversions and the accounting of costs that the whole language needs.

// typed is a value with its schema, which knows the defaults of what is missing; the schema may be nil.
type typed struct {
	value  any
	schema *structuralschema.Structural
}

// scope is what names mean while an expression is evaluated.
type scope struct {
	self  typed
	name  string // of the one variable of a macro
	local typed
}

// evaluate returns the value of an expression; false where it cannot tell.
type evaluate func(s *scope) (typed, bool)

var parser = sync.OnceValues(func() (*cel.Env, error) { return cel.NewEnv(cel.ClearMacros()) })

// rules compiles the rules of a schema to a check that all of them hold.
func (q *compiler) rules(s *structuralschema.Structural) certain {
	var all []evaluate
	for _, rule := range s.XValidations {
		env, err := parser()
		if err != nil {
			q.unsure = true
			return never
		}
		parsed, issues := env.Parse(rule.Rule)
		if issues.Err() != nil {
			q.unsure = true
			return never
		}
		all = append(all, q.expression(parsed.NativeRep().Expr()))
	}
	if len(all) == 0 {
		return func(any) bool { return true }
	}
	return func(value any) bool {
		sc := scope{self: typed{value, s}}
		for _, rule := range all {
			result, ok := rule(&sc)
			if holds, isBool := result.value.(bool); !ok || !isBool || !holds {
				return false
			}
		}
		return true
	}
}

func (q *compiler) unknown() evaluate {
	q.unsure = true
	return func(*scope) (typed, bool) { return typed{}, false }
}

func (q *compiler) expression(e ast.Expr) evaluate {
	switch e.Kind() {
	case ast.LiteralKind:
		return q.literal(e)
	case ast.IdentKind:
		name := e.AsIdent()
		if name == "self" {
			return func(s *scope) (typed, bool) { return s.self, true }
		}
		return func(s *scope) (typed, bool) { return s.local, s.name == name }
	case ast.SelectKind:
		of, field := q.expression(e.AsSelect().Operand()), fieldName(e.AsSelect().FieldName())
		return func(s *scope) (typed, bool) {
			object, ok := of(s)
			if !ok {
				return typed{}, false
			}
			return object.field(field)
		}
	case ast.ListKind:
		return q.listOf(e)
	case ast.CallKind:
		return q.call(e.AsCall())
	}
	return q.unknown()
}

func (q *compiler) literal(e ast.Expr) evaluate {
	var value any
	switch v := e.AsLiteral().(type) {
	case types.String:
		value = string(v)
	case types.Int:
		value = int64(v)
	case types.Bool:
		value = bool(v)
	default:
		return q.unknown()
	}
	return func(*scope) (typed, bool) { return typed{value: value}, true }
}

func (q *compiler) listOf(e ast.Expr) evaluate {
	var items []any
	for _, x := range e.AsList().Elements() {
		if x.Kind() != ast.LiteralKind {
			return q.unknown()
		}
		v, ok := q.literal(x)(nil)
		if !ok {
			return q.unknown()
		}
		items = append(items, v.value)
	}
	return func(*scope) (typed, bool) { return typed{value: items}, true }
}

// fieldName undoes the escape of names that are words of CEL: __namespace__.
func fieldName(name string) string {
	if inner, ok := strings.CutPrefix(name, "__"); ok {
		return strings.TrimSuffix(inner, "__")
	}
	return name
}

// field is a field of an object, its default where it is missing; false where there is neither.
func (t typed) field(name string) (typed, bool) {
	object, ok := t.value.(map[string]any)
	if !ok {
		return typed{}, false
	}
	var schema *structuralschema.Structural
	if t.schema != nil {
		if property, ok := t.schema.Properties[name]; ok {
			schema = &property
		}
	}
	v, has := object[name]
	if !has && schema != nil && schema.Default.Object != nil {
		v, has = schema.Default.Object, true
	}
	return typed{v, schema}, has
}

func (q *compiler) call(c ast.CallExpr) evaluate {
	var args []evaluate
	if c.IsMemberFunction() {
		args = append(args, q.expression(c.Target()))
	}
	switch c.FunctionName() {
	case "has":
		return q.has(c)
	case "all":
		return q.all(args[0], c)
	}
	for _, a := range c.Args() {
		args = append(args, q.expression(a))
	}
	switch name := c.FunctionName(); name {
	case "_||_":
		return either(args[0], args[1], true)
	case "_&&_":
		return either(args[0], args[1], false)
	case "_?_:_":
		return func(s *scope) (typed, bool) {
			if yes, ok := truth(args[0], s); !ok {
				return typed{}, false
			} else if yes {
				return args[1](s)
			}
			return args[2](s)
		}
	case "matches":
		return q.matches(args[0], c)
	default:
		f, known := functions[name]
		if !known {
			return q.unknown()
		}
		return func(s *scope) (typed, bool) {
			values := make([]any, 0, 2)
			for _, a := range args {
				v, ok := a(s)
				if !ok {
					return typed{}, false
				}
				values = append(values, v.plain())
			}
			v := f(values)
			return typed{value: v}, v != nil
		}
	}
}

// plain is the value, with a time for the text of one.
func (t typed) plain() any {
	text, ok := t.value.(string)
	if !ok || t.schema == nil || values(t.schema).Format != "date-time" {
		return t.value
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at
	}
	return nil
}

func truth(e evaluate, s *scope) (yes, ok bool) {
	v, ok := e(s)
	if !ok {
		return false, false
	}
	yes, ok = v.value.(bool)
	return yes, ok
}

// either is "or" where decisive is true, and "and" where it is false.
func either(a, b evaluate, decisive bool) evaluate {
	return func(s *scope) (typed, bool) {
		yes, ok := truth(a, s)
		if !ok || yes == decisive {
			return typed{value: yes}, ok
		}
		yes, ok = truth(b, s)
		return typed{value: yes}, ok
	}
}
