package plan

import "provost.dev/provost/internal/engine/directory"

func termEdits(a, b *directory.Term) []Edit {
	type kind = directory.Term
	e := &editor[kind]{id: a.ID()}
	e.field("spec.firstDay", "firstDay changed", a.FirstDay.String(), b.FirstDay.String(), func(t *kind) { t.FirstDay = b.FirstDay })
	e.field("spec.lastDay", "lastDay changed", a.LastDay.String(), b.LastDay.String(), func(t *kind) { t.LastDay = b.LastDay })
	e.field("spec.timeZone", classTimeZone, a.TimeZone, b.TimeZone, func(t *kind) { t.TimeZone = b.TimeZone })
	return e.edits
}

// term notes that another term is named than before, or none (R33).
func (e *editor[T]) term(field string, class Class, before, after directory.Key, of func(*T) *directory.Key) {
	e.field(field, class, before.String(), after.String(), func(draft *T) { *of(draft) = after })
}
