package worlds

import "provost.dev/provost/internal/engine/directory"

// newTerm is a term that begins or ends about Now, or is open all the while, or never.
func (w world) newTerm(k directory.Key) *directory.Term {
	return &directory.Term{Key: k, FirstDay: w.day(), LastDay: w.day(), TimeZone: Pick(w.Dice, zoneNames)}
}

// day is one of those about Now, mostly, or one long before or after.
func (w world) day() directory.Day {
	if w.In(4) {
		return directory.DayOf(Now.AddDate(0, w.IntN(2)*4-2, 0))
	}
	return directory.DayOf(Now.AddDate(0, 0, w.IntN(4)-2))
}

// term is a term that something names, or, mostly, none.
func (w world) term(ns string) directory.Key {
	if !w.In(5) {
		return directory.Key{}
	}
	if w.In(6) {
		ns = directory.SystemNamespace
	}
	return directory.Key{Namespace: ns, Name: Pick(w.Dice, termNames)}
}
