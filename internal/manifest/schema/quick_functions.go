package schema

import (
	"strings"
	"time"
	"unicode/utf8"
)

// functions are those that take values only. They return nil where they cannot tell.
var functions = map[string]func([]any) any{
	"!_":         func(a []any) any { return onBool(a[0], func(b bool) any { return !b }) },
	"_==_":       func(a []any) any { return same(a[0], a[1]) },
	"_!=_":       func(a []any) any { return onBool(same(a[0], a[1]), func(b bool) any { return !b }) },
	"_<_":        func(a []any) any { return compare(a, func(c int) bool { return c < 0 }) },
	"_<=_":       func(a []any) any { return compare(a, func(c int) bool { return c <= 0 }) },
	"_>_":        func(a []any) any { return compare(a, func(c int) bool { return c > 0 }) },
	"_>=_":       func(a []any) any { return compare(a, func(c int) bool { return c >= 0 }) },
	"_+_":        func(a []any) any { return onTexts(a, func(x, y string) any { return x + y }) },
	"startsWith": func(a []any) any { return onTexts(a, func(x, y string) any { return strings.HasPrefix(x, y) }) },
	"lowerAscii": func(a []any) any { return lower(a[0]) },
	"size":       func(a []any) any { return size(a[0]) },
	"@in":        in,
	"timestamp":  func(a []any) any { return timestamp(a[0]) },
}

func onBool(v any, f func(bool) any) any {
	if b, ok := v.(bool); ok {
		return f(b)
	}
	return nil
}

func onTexts(a []any, f func(x, y string) any) any {
	x, ok := a[0].(string)
	y, also := a[1].(string)
	if !ok || !also {
		return nil
	}
	return f(x, y)
}

func same(x, y any) any {
	switch x := x.(type) {
	case string:
		if y, ok := y.(string); ok {
			return x == y
		}
	case bool:
		if y, ok := y.(bool); ok {
			return x == y
		}
	case int64:
		if y, ok := y.(int64); ok {
			return x == y
		}
	}
	return nil
}

func compare(a []any, holds func(int) bool) any {
	switch x := a[0].(type) {
	case int64:
		if y, ok := a[1].(int64); ok {
			switch {
			case x < y:
				return holds(-1)
			case x > y:
				return holds(1)
			}
			return holds(0)
		}
	case time.Time:
		if y, ok := a[1].(time.Time); ok {
			return holds(x.Compare(y))
		}
	}
	return nil
}

func lower(v any) any {
	text, ok := v.(string)
	if !ok {
		return nil
	}
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
}

func size(v any) any {
	switch v := v.(type) {
	case string:
		return int64(utf8.RuneCountInString(v))
	case []any:
		return int64(len(v))
	case map[string]any:
		return int64(len(v))
	}
	return nil
}

func in(a []any) any {
	list, ok := a[1].([]any)
	if !ok {
		return nil
	}
	found := false
	for _, item := range list {
		equal := same(a[0], item)
		if equal == nil {
			return nil
		}
		found = found || equal == true
	}
	return found
}

func timestamp(v any) any {
	text, ok := v.(string)
	if !ok {
		return nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at
	}
	return nil
}
