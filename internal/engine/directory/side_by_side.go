package directory

// SideBySide goes through two lists of answers that are sorted by entity, such as those of AccessIn before and after a
// change, and pairs those of one entity; what one list lacks is an empty answer.
func SideBySide(before, after []Access, f func(a, b *Access)) {
	for len(before) > 0 || len(after) > 0 {
		var a, b Access
		switch {
		case len(after) == 0 || len(before) > 0 && before[0].Entity.Compare(after[0].Entity) < 0:
			a, before = before[0], before[1:]
			b.Entity = a.Entity
		case len(before) == 0 || after[0].Entity.Compare(before[0].Entity) < 0:
			b, after = after[0], after[1:]
			a.Entity = b.Entity
		default:
			a, before = before[0], before[1:]
			b, after = after[0], after[1:]
		}
		f(&a, &b)
	}
}
