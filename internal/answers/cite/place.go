package cite

import "provost.dev/provost/internal/engine/directory"

// Place is where something is given, as the command line writes it: "acme/course/algebra-1", or of what selects (rule R34)
// "every course under acme/campus/north".
func Place(ns string, e directory.LocalEntity, s *directory.EntitySelector) string {
	if s == nil {
		return e.In(ns).String()
	}
	out := "every " + s.Level.Word() + " under " + s.Under.In(ns).String()
	if with := s.Match.String(); with != "" {
		out += " with " + with
	}
	return out
}

// Selector is what chooses many entities (rule R34).
type Selector struct {
	Level string `json:"level"`
	Under Entity `json:"under"`
	// With is what is asked of their attributes, in the words of kubectl: "kind=lab".
	With string `json:"with,omitempty"`
}

// SelectorOf is a selector of a namespace as data; nil for none.
func SelectorOf(ns string, s *directory.EntitySelector) *Selector {
	if s == nil {
		return nil
	}
	return &Selector{Level: s.Level.String(), Under: EntityOf(s.Under.In(ns)), With: s.Match.String()}
}
