package worlds

import "provost.dev/provost/internal/engine/directory"

// Random is the world of a seed.
func Random(d Dice) []directory.Record {
	w := newWorld(d)
	missing := 2 + d.IntN(6) // one record in so many is not there
	var out []directory.Record
	for _, r := range w.every() {
		if !d.In(missing) {
			out = append(out, r)
		}
	}
	return out
}
