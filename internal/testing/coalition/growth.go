package coalition

import (
	"fmt"
	"slices"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// Growth says what some people's power has in one world that it had not in an
// earlier one, over whatever is not their own making; nothing where it is within.
func Growth(before, after *World, people []string, made map[directory.ID]bool, names ...directory.EntityKey) string {
	was, is := Of(before, people, append(names, gone(after, before)...)...), Of(after, people, append(names, gone(before, after)...)...)
	for _, k := range sortedEntities(is.at) {
		had, has := was.at[k], is.at[k]
		switch {
		case made[k.ID()] || had == nil:
			continue
		case has.whole && !had.whole:
			return fmt.Sprintf("they came to have the whole of %s", k)
		case has.gives&^had.gives != 0:
			return fmt.Sprintf("they came to be able to give %v at %s", (has.gives &^ had.gives).IDs(k.Level), k)
		}
		for _, who := range after.s.People() {
			if wrong := growthOver(before, after, had, has, who, k); wrong != "" {
				return wrong
			}
		}
	}
	for k, rank := range is.rank {
		if had, known := was.rank[k]; known && rank > had && !made[(&directory.Group{Key: k}).ID()] {
			return fmt.Sprintf("they came to have rank %d in group %s", rank, k)
		}
	}
	return ""
}

// growthOver is what more they may give to one person, or whether they may take from him now.
func growthOver(before, after *World, had, has *reach, who string, k directory.EntityKey) string {
	var free, was catalogue.Set
	for _, at := range after.times() {
		free |= has.gives &^ after.denied(who, k, at)
	}
	denied := before.denied
	if had.anew {
		denied = before.deniedAnywhere
	}
	for _, at := range before.times() {
		was |= had.gives &^ denied(who, k, at)
	}
	if more := free &^ was; more != 0 {
		return fmt.Sprintf("%s can be given %v at %s, which a deny took", who, more.IDs(k.Level), k)
	}
	owner, _ := after.belongs(k)
	oldOwner, _ := before.belongs(k)
	holds := heldAtAnyTime(after, who, k)
	if holds != 0 && has.takes(k, owner, holds) && !had.takes(k, oldOwner, heldAtAnyTime(before, who, k)|holds) {
		return fmt.Sprintf("they came to be able to take from %s at %s", who, k)
	}
	return ""
}

func heldAtAnyTime(w *World, who string, k directory.EntityKey) catalogue.Set {
	var set catalogue.Set
	for _, at := range w.times() {
		a := w.s.Access(who, k, at)
		set |= held(&a)
	}
	return set
}

// gone are the entities of one world that another one has not.
func gone(from, to *World) []directory.EntityKey {
	var out []directory.EntityKey
	each(from, func(e *directory.Entity) {
		if to.entity(e.Key) == nil {
			out = append(out, e.Key)
		}
	})
	return out
}

func sortedEntities(m map[directory.EntityKey]*reach) []directory.EntityKey {
	var out []directory.EntityKey
	for k := range m {
		out = append(out, k)
	}
	slices.SortFunc(out, directory.EntityKey.Compare)
	return out
}
