package directory

import (
	"cmp"

	"provost.dev/provost/internal/engine/catalogue"
)

// EntitySelector chooses the entities of a level at and below one of them, in the namespace of whatever holds it (R34).
// It reaches, of these, what belongs to the organisation that owns Under, at every moment.
type EntitySelector struct {
	Level catalogue.Level
	Under LocalEntity
}

// String is "every course under campus/north".
func (s *EntitySelector) String() string {
	return "every " + s.Level.Word() + " under " + s.Under.String()
}

// Compare orders selectors by level and by what they look under; one that is absent comes first.
func (s *EntitySelector) Compare(o *EntitySelector) int {
	switch {
	case s == nil || o == nil:
		return cmp.Compare(presence(s), presence(o))
	}
	return cmp.Or(cmp.Compare(s.Level, o.Level), cmp.Compare(s.Under.Level, o.Under.Level), cmp.Compare(s.Under.Name, o.Under.Name))
}

func presence(s *EntitySelector) int {
	if s == nil {
		return 0
	}
	return 1
}
