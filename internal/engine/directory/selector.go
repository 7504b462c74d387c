package directory

import (
	"slices"
	"strings"
)

// Attributes are facts about a person or an entity, by which selectors choose: names, each with
// the texts that hold of it (R37). An empty list is as if the name were not there.
type Attributes map[string][]string

// Operator relates a label or attribute to values.
type Operator uint8

// The operators, with the meaning that Kubernetes' label selectors give them: NotIn and
// DoesNotExist also match where the key is absent. Of several values In asks for one that
// is listed, and NotIn that none is (R37).
const (
	In Operator = iota
	NotIn
	Exists
	DoesNotExist
)

// Expression is one condition of a Selector.
type Expression struct {
	Key      string
	Operator Operator
	Values   []string
}

// Selector matches labels or attributes; all its expressions must hold. An
// empty selector matches everything, as in Kubernetes, but adds nobody as a
// group's member selector (R12).
type Selector struct {
	Expressions []Expression
}

// Empty says whether the selector asks for nothing.
func (s *Selector) Empty() bool { return s == nil || len(s.Expressions) == 0 }

// Matches says whether every expression holds for the attributes (R37).
func (s *Selector) Matches(a Attributes) bool {
	if s == nil {
		return false
	}
	for i := range s.Expressions {
		if e := &s.Expressions[i]; !e.holds(a[e.Key]...) {
			return false
		}
	}
	return true
}

// MatchesLabels is Matches for a namespace's labels, of which each has one value (R18).
func (s *Selector) MatchesLabels(labels map[string]string) bool {
	if s == nil {
		return false
	}
	for i := range s.Expressions {
		e := &s.Expressions[i]
		v, ok := labels[e.Key]
		if ok && !e.holds(v) || !ok && !e.holds() {
			return false
		}
	}
	return true
}

func (e *Expression) holds(values ...string) bool {
	switch e.Operator {
	case Exists:
		return len(values) > 0
	case DoesNotExist:
		return len(values) == 0
	}
	listed := slices.ContainsFunc(values, func(v string) bool { return slices.Contains(e.Values, v) })
	return listed == (e.Operator == In)
}

// String is what is asked for, in the words of kubectl: "kind=lab, level in (1,2), !left"; "" for nothing.
func (s *Selector) String() string {
	if s.Empty() {
		return ""
	}
	parts := make([]string, 0, len(s.Expressions))
	for i := range s.Expressions {
		e := &s.Expressions[i]
		values := strings.Join(e.Values, ",")
		switch {
		case e.Operator == Exists:
			parts = append(parts, e.Key)
		case e.Operator == DoesNotExist:
			parts = append(parts, "!"+e.Key)
		case e.Operator == In && len(e.Values) == 1:
			parts = append(parts, e.Key+"="+values)
		case e.Operator == In:
			parts = append(parts, e.Key+" in ("+values+")")
		case len(e.Values) == 1:
			parts = append(parts, e.Key+"!="+values)
		default:
			parts = append(parts, e.Key+" notin ("+values+")")
		}
	}
	return strings.Join(parts, ", ")
}
