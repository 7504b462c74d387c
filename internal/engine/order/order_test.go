package order_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/order"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// kinds are the kinds in the order in which a GitSync applies them.
var kinds = []directory.Kind{
	directory.KindNamespace, directory.KindPlatform, directory.KindSystemDeny, directory.KindPermissionOverride, directory.KindPerson,
	directory.KindTerm, directory.KindGroup, directory.KindOrganisation, directory.KindCampus, directory.KindCourse,
	directory.KindModule, directory.KindSession, directory.KindTask, directory.KindRole, directory.KindRoleTemplate,
	directory.KindRoleBinding,
}

// between are the changes that lead from one world to another: those that declare, by their kinds, and those that delete.
func between(before, after []directory.Record) (changes []order.Change, later []directory.Change) {
	was, is := map[directory.ID]directory.Record{}, map[directory.ID]directory.Record{}
	for _, r := range before {
		was[r.ID()] = r
	}
	for _, r := range after {
		is[r.ID()] = r
		if old := was[r.ID()]; !reflect.DeepEqual(old, r) {
			changes = append(changes, order.Change{Change: directory.Upsert(r), Stage: slices.Index(kinds, r.ID().Kind), Fixed: old == nil})
		}
	}
	slices.SortStableFunc(changes, func(a, b order.Change) int { return a.Stage - b.Stage })
	for _, r := range before {
		if is[r.ID()] == nil {
			later = append(later, directory.Delete(r.ID()))
		}
	}
	return changes, later
}

// exposed says who has in a world what he has neither in another nor in a third.
func exposed(s, before, after *directory.Snapshot) string {
	for _, who := range s.People() {
		for _, a := range s.AccessOf(who, worlds.Now) {
			more := a.Effective &^ before.Permissions(who, a.Entity, worlds.Now) &^ after.Permissions(who, a.Entity, worlds.Now)
			if more != 0 {
				return fmt.Sprintf("%s may %v at %s", who, more.IDs(a.Entity.Level), a.Entity)
			}
		}
	}
	return ""
}

// TestNobodyIsExposed goes from one random world to another, in the order that is found and in that of the stages alone: after
// no change, be those of a step made in whatever order, has anybody what he has neither before nor after, unless the order says
// that it found none. Then there is none, but where something new keeps its stage.
func TestNobodyIsExposed(t *testing.T) {
	t.Parallel()
	n := uint64(800)
	if need.Long() {
		n = 20_000
	}
	var plainly, ordered, moved int
	for seed := range n {
		d := worlds.NewDice(seed)
		records := worlds.Random(d)
		before := directory.Build(records...)
		m, target := worlds.NewMutator(d), records
		for range 2 + d.IntN(6) {
			target = oracle.After(target, m.Change(target))
		}
		changes, later := between(records, target)
		o, ok := order.Of(before, changes, later, worlds.Now)
		if !ok {
			t.Fatalf("seed %d: given up", seed)
		}
		var all []int
		for _, step := range o.Steps {
			all = append(all, step...)
		}
		if slices.Sort(all); len(all) != len(changes) || len(slices.Compact(all)) != len(changes) {
			t.Fatalf("seed %d: %v are not all of %d changes", seed, o.Steps, len(changes))
		}
		goal, _ := before.With(append(plain(changes), later...)...)
		walk := func(steps [][]int) string {
			s := before
			for _, step := range steps {
				shuffled := slices.Clone(step)
				d.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
				for _, i := range shuffled {
					s, _ = s.With(changes[i].Change)
					if wrong := exposed(s, before, goal); wrong != "" {
						return fmt.Sprintf("%s after %v of %v", wrong, changes[i].Record(), step)
					}
				}
			}
			return ""
		}
		if walk([][]int{all}) != "" {
			plainly++
		}
		if len(o.Exposing) > 0 {
			ordered++
			fixed := slices.ContainsFunc(changes, func(c order.Change) bool { return c.Fixed })
			if clean := anyOrder(before, goal, changes, nil, before); !fixed && clean != nil {
				t.Errorf("seed %d: %v expose somebody in %v, and nobody is exposed in %v", seed, o.Exposing, o.Steps, clean)
			}
			continue
		}
		if !slices.IsSorted(slices.Concat(o.Steps...)) {
			moved++
		}
		if wrong := walk(o.Steps); wrong != "" {
			t.Fatalf("seed %d: %s\nin the order %v", seed, wrong, o.Steps)
		}
	}
	t.Logf("of %d pairs of worlds, somebody is exposed in %d by the stages alone, and in %d by the order; %d others are ordered anew",
		n, plainly, ordered, moved)
	if plainly <= ordered || moved == 0 {
		t.Error("the order is no better than the stages")
	}
}

func plain(changes []order.Change) []directory.Change {
	var out []directory.Change
	for _, c := range changes {
		out = append(out, c.Change)
	}
	return out
}

// anyOrder is an order in which nobody is exposed, tried one after the other; nil where there is none.
func anyOrder(before, goal *directory.Snapshot, changes []order.Change, done []int, at *directory.Snapshot) []int {
	if len(done) == len(changes) {
		return done
	}
	for i, c := range changes {
		if slices.Contains(done, i) {
			continue
		}
		next, _ := at.With(c.Change)
		if exposed(next, before, goal) != "" {
			continue
		}
		if found := anyOrder(before, goal, changes, append(slices.Clone(done), i), next); found != nil {
			return found
		}
	}
	return nil
}
