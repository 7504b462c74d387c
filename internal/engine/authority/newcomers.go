package authority

import (
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// newcomers judges the change for those whom it may come to reach: whoever comes
// into a group next has what the group carries, so that a role for a group
// without members is given today and not when somebody is enrolled (R22). Of what
// they lose what is sensitive counts: a superior's appointment is not taken back
// by somebody below while nobody is in office.
func (j *judgement) newcomers(places []directory.EntityKey) {
	if e, ok := one(j.change).(*directory.Entity); ok && !asksAtParent(j.before) {
		places = append(j.reselected(e.Key), e.Key)
	}
	for _, a := range j.arrivals() {
		if j.over() {
			return
		}
		if len(places) == 0 {
			for _, at := range j.times(a.before.AccessTransitions(j.now), a.after.AccessTransitions(j.now)) {
				directory.SideBySide(a.before.AccessOf(at), a.after.AccessOf(at), func(was, is *directory.Access) { j.arrives(a, at, was, is) })
			}
		}
		for _, e := range places {
			for _, at := range j.times(a.before.AccessTransitionsAt(e, j.now), a.after.AccessTransitionsAt(e, j.now)) {
				was, is := a.before.Access(e, at), a.after.Access(e, at)
				j.arrives(a, at, &was, &is)
			}
		}
	}
}

func (j *judgement) arrives(a arrival, at time.Time, was, is *directory.Access) {
	if j.whole[was.Entity] {
		return
	}
	who := "whoever joins group " + a.group.String()
	was = j.created.before(was, func(s *directory.Snapshot, e directory.EntityKey) directory.Access {
		return s.Newcomer(a.lists...).Access(e, at)
	})
	if gain(was, is) != 0 || len(moreIn(is, was)) > 0 {
		j.mayGain(j.powerAt(was.Entity), who, was, is)
	}
	lost, taken := loss(was, is), onlyIn(was, is)
	if isToCome(was.Entity) {
		return
	}
	if level := was.Entity.Level; sensitive(level, lost, taken) != 0 {
		j.mayTake(j.powerAt(was.Entity), who, held(was), takes(lost, taken, level))
	}
}

// arrival is what becomes of whoever comes into a group next.
type arrival struct {
	group directory.Key
	// lists are the groups that declare him: this one, and Listed ones above it.
	lists         []directory.Key
	before, after directory.Newcomer
	// outside says that he is in no other group, so that what compose keeps out it keeps out (R36), and undeclared that he has no
	// Person besides.
	outside, undeclared bool
}

// comer is whoever is declared by some groups.
func (a *arrival) comer(s *directory.Snapshot, lists ...directory.Key) directory.Newcomer {
	switch {
	case a.undeclared:
		return s.Undeclared(lists...)
	case a.outside:
		return s.Outsider(lists...)
	}
	return s.Newcomer(lists...)
}

// arrivals are the groups whose newcomers the change may give something.
func (j *judgement) arrivals() []arrival {
	if j.without(arriving) {
		return nil
	}
	if g, ok := one(j.change).(*directory.Group); ok {
		return j.arrivalsIn(g.Key, pairOf[directory.Group](j.change))
	}
	var groups []directory.Key
	for _, g := range j.subjects() {
		groups = append(groups, j.before.Feeders(g)...)
		groups = append(groups, j.after.Feeders(g)...)
	}
	return j.sameArrivals(groups)
}

// sameArrivals are people who are on the same lists before the change and after it.
func (j *judgement) sameArrivals(groups []directory.Key) []arrival {
	kinds := []arrival{{}}
	if (j.before.Composes() || j.after.Composes()) && !j.without(composing) {
		kinds = append(kinds, arrival{outside: true})
	}
	return j.arrivalsOf(groups, kinds)
}

// arrivalsOf are people of some kinds who are on the same lists before the change and after it.
func (j *judgement) arrivalsOf(groups []directory.Key, kinds []arrival) []arrival {
	slices.SortFunc(groups, directory.Key.Compare)
	var out []arrival
	for _, g := range slices.Compact(groups) {
		add := func(lists ...directory.Key) {
			for _, a := range kinds {
				a.group, a.lists = g, lists
				a.before, a.after = a.comer(j.before, lists...), a.comer(j.after, lists...)
				out = append(out, a)
			}
		}
		add(g)
		for _, s := range []*directory.Snapshot{j.before, j.after} {
			if lists := listedAbove(s, g); len(lists) > 0 {
				add(append(lists, g)...)
			}
		}
	}
	return out
}

// listedAbove are the Listed groups above a group, or above what includes it (R36). Whoever comes into it may be on
// their lists or not, so that both are looked at.
func listedAbove(s *directory.Snapshot, k directory.Key) []directory.Key {
	return slices.DeleteFunc(s.Carriers(k), func(above directory.Key) bool {
		rec, ok := s.Record(above.GroupID())
		return !ok || above == k || !rec.(*directory.Group).Listed
	})
}

// arrivalsIn are those of a group that changes, and of the groups below it.
func (j *judgement) arrivalsIn(k directory.Key, p pair[directory.Group]) []arrival {
	if p.before != nil && onlyMembers(p) {
		return j.entered(p)
	}
	out := j.sameArrivals(slices.Concat(j.before.Feeders(k), j.after.Feeders(k), j.settling(), j.unshut()))
	out = append(out, j.arrivalsOf(j.opened(), []arrival{{undeclared: true}})...)
	chooses := chooses(p)
	for i := range out {
		lists := out[i].lists
		others := slices.DeleteFunc(slices.Clone(lists), func(g directory.Key) bool { return g == k })
		if chooses { // also out of the groups below, it then no longer keeps whom it chooses
			out[i].after = out[i].comer(j.after, append(lists, k)...)
		}
		switch {
		case out[i].group != k:
		case p.after == nil:
			out[i].after = out[i].comer(j.after, others...)
		case chooses: // who had nothing to do with the group before
			out[i].before = out[i].comer(j.before, others...)
		case p.before == nil:
			// Whoever may create a group below another one may bring into it whom he may bring into that one.
			out[i].before = out[i].comer(j.before, append(others, p.after.Parent)...)
		}
	}
	if p.before != nil && p.after != nil { // whoever is entered together with another change
		out = append(out, j.entered(p)...)
	}
	return out
}

// chooses says whether a group has a selector that may choose people whom it did not choose before.
func chooses(p pair[directory.Group]) bool {
	return p.after != nil && !p.after.Selector.Empty() && (p.before == nil || !narrower(p.after.Selector, p.before.Selector))
}

// narrower says whether whoever a selector chooses is chosen by another one too.
// It may say no where that is so, but only because of how they are written.
func narrower(s, than *directory.Selector) bool {
	if than.Empty() {
		return s.Empty()
	}
	return !s.Empty() && !slices.ContainsFunc(than.Expressions, func(asked directory.Expression) bool {
		return !slices.ContainsFunc(s.Expressions, func(e directory.Expression) bool { return implies(e, asked) })
	})
}

// implies says whether one expression holds only where another one does.
func implies(e, other directory.Expression) bool {
	within := func(values, list []string) bool {
		return !slices.ContainsFunc(values, func(v string) bool { return !slices.Contains(list, v) })
	}
	switch {
	case e.Key != other.Key:
		return false
	case e.Operator == directory.In && other.Operator == directory.In:
		return within(e.Values, other.Values)
	case e.Operator == directory.NotIn && other.Operator == directory.NotIn:
		return within(other.Values, e.Values)
	case other.Operator == directory.Exists:
		return e.Operator == directory.Exists || e.Operator == directory.In
	case other.Operator == directory.NotIn:
		return e.Operator == directory.DoesNotExist
	}
	return e.Operator == other.Operator && e.Operator != directory.In
}

// subjects are the groups to which something is given by what changes, or by
// what the change bears on.
func (j *judgement) subjects() []directory.Key {
	var out []directory.Key
	for _, rec := range []directory.Record{j.change.Before, j.change.After} {
		switch r := rec.(type) {
		case *directory.RoleBinding:
			out = append(out, groupsAmong(r.Subjects)...)
		case *directory.Role:
			for _, e := range j.countsAt(r) {
				out = append(out, j.groupsAt(e)...)
			}
		case *directory.RoleTemplate:
			for _, e := range j.usesOf(r.Key) {
				out = append(out, j.groupsAt(e)...)
			}
		case *directory.Term:
			if j.without(retiming) {
				continue
			}
			for _, id := range j.before.NamingTerm(r.Key) {
				switch rec, _ := j.before.Record(id); r := rec.(type) {
				case *directory.RoleBinding:
					out = append(out, groupsAmong(r.Subjects)...)
				case *directory.Group:
					out = append(out, r.Key)
				}
			}
		case *directory.Entity:
			for _, e := range append(j.reselected(r.Key), r.Key) {
				out = append(out, j.groupsAt(e)...)
			}
			for _, child := range j.below(r.Key) { // whose roles may ask for one here (R6), or stand here (R35)
				out = append(out, j.groupsAt(child)...)
			}
		}
	}
	return out
}

func groupsAmong(subjects []directory.Subject) []directory.Key {
	var out []directory.Key
	for _, s := range subjects {
		if s.Kind == directory.KindGroup {
			out = append(out, directory.Key{Namespace: s.Namespace, Name: s.Name})
		}
	}
	return out
}

// reselected are the entities below one at which selections give something else than before.
func (j *judgement) reselected(e directory.EntityKey) []directory.EntityKey {
	return slices.DeleteFunc(j.below(e), func(x directory.EntityKey) bool { return j.before.SelectedAlike(j.after, x) })
}

func (j *judgement) groupsAt(e directory.EntityKey) []directory.Key {
	return slices.Concat(j.before.GroupsAt(e), j.after.GroupsAt(e))
}

func (j *judgement) usesOf(template directory.Key) []directory.EntityKey {
	return slices.Concat(j.before.TemplateUses(template), j.after.TemplateUses(template))
}

// whoever is a list of people or groups in a sentence.
func whoever(names []string) string {
	const most = 3
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) > most {
		return strings.Join(names[:most-1], ", ") + " and others"
	}
	return strings.Join(names, ", ")
}
