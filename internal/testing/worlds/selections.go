package worlds

import (
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// where is where something is given: at an entity, or at those that a selection chooses (R34); and their level.
func (w world) where() (at directory.LocalEntity, selects *directory.EntitySelector, level catalogue.Level) {
	if w.In(3) {
		s := w.entitySelector()
		return directory.LocalEntity{}, s, s.Level
	}
	at = w.entity()
	return at, nil, at.Level
}

// entitySelector mostly chooses a level at or below what it looks under, which mostly is of the world's widest level.
func (w world) entitySelector() *directory.EntitySelector {
	s := &directory.EntitySelector{Level: w.level(), Under: w.entity()}
	if !w.In(3) {
		s.Under.Level, s.Level = w.levels[0], Pick(w.Dice, w.levels[1:])
	}
	if s.Level < s.Under.Level && !w.In(6) {
		s.Level, s.Under.Level = s.Under.Level, s.Level
	}
	if w.In(3) {
		s.Match = w.selector()
	}
	return s
}
