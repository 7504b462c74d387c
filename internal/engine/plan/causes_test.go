package plan

import (
	"slices"
	"testing"
	"time"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// pairOfWorlds are two states, of which the oracle judges what some of the edits between them do.
type pairOfWorlds struct {
	before, after map[directory.ID]directory.Record
	edits         []Edit
	times         []time.Time
	was           *oracle.World
}

func newPair(before, after []directory.Record, edits []Edit, now time.Time) *pairOfWorlds {
	w := &pairOfWorlds{before: map[directory.ID]directory.Record{}, after: map[directory.ID]directory.Record{}, edits: edits}
	index := func(records []directory.Record, into map[directory.ID]directory.Record) {
		for _, r := range records {
			if !ignored(r) {
				into[r.ID()] = r
			}
		}
	}
	index(before, w.before)
	index(after, w.after)
	w.was = oracle.New(before...)
	times := append([]time.Time{now}, worlds.Times()...)
	for _, records := range [][]directory.Record{before, after} {
		for _, tr := range directory.Build(records...).Transitions(now, now.AddDate(1, 0, 0)) { // terms end far off (R33)
			times = append(times, tr.At)
		}
	}
	for _, t := range times {
		if !t.Before(now) {
			w.times = append(w.times, t)
		}
	}
	slices.SortFunc(w.times, time.Time.Compare)
	w.times = slices.CompactFunc(w.times, time.Time.Equal)
	return w
}

// with is the world before with some edits made.
func (w *pairOfWorlds) with(chosen func(edit int) bool) *oracle.World {
	of := map[directory.ID][]*Edit{}
	for i := range w.edits {
		if e := &w.edits[i]; !e.NoEffect && chosen(i) {
			of[e.ID] = append(of[e.ID], e)
		}
	}
	var records []directory.Record
	for id, r := range w.before {
		if r := partial(r, w.after[id], of[id]); r != nil {
			records = append(records, r)
		}
	}
	for id, r := range w.after {
		if w.before[id] == nil && len(of[id]) > 0 {
			records = append(records, r)
		}
	}
	return oracle.New(records...)
}

// same says whether a world differs from the one before as a row says of somebody at an entity: every permission
// gained or lost at that moment, and none of them earlier.
func (w *pairOfWorlds) same(r *Row, who string, e directory.EntityKey, is *oracle.World) bool {
	from := w.times[0]
	if !r.From.IsZero() {
		from = r.From
	}
	for _, t := range w.times {
		if t.After(from) {
			break
		}
		a, b := w.was.Permissions(who, e, t), is.Permissions(who, e, t)
		gained, lost := (b&^a)&r.Gained, (a&^b)&r.Lost
		if t.Before(from) && gained|lost != 0 || t.Equal(from) && (gained != r.Gained || lost != r.Lost) {
			return false
		}
	}
	return true
}

// TestCausesAreCauses holds the named causes of random changes against the oracle: made alone they do the same, none
// of them can be left out, and with them and what is named beside them taken out of the change something else happens.
func TestCausesAreCauses(t *testing.T) {
	n := 40
	if need.Long() {
		n = 3000
	}
	judged, also, instead := 0, 0, 0
	for seed := range n {
		dice := worlds.NewDice(uint64(seed))
		before := distinctEnrolments(unique(worlds.Random(dice)))
		after, mutator := before, worlds.NewMutator(dice)
		changes := 1 + dice.IntN(8)
		if seed%4 == 0 { // much at once: what many edits do together
			changes = 40
		}
		for range changes {
			after = oracle.After(after, mutator.Change(after))
		}
		after = distinctEnrolments(unique(after))
		p := between(before, after, worlds.Now)
		w := newPair(before, after, p.Edits, worlds.Now)
		failed := func(format string, args ...any) {
			t.Helper()
			t.Errorf("seed %d: "+format, append([]any{seed}, args...)...)
			t.Fatalf("before:\n%s\nafter:\n%s", worlds.Dump(before), worlds.Dump(after))
		}
		everything, full := w.with(func(int) bool { return true }), oracle.New(after...)
		for _, at := range w.times {
			for pair, set := range full.EffectiveAll(at) {
				if got := everything.Permissions(pair.Person, pair.Entity, at); got != set {
					failed("with all edits made %v has %b, and should have %b", pair, got, set)
				}
			}
		}
		for i := range p.Rows {
			r := &p.Rows[i]
			for _, part := range r.Parts {
				holds := func(is *oracle.World) (all, none bool) {
					all, none = true, true
					for _, who := range r.People {
						for _, e := range part.Entities {
							same := w.same(r, who, e, is)
							all, none = all && same, none && !same
						}
					}
					return all, none
				}
				judged++
				named := slices.Clone(part.Causes)
				for k, set := range append([][]int{part.Causes}, part.Also...) {
					if all, _ := holds(w.with(func(i int) bool { return slices.Contains(set, i) })); !all {
						failed("row %d: the edits %v do not suffice: %+v", i, set, *r)
					}
					for _, one := range set {
						if all, _ := holds(w.with(func(i int) bool { return i != one && slices.Contains(set, i) })); all {
							failed("row %d: edit %d of %v changes nothing: %+v", i, one, set, *r)
						}
					}
					rest := w.with(func(i int) bool { return !slices.Contains(named, i) })
					if k > 0 {
						also++
						named = append(named, set...)
						rest = w.with(func(i int) bool { return !slices.Contains(named, i) })
					}
					if all, none := holds(rest); k == len(part.Also) && !none || k < len(part.Also) && !all {
						failed("row %d: without %v: the same for all %t, for none %t: %+v", i, named, all, none, *r)
					}
				}
				for _, one := range part.Causes {
					if all, _ := holds(w.with(func(i int) bool { return i != one })); all && len(part.Also) == 0 {
						instead++ // others and the rest of the causes do the same together
					}
				}
			}
		}
	}
	t.Logf("%d causes were judged, and %d others that would have done; of %d edits others do the same together with the rest",
		judged, also, instead)
}

// distinctEnrolments names each enrolment of a group once, as the API's list does.
func distinctEnrolments(records []directory.Record) []directory.Record {
	out := slices.Clone(records)
	for i, r := range out {
		g, ok := r.(*directory.Group)
		if !ok {
			continue
		}
		fresh := *g
		fresh.Enrolments = nil
		for _, x := range g.Enrolments {
			if !slices.ContainsFunc(fresh.Enrolments, func(o directory.Enrolment) bool { return o.Name == x.Name }) {
				fresh.Enrolments = append(fresh.Enrolments, x)
			}
		}
		out[i] = &fresh
	}
	return out
}
