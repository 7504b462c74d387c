// Package order puts the changes of one commit into an order in which nobody has on the way what he has neither before nor
// after: what takes comes before what gives, by what each change does and not by how it looks.
//
// The rules are in docs/concepts.md#r22, #r34, #r36.
package order

import (
	"slices"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// Change is one change of many.
type Change struct {
	directory.Change
	// Stage is when it is made where nothing speaks against it: those of a lower stage come first.
	Stage int
	// Fixed keeps it in its stage: it makes something new, or names what another change makes.
	Fixed bool
}

// Order is an order of changes.
type Order struct {
	// Steps are the changes by their numbers. Those of one step may be made at once, those of the next after all of them.
	Steps [][]int
	// Exposing are those after which, in this order, somebody has what he has neither before nor after; there is no place for
	// them, or none was found.
	Exposing []int
}

// mostLooks is how many people of a namespace are looked at before it is given up: an order that takes longer to find than
// to go through helps nobody.
const mostLooks = 200_000

// Of orders changes, which are given by their stages. Later are changes that follow after all of them. What counts is what people
// may do at that moment: going through the changes takes seconds. Ok is false where it is given up.
func Of(before *directory.Snapshot, changes []Change, later []directory.Change, now time.Time) (o Order, ok bool) {
	all := make([]directory.Change, 0, len(changes)+len(later))
	for _, c := range changes {
		all = append(all, c.Change)
	}
	after, _ := before.With(append(all, later...)...)
	f := &finder{changes: changes, before: before, after: after, at: before, from: before, now: now, looks: mostLooks}
	f.find()
	return f.order, f.looks > 0
}

type finder struct {
	changes       []Change
	before, after *directory.Snapshot
	// at is what the changes made so far lead to, and from what those of all steps but the last do.
	at, from *directory.Snapshot
	now      time.Time
	looks    int
	order    Order
	step     []int
}

func (f *finder) find() {
	pending := make([]int, len(f.changes))
	for i := range pending {
		pending[i] = i
	}
	// What only takes may come at any time, and so at first.
	pending = f.each(pending, func(i int) bool { return !f.changes[i].Fixed && f.joins(i, f.takes) })
	f.end()
	// Everything else by its stage, but for what has to wait.
	stage := 0
	pending = f.each(pending, func(i int) bool {
		if c := f.changes[i]; c.Stage != stage {
			f.end()
			stage = c.Stage
		}
		return f.inPlace(i)
	})
	f.end()
	for {
		left := f.each(pending, func(i int) bool {
			defer f.end()
			return f.made(i, f.within)
		})
		if len(left) == len(pending) {
			break
		}
		pending = left
	}
	for _, i := range pending {
		f.force(i)
		f.end()
	}
}

// each makes what may be made, in the order given, and returns the rest.
func (f *finder) each(pending []int, try func(i int) bool) []int {
	return slices.DeleteFunc(slices.Clone(pending), func(i int) bool { return f.looks > 0 && try(i) })
}

// joins makes a change in the step that is under way, or, where it has to wait for that one, in the next.
func (f *finder) joins(i int, should func(was, is *directory.Snapshot, d directory.Delta) bool) bool {
	if len(f.step) > 0 && !f.passes(f.from, i, should) {
		if !f.passes(f.at, i, should) {
			return false
		}
		f.end()
	}
	return f.made(i, should)
}

// inPlace makes a change at its stage.
func (f *finder) inPlace(i int) bool {
	if f.joins(i, f.within) {
		return true
	}
	if f.changes[i].Fixed {
		f.end()
		f.force(i)
		f.end()
		return true
	}
	return false
}

// made makes a change if that is as it should be.
func (f *finder) made(i int, should func(was, is *directory.Snapshot, d directory.Delta) bool) bool {
	is, d := f.with(f.at, i)
	if !should(f.at, is, d) {
		return false
	}
	f.at, f.step = is, append(f.step, i)
	return true
}

func (f *finder) passes(s *directory.Snapshot, i int, should func(was, is *directory.Snapshot, d directory.Delta) bool) bool {
	is, d := f.with(s, i)
	return should(s, is, d)
}

func (f *finder) with(s *directory.Snapshot, i int) (*directory.Snapshot, directory.Delta) {
	return s.With(f.changes[i].Change)
}

func (f *finder) force(i int) {
	f.at, _ = f.with(f.at, i)
	f.step, f.order.Exposing = append(f.step, i), append(f.order.Exposing, i)
}

// end ends a step.
func (f *finder) end() {
	if len(f.step) > 0 {
		f.order.Steps, f.step = append(f.order.Steps, f.step), nil
	}
	f.from = f.at
}

// takes says that a change gives nobody anything.
func (f *finder) takes(was, is *directory.Snapshot, d directory.Delta) bool {
	return f.nobody(is, d, func(who string, a *directory.Access) bool {
		return a.Effective&^was.Permissions(who, a.Entity, f.now) != 0
	})
}

// within says that it gives nobody what he has neither before nor after.
func (f *finder) within(was, is *directory.Snapshot, d directory.Delta) bool {
	return f.nobody(is, d, func(who string, a *directory.Access) bool {
		gained := a.Effective &^ was.Permissions(who, a.Entity, f.now)
		return gained != 0 &&
			gained&^(f.before.Permissions(who, a.Entity, f.now)|f.after.Permissions(who, a.Entity, f.now)) != 0
	})
}

// nobody says that nobody whom the change concerns has what is wrong.
func (f *finder) nobody(is *directory.Snapshot, d directory.Delta, wrong func(who string, a *directory.Access) bool) bool {
	for who, ns := range d.Keys() {
		if f.looks--; f.looks <= 0 {
			return false
		}
		access := is.AccessIn(who, ns, f.now)
		for i := range access {
			if wrong(who, &access[i]) {
				return false
			}
		}
	}
	return true
}
