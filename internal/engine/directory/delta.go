package directory

import "iter"

// Delta says what a change may have altered, so that nothing else needs to be
// looked at again. It may name somebody for whom nothing changed in the end; it
// never leaves out anybody for whom something did.
//
// A Delta is cheap to make: it keeps what was changed and works out who is
// concerned when asked. It holds on to the snapshots before and after, so it is
// not something to keep for long.
type Delta struct {
	parts []part
}

// Empty says whether nothing changed.
func (d Delta) Empty() bool { return len(d.parts) == 0 }

// Merge adds what o names.
func (d *Delta) Merge(o Delta) { d.parts = append(d.parts, o.parts...) }

// Keys yields the people whose access may differ, each with a namespace in
// which it may: the keys under which effective permissions are kept. No pair
// comes twice.
func (d Delta) Keys() iter.Seq2[string, string] {
	return func(yield func(person, namespace string) bool) {
		seen := map[[2]string]struct{}{}
		for i := range d.parts {
			if !d.parts[i].keys(seen, yield) {
				return
			}
		}
	}
}

// Records yields the records of which something in the status may differ: the changed ones,
// what they refer to, and what refers to them. No record comes twice. System
// roles are named as Roles of the SystemNamespace.
func (d Delta) Records() iter.Seq[ID] {
	return func(yield func(ID) bool) {
		seen := map[ID]struct{}{}
		for i := range d.parts {
			d.parts[i].records(seen)
		}
		for id := range seen {
			if !yield(id) {
				return
			}
		}
	}
}
