package directory

import (
	"reflect"
	"slices"
)

func (t *txn) setGroup(key Key, rec *Group) {
	i := t.names.groups.intern(key)
	g := t.group(i)
	old := g.rec
	g.rec = rec
	if old == nil && rec == nil {
		return
	}
	var was, is Group
	if old != nil {
		was = *old
	}
	if rec != nil {
		is = *rec
	}

	if (old == nil) != (rec == nil) {
		t.count.Groups += sign(rec != nil)
		n := t.namespace(t.names.namespaces.intern(key.Namespace))
		if rec != nil {
			n.groups = append(n.groups, i)
		} else {
			n.groups = drop(n.groups, i)
		}
		t.relink[i] = struct{}{}
		t.effects.appeared = append(t.effects.appeared, i)
	}
	t.effects.groups = append(t.effects.groups, i)
	if was.Parent != is.Parent || (old == nil) != (rec == nil) {
		t.setParent(i, is.Parent)
	}
	if (old == nil) != (rec == nil) || !reflect.DeepEqual(was.AllowedSubgroups, is.AllowedSubgroups) {
		for _, c := range g.children {
			t.relink[c] = struct{}{}
		}
	}
	if was.Listed != is.Listed {
		t.relisted[i] = struct{}{}
	}
	t.setMembers(i, was.Members, is.Members)
	if !reflect.DeepEqual(was.Selector, is.Selector) {
		t.reselect[i] = struct{}{}
		if is.Selector.Empty() {
			t.selecting = without(t.selecting, i)
		} else {
			t.selecting = with(t.selecting, i)
		}
	}
	if !reflect.DeepEqual(was.Enrolments, is.Enrolments) {
		t.setEnrolments(i, key.Namespace, was.Enrolments, is.Enrolments)
	}
}

func (t *txn) setParent(i uint32, named Key) {
	g := t.group(i)
	parent := uint32(none)
	if g.rec != nil && named.Name != "" {
		parent = t.names.groups.intern(named)
	}
	if parent == g.parent {
		return
	}
	if g.parent != none {
		p := t.group(g.parent)
		p.children = drop(p.children, i)
		t.effects.groups = append(t.effects.groups, g.parent)
	}
	if parent != none {
		p := t.group(parent)
		p.children = append(p.children, i)
		t.effects.groups = append(t.effects.groups, parent)
	}
	g.parent = parent
	t.relink[i] = struct{}{}
}

// setMembers tells the people whose entries differ. Lists are mostly edited in
// one place, so what is alike at both ends is passed over first.
func (t *txn) setMembers(g uint32, was, is []Member) {
	for len(was) > 0 && len(is) > 0 && was[0] == is[0] {
		was, is = was[1:], is[1:]
	}
	for len(was) > 0 && len(is) > 0 && was[len(was)-1] == is[len(is)-1] {
		was, is = was[:len(was)-1], is[:len(is)-1]
	}
	if len(was)+len(is) == 0 {
		return
	}
	const absent = MemberState(0xff)
	states := make(map[string][2]MemberState, len(was)+len(is))
	for _, m := range was {
		states[m.Name] = [2]MemberState{m.State, absent}
	}
	for _, m := range is {
		s, ok := states[m.Name]
		if !ok {
			s[0] = absent
		}
		s[1] = m.State
		states[m.Name] = s
	}
	var joined, left []uint32
	for name, s := range states {
		if s[0] == s[1] {
			continue // its role within the group may differ, which changes no access
		}
		person := t.names.people.intern(name)
		p := t.person(person)
		if list := p.entries(s[0]); list != nil {
			*list = without(*list, g)
		}
		if list := p.entries(s[1]); list != nil {
			*list = with(*list, g)
		}
		if s[0] == MemberActive {
			left = append(left, person)
		}
		if s[1] == MemberActive {
			joined = append(joined, person)
		}
		t.recount[person] = struct{}{}
		t.repathed[person] = struct{}{}
	}
	node := t.group(g)
	node.active = change(node.active, sorted(left), sorted(joined))
}

// entries are the groups that list the person in a state; nil where there is no such state.
func (p *person) entries(state MemberState) *[]uint32 {
	switch state {
	case MemberActive:
		return &p.active
	case MemberRemoved:
		return &p.removed
	case MemberPending, MemberInactive:
		return &p.idle
	}
	return nil
}

// change returns a sorted list less some, plus others (all sorted).
func change(list, less, plus []uint32) []uint32 {
	out := make([]uint32, 0, len(list)+len(plus))
	for _, x := range list {
		if _, gone := slices.BinarySearch(less, x); !gone {
			out = append(out, x)
		}
	}
	return sorted(append(out, plus...))
}

func (t *txn) setEnrolments(g uint32, ns string, was, is []Enrolment) {
	key := t.names.groups.key(g)
	id := ID{KindGroup, key.Namespace, key.Name}
	for _, e := range was {
		n := t.entity(t.names.entities.intern(e.Entity.In(ns)))
		n.enrolling = drop(n.enrolling, g)
		i := t.names.entities.intern(e.Entity.In(ns))
		t.recompile[i] = struct{}{}
		t.effects.sources = append(t.effects.sources, grantSource{i, nil, []uint32{g}})
		t.forget(spanOf(e.Window), id)
		t.refer(e.Role, ns, g, false, true)
	}
	for _, e := range is {
		i := t.names.entities.intern(e.Entity.In(ns))
		n := t.entity(i)
		if !slices.Contains(n.enrolling, g) {
			n.enrolling = append(n.enrolling, g)
		}
		t.recompile[i] = struct{}{}
		t.effects.sources = append(t.effects.sources, grantSource{i, nil, []uint32{g}})
		t.remember(spanOf(e.Window), id)
		t.refer(e.Role, ns, g, true, true)
	}
}
