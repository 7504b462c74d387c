package authority

import (
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/directory"
)

// denies refuses to let anybody go from a SystemDeny, in force or to come (R21):
// whom and what it names, through its groups, their parents and the scope, is for
// platform administrators, whatever anybody holds at the moment. Otherwise one
// would take away what it denies, leave it, and give it back. Taking people in is
// judged by effect, like any other change.
func (j *judgement) denies() {
	var list []string
	for _, d := range j.before.Denies() {
		rec, _ := j.before.Record(directory.ID{Kind: directory.KindSystemDeny, Name: d})
		if end := rec.(*directory.SystemDeny).Window.NotAfter; end.IsZero() || end.After(j.now) {
			list = append(list, d)
		}
	}
	if len(list) == 0 || j.without(lettingGo) {
		return
	}
	j.peopleLetGo(list)
	switch r := one(j.change).(type) {
	case *directory.Group:
		j.groupsLetGo(list, r.Key, pairOf[directory.Group](j.change))
	case *directory.Entity:
		j.entitiesLetGo(r.Key)
	}
}

// letGo notes who would be let go by a deny.
func (j *judgement) letGo(deny string, who []string) {
	if len(who) > 0 {
		j.need(fmt.Sprintf("would let %s go from SystemDeny %s, which only platform administrators may", whoever(who), deny))
	}
}

func (j *judgement) peopleLetGo(denies []string) {
	for _, d := range denies {
		var who []string
		for m := range j.delta.Memberships() {
			if len(m.Left)+len(m.Possible) > 0 && j.leaves(d, m.Person) {
				who = append(who, m.Person)
			}
		}
		j.letGo(d, who)
	}
}

// leaves says whether the change lets somebody go from a deny, now or at a later moment: an entry in a
// denied group that is to end next week lets go then (R12a).
func (j *judgement) leaves(deny, who string) bool {
	for _, at := range j.times(j.before.MembershipTransitions(who, j.now), j.after.MembershipTransitions(who, j.now)) {
		if j.before.Denied(deny, who, at) && !j.after.Denied(deny, who, at) {
			return true
		}
	}
	return false
}

// groupsLetGo looks at those who may come into a group that changes, or into one below it.
func (j *judgement) groupsLetGo(denies []string, k directory.Key, p pair[directory.Group]) {
	if p.before != nil && onlyMembers(p) {
		return
	}
	all := j.sameArrivals(slices.Concat(j.before.Feeders(k), j.after.Feeders(k), j.settling()))
	if p.before != nil && !p.before.Selector.Empty() && (p.after == nil || !narrower(p.before.Selector, p.after.Selector)) {
		all = append(all, j.unchosen(k, all)...)
	}
	for _, d := range denies {
		var who []string
		for _, a := range all {
			gone := a.group == k && (p.after == nil || restricts(p))
			if a.before.Denied(d) && (gone || !a.after.Denied(d)) {
				who = append(who, "whoever joins group "+a.group.String())
			}
		}
		j.letGo(d, who)
	}
}

// unchosen are those whom the group's selector may have chosen and chooses no
// longer, by themselves and in the groups below, out of which a Listed group
// then keeps them.
func (j *judgement) unchosen(k directory.Key, in []arrival) []arrival {
	var out []arrival
	for _, a := range in {
		others := slices.DeleteFunc(slices.Clone(a.lists), func(g directory.Key) bool { return g == k })
		a.before, a.after = a.comer(j.before, append(others, k)...), a.comer(j.after, others...)
		out = append(out, a)
	}
	return out
}

// entitiesLetGo looks at an entity that changes and at all below it.
func (j *judgement) entitiesLetGo(e directory.EntityKey) {
	out := map[string][]string{}
	for _, x := range append(j.below(e), e) {
		if !exists(j.before, x.ID()) || !exists(j.after, x.ID()) {
			continue
		}
		covers := j.after.DeniesAt(x)
		for _, d := range j.before.DeniesAt(x) {
			if !slices.Contains(covers, d) {
				out[d] = append(out[d], name(x))
			}
		}
	}
	for _, d := range sortedKeys(out) {
		j.letGo(d, out[d])
	}
}

func sortedKeys(m map[string][]string) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.SortFunc(out, strings.Compare)
	return out
}
