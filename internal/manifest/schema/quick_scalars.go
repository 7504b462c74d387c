package schema

import (
	"math"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
)

// text compiles the check of a text.
func (q *compiler) text(s *structuralschema.Structural) certain {
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

// integer compiles the check of a whole number.
func (q *compiler) integer(s *structuralschema.Structural) certain {
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
