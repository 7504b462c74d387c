package directory

import "slices"

// Operator relates a label or attribute to values.
type Operator uint8

// The operators, with the meaning that Kubernetes' label selectors give them:
// NotIn and DoesNotExist also match where the key is absent.
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

// Matches says whether every expression holds for the values.
func (s *Selector) Matches(values map[string]string) bool {
	if s == nil {
		return false
	}
	for _, e := range s.Expressions {
		v, ok := values[e.Key]
		var holds bool
		switch e.Operator {
		case In:
			holds = ok && slices.Contains(e.Values, v)
		case NotIn:
			holds = !ok || !slices.Contains(e.Values, v)
		case Exists:
			holds = ok
		case DoesNotExist:
			holds = !ok
		}
		if !holds {
			return false
		}
	}
	return true
}
