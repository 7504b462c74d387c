package directory

import (
	"cmp"
	"reflect"
	"slices"
)

func (t *txn) setGroup(key Key, rec *Group) {
	i := t.names.groups.intern(key)
	g := t.group(i)
	old := g.rec
	g.rec = rec
	dated := g.dated
	g.dated = t.timetable().dated(rec)
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
		t.restructured(i)
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
		t.restructured(i)
	}
	t.setCompose(i, &was.Compose, &is.Compose)
	if !reflect.DeepEqual(was.Selector, is.Selector) {
		t.reselect[i] = struct{}{}
		t.restructured(i)
		if is.Selector.Empty() {
			t.selecting = without(t.selecting, i)
		} else {
			t.selecting = with(t.selecting, i)
		}
	}
	t.nameTerms(was.Terms(), is.Terms(), i, func(x *term) *[]uint32 { return &x.groups })
	empty := &Group{Key: key}
	t.retime(i, cmp.Or(dated, empty), cmp.Or(g.dated, empty))
}

// retime has the memberships, windows and grants of a group follow its entries and enrolments, which
// are dated in both.
func (t *txn) retime(i uint32, was, is *Group) {
	key := t.names.groups.key(i)
	t.setMembers(i, was.Members, is.Members)
	t.setWindows(key.GroupID(), was, is)
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
	allWas, allIs := was, is
	for len(was) > 0 && len(is) > 0 && was[0] == is[0] {
		was, is = was[1:], is[1:]
	}
	for len(was) > 0 && len(is) > 0 && was[len(was)-1] == is[len(is)-1] {
		was, is = was[:len(was)-1], is[:len(is)-1]
	}
	if len(was)+len(is) == 0 {
		return
	}
	// Somebody with several entries has others, it may be, in what was passed over.
	listings := make(map[string]*[2]listing, len(was)+len(is))
	for _, list := range [2][]Member{was, is} {
		for i := range list {
			listings[list[i].Name] = &[2]listing{}
		}
	}
	for side, list := range [2][]Member{allWas, allIs} {
		for i := range list {
			if s := listings[list[i].Name]; s != nil {
				s[side].add(&list[i])
			}
		}
	}
	var joined, left []uint32
	for name, s := range listings {
		before, after := s[0].settled(g), s[1].settled(g)
		if before.same(after) {
			continue // a role within the group may differ, which changes no access
		}
		person := t.names.people.intern(name)
		after.put(t.person(person), g)
		if before.active {
			left = append(left, person)
		}
		if after.active {
			joined = append(joined, person)
		}
		t.recount[person] = struct{}{}
		t.repathed[person] = struct{}{}
	}
	node := t.group(g)
	node.active = change(node.active, sorted(left), sorted(joined))
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

// setWindows keeps the moments at which entries (R12a) and enrolments (R19) of a group begin and
// end. Several may have one in common, so that all go before any comes.
func (t *txn) setWindows(id ID, was, is *Group) {
	if slices.Equal(was.spans(), is.spans()) {
		return
	}
	for _, s := range was.spans() {
		t.forget(s, id)
	}
	for _, s := range is.spans() {
		t.remember(s, id)
	}
}

// spans are those of the entries and enrolments that have windows.
func (g *Group) spans() []span {
	var out []span
	for i := range g.Members {
		if m := &g.Members[i]; m.Window != (Window{}) {
			out = append(out, m.span())
		}
	}
	for i := range g.Enrolments {
		out = append(out, spanOf(g.Enrolments[i].Window))
	}
	return out
}

func (t *txn) setEnrolments(g uint32, ns string, was, is []Enrolment) {
	for n := range max(len(was), len(is)) {
		t.setSelection(selectionKey{true, t.names.groups.key(g), n}, t.enrolmentSelection(g, ns, is, n))
	}
	for _, e := range was {
		if e.Selects != nil {
			t.refer(e.Role, ns, g, false, true)
			continue
		}
		n := t.entity(t.names.entities.intern(e.Entity.In(ns)))
		n.enrolling = drop(n.enrolling, g)
		i := t.names.entities.intern(e.Entity.In(ns))
		t.recompile[i] = struct{}{}
		t.effects.sources = append(t.effects.sources, grantSource{i, nil, []uint32{g}})
		t.refer(e.Role, ns, g, false, true)
	}
	for _, e := range is {
		if e.Selects != nil {
			t.refer(e.Role, ns, g, true, true)
			continue
		}
		i := t.names.entities.intern(e.Entity.In(ns))
		n := t.entity(i)
		if !slices.Contains(n.enrolling, g) {
			n.enrolling = append(n.enrolling, g)
		}
		t.recompile[i] = struct{}{}
		t.effects.sources = append(t.effects.sources, grantSource{i, nil, []uint32{g}})
		t.refer(e.Role, ns, g, true, true)
	}
}

// enrolmentSelection is what the enrolment at a place of a group's list selects; nil where there is none, or it names an entity.
func (t *txn) enrolmentSelection(g uint32, ns string, list []Enrolment, n int) *selection {
	if n >= len(list) || list[n].Selects == nil {
		return nil
	}
	e := &list[n]
	sel := t.newSelection(ns, e.Selects, e.Role, e.Term, e.Window)
	sel.id, sel.number, sel.enrolment = t.names.groups.key(g).GroupID(), g, e.Name
	sel.groups = []uint32{g}
	return sel
}
