package directory

import (
	"cmp"
	"strings"

	"provost.dev/provost/internal/engine/catalogue"
)

// EntitySelector chooses the entities of a level at and below one of them, in the namespace of whatever holds it (R34).
// It reaches, of these, what belongs to the organisation that owns Under, at every moment.
type EntitySelector struct {
	Level catalogue.Level
	Under LocalEntity
	// Match is over the entities' attributes (R37); nil or empty where any will do.
	Match *Selector
}

// String is "every course under campus/north", or "every course under campus/north with kind=lab".
func (s *EntitySelector) String() string {
	out := "every " + s.Level.Word() + " under " + s.Under.String()
	if with := s.Match.String(); with != "" {
		out += " with " + with
	}
	return out
}

// matches says whether an entity's attributes are such as are asked for.
func (s *EntitySelector) matches(e *Entity) bool {
	return s.Match.Empty() || s.Match.Matches(e.Attributes)
}

// Compare orders selectors by level, by what they look under and by what they ask for; one that is absent comes first.
func (s *EntitySelector) Compare(o *EntitySelector) int {
	switch {
	case s == nil && o == nil:
		return 0
	case s == nil:
		return -1
	case o == nil:
		return 1
	}
	return cmp.Or(cmp.Compare(s.Level, o.Level), cmp.Compare(s.Under.Level, o.Under.Level), strings.Compare(s.Under.Name, o.Under.Name),
		strings.Compare(s.Match.String(), o.Match.String()))
}
