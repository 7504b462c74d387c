package coalition

import (
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/worlds"
)

// WithTerms is the arena with a term, which bindings, enrolments and entries name, and which may be asked to move or go (R33). Its dice
// are others than the arena's, so that those fall as they do without.
func (a *Arena) WithTerms(d worlds.Dice) *Arena {
	a.terms = &d
	return a
}

// newTerm is a term that is over, is open or is to come, at a place where a day begins at worlds.Now.
func (a *Arena) newTerm() *directory.Term {
	day := func() directory.Day { return directory.DayOf(worlds.Now.AddDate(0, 0, a.terms.IntN(4)-2)) }
	return &directory.Term{Key: key("autumn"), FirstDay: day(), LastDay: day(), TimeZone: "Etc/GMT+12"}
}

// term is the one that something names, or none.
func (a *Arena) term() directory.Key {
	if a.terms == nil || !a.terms.In(3) {
		return directory.Key{}
	}
	return key("autumn")
}

// termInstead says that a request is to be about the term, whatever else it would have been about.
func (a *Arena) termInstead() bool { return a.terms != nil && a.terms.In(6) }
