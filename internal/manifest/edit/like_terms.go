package edit

import (
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/node"
	"provost.dev/provost/internal/text/words"
)

// timed says whether something counts for a time, and notes where nobody says during which term it is to count now.
func (g *likening) timed(id directory.ID, field string, w directory.Window, term directory.Key) bool {
	if w == (directory.Window{}) && term.Name == "" {
		return false
	}
	if g.Term == nil {
		g.untold = append(g.untold, untold{id, field})
		return false
	}
	return true
}

// untold is a place of which nobody says during which term it is to count.
type untold struct {
	id    directory.ID
	field string
}

// tellUntold refuses what counts for a time while no term is given: the first of it, and how many more.
func (g *likening) tellUntold() {
	if len(g.untold) == 0 {
		return
	}
	more := ""
	if n := len(g.untold) - 1; n > 0 {
		more = " (as do " + words.Count(n, "other", "others") + ")"
	}
	first := g.untold[0]
	g.refuse(first.id, first.field, "it counts for a time only%s, which is that of the other run; say with --term during which term the new "+
		"one is, or with --term= that it has no end", more)
}

// during writes the term in the place of dates and another term.
func (g *likening) during(m *node.Node, timed bool) {
	if !timed || g.Term == nil {
		return
	}
	unset(m, "notBefore", "notAfter", "termRef")
	if g.Term.Name != "" {
		setNode(m, "termRef", referenceTo(*g.Term, g.Of.Namespace))
	}
}

// then is the term of what counts for a time.
func (g *likening) then() directory.Key {
	if g.Term == nil {
		return directory.Key{}
	}
	return *g.Term
}
