package directory

import (
	"provost.dev/provost/internal/engine/catalogue"
)

func (t *txn) setEntity(key EntityKey, rec *Entity) {
	i := t.names.entities.intern(key)
	e := t.entity(i)
	old := e.rec
	e.rec = rec
	t.named(ownerOf(old), ownerOf(rec))
	t.nameTerms(termOf(old), termOf(rec), i, func(x *term) *[]uint32 { return &x.entities })
	t.askBelow(i, old, rec)
	if (old == nil) != (rec == nil) {
		counts := make(map[catalogue.Level]int, catalogue.LevelCount)
		for l, n := range t.count.Entities {
			counts[l] = n
		}
		counts[key.Level] += sign(rec != nil)
		t.count.Entities = counts
		if key.Level == catalogue.Organisation {
			n := t.namespace(e.namespace)
			if rec != nil {
				n.organisations = append(n.organisations, i)
			} else {
				n.organisations = drop(n.organisations, i)
			}
		}
		t.effects.moved = append(t.effects.moved, i)
	}
	parent := uint32(none)
	if rec != nil && rec.Parent.Name != "" && key.Level.MayStandUnder(rec.Parent.Level) {
		parent = t.names.entities.intern(rec.Parent.In(key.Namespace))
	}
	if parent == e.parent {
		return
	}
	if e.parent != none {
		p := t.entity(e.parent)
		p.children = drop(p.children, i)
		t.effects.entities = append(t.effects.entities, e.parent)
	}
	if parent != none {
		p := t.entity(parent)
		p.children = append(p.children, i)
		t.effects.entities = append(t.effects.entities, parent)
	}
	e.parent = parent
	t.effects.moved = append(t.effects.moved, i)
	// The rules of its roles may look at the parent (R6).
	t.recompile[i] = struct{}{}
}

func (t *txn) setRole(key Key, rec *Role) {
	i := t.names.roles.intern(key)
	r := t.role(i)
	if r.rec != nil {
		t.count.Roles--
	}
	if r.entity != none {
		t.define(i, r, without)
		e := t.entity(r.entity)
		e.roles = drop(e.roles, i)
		t.recompile[r.entity] = struct{}{}
	}
	if rec != nil && rec.Type == RoleSystem {
		rec = nil // a projection: never read (R4)
	}
	r.rec, r.entity, r.set = rec, none, 0
	t.effects.roles = append(t.effects.roles, i)
	if rec == nil {
		return
	}
	t.count.Roles++
	r.set, _ = rec.Level.Parse(rec.Permissions)
	if rec.Entity.Name != "" {
		r.entity = t.names.entities.intern(rec.Entity.In(key.Namespace))
		e := t.entity(r.entity)
		e.roles = append(e.roles, i)
		t.recompile[r.entity] = struct{}{}
		t.define(i, r, with)
	}
}

func (t *txn) setTemplate(key Key, rec *RoleTemplate) {
	i := t.names.templates.intern(key)
	x := t.template(i)
	if (x.rec == nil) != (rec == nil) {
		t.count.Templates += sign(rec != nil)
	}
	x.rec = rec
	// What somebody may do need not differ for it: another source may give the same.
	for _, b := range x.uses {
		node := t.bindings.at(b)
		if sel, ok := t.selectionOf(selectionKey{key: t.names.bindings.key(b)}); ok {
			t.renewSelection(sel)
			continue
		}
		t.recompile[node.entity] = struct{}{}
		t.resource(node, nil)
	}
	for _, g := range x.enrolling {
		for n, e := range t.groups.at(g).rec.Enrolments {
			if sel, ok := t.selectionOf(selectionKey{true, t.names.groups.key(g), n}); ok {
				t.renewSelection(sel)
				continue
			}
			i := t.names.entities.intern(e.Entity.In(t.names.groups.key(g).Namespace))
			t.recompile[i] = struct{}{}
			t.effects.sources = append(t.effects.sources, grantSource{i, nil, []uint32{g}})
		}
	}
	t.effects.templates = append(t.effects.templates, i)
}

// refer keeps the lists of who refers to a role's or a template's name: a binding, or a group by an enrolment.
func (t *txn) refer(ref RoleRef, ns string, from uint32, add, enrolment bool) {
	edit := func(list []uint32) []uint32 {
		if add {
			return append(list, from)
		}
		return drop(list, from)
	}
	switch {
	case ref.Template:
		keys := []Key{{ns, ref.Name}}
		if ns != SystemNamespace {
			keys = append(keys, Key{SystemNamespace, ref.Name})
		}
		for _, k := range keys {
			x := t.template(t.names.templates.intern(k))
			if enrolment {
				x.enrolling = edit(x.enrolling)
			} else {
				x.uses = edit(x.uses)
			}
		}
	case catalogue.SystemRole(ref.Name) == nil:
		r := t.role(t.names.roles.intern(Key{ns, ref.Name}))
		if enrolment {
			r.enrolling = edit(r.enrolling)
		} else {
			r.uses = edit(r.uses)
		}
	}
}

func (t *txn) setBinding(key Key, rec *RoleBinding) {
	i := t.names.bindings.intern(key)
	id := ID{KindRoleBinding, key.Namespace, key.Name}
	old := t.bindings.at(i)
	t.nameTerms(old.terms(), rec.terms(), i, func(x *term) *[]uint32 { return &x.bindings })
	t.setSelection(selectionKey{key: key}, t.bindingSelection(i, rec))
	if old != nil {
		t.unbind(i, old)
		t.forget(old.span, id)
		t.refer(old.rec.Role, key.Namespace, i, false, false)
		t.count.Bindings--
	}
	if rec == nil {
		t.bindings.set(i, nil)
		t.resource(old, nil)
		return
	}
	b := &binding{rec: rec, entity: none}
	b.span, _ = t.timetable().span(rec.Term, rec.Window)
	b.people, b.groups = t.subjects(rec.Subjects, key.Namespace)
	t.bindings.set(i, b)
	if rec.Selects == nil {
		b.entity = t.names.entities.intern(rec.Entity.In(key.Namespace))
		e := t.entity(b.entity)
		e.bindings = append(e.bindings, i)
		t.recompile[b.entity] = struct{}{}
	}
	t.remember(b.span, id)
	t.refer(rec.Role, key.Namespace, i, true, false)
	t.count.Bindings++
	t.resource(old, b)
}

// unbind takes a binding from the entity that it names; one that selects names none.
func (t *txn) unbind(i uint32, old *binding) {
	if old.entity == none {
		return
	}
	e := t.entity(old.entity)
	e.bindings = drop(e.bindings, i)
	t.recompile[old.entity] = struct{}{}
}

// bindingSelection is what a binding selects; nil where it selects nothing.
func (t *txn) bindingSelection(i uint32, rec *RoleBinding) *selection {
	if rec == nil || rec.Selects == nil {
		return nil
	}
	sel := t.newSelection(rec.Key.Namespace, rec.Selects, rec.Role, rec.Term, rec.Window)
	sel.id, sel.number = rec.ID(), i
	sel.people, sel.groups = t.subjects(rec.Subjects, rec.Key.Namespace)
	return sel
}

func (t *txn) newSelection(ns string, s *EntitySelector, ref RoleRef, named Key, dates Window) *selection {
	is, _ := t.timetable().span(named, dates)
	return &selection{
		EntitySelector: s, under: t.names.entities.intern(s.Under.In(ns)), namespace: t.names.namespaces.intern(ns),
		role: ref, window: t.timetable().window(named, dates), term: named, span: is,
	}
}

// resource notes the people and groups who have, or no longer have, a source of
// access that they had not, or had, before. What they may do need not differ
// for it: another binding may give the same.
func (t *txn) resource(old, b *binding) {
	if old != nil && b != nil && old.entity != none && old.entity == b.entity && old.rec.Role == b.rec.Role && old.span == b.span {
		t.effects.sources = append(t.effects.sources, grantSource{b.entity, either(old.people, b.people), either(old.groups, b.groups)})
		return
	}
	for _, x := range []*binding{old, b} {
		if x != nil && x.entity != none {
			t.effects.sources = append(t.effects.sources, grantSource{x.entity, x.people, x.groups})
		}
	}
}

// subjects are the numbers of a list of subjects. A group without a namespace is one of ns.
func (t *txn) subjects(list []Subject, ns string) (people, groups []uint32) {
	for _, s := range list {
		if s.Kind == KindPerson {
			people = append(people, t.names.people.intern(s.Name))
			continue
		}
		k := Key{s.Namespace, s.Name}
		if k.Namespace == "" {
			k.Namespace = ns
		}
		groups = append(groups, t.names.groups.intern(k))
	}
	for _, p := range people {
		if t.people.at(p) == nil {
			t.person(p) // somebody whom a manifest names is known
		}
	}
	return sorted(people), sorted(groups)
}

func (t *txn) setOverride(key Key, rec *PermissionOverride) {
	i := t.names.overrides.intern(key)
	id := ID{KindPermissionOverride, key.Namespace, key.Name}
	if old := t.overrides.at(i); old != nil {
		e := t.entity(old.entity)
		e.overrides = drop(e.overrides, i)
		t.recompile[old.entity] = struct{}{}
		t.forget(old.span, id)
		t.effects.overrides = append(t.effects.overrides, pair{old.person, old.entity})
		t.count.Overrides--
	}
	if rec == nil {
		t.overrides.set(i, nil)
		return
	}
	o := &override{rec: rec, person: t.names.people.intern(rec.Person), entity: t.names.entities.intern(rec.Entity.In(key.Namespace)),
		span: spanOf(rec.Window)}
	o.set, _ = rec.Entity.Level.Parse(rec.Permissions)
	t.overrides.set(i, o)
	t.person(o.person)
	e := t.entity(o.entity)
	e.overrides = append(e.overrides, i)
	t.recompile[o.entity] = struct{}{}
	t.remember(o.span, id)
	t.effects.overrides = append(t.effects.overrides, pair{o.person, o.entity})
	t.count.Overrides++
}

func (t *txn) setDeny(name string, rec *SystemDeny) {
	i := t.names.denies.intern(name)
	id := ID{Kind: KindSystemDeny, Name: name}
	t.denied = true
	if old := t.denials.at(i); old != nil {
		t.forget(old.span, id)
		t.effects.denies = append(t.effects.denies, old)
		for _, p := range old.people {
			t.person(p).denies--
		}
		t.count.Denies--
	}
	if rec == nil {
		t.denials.set(i, nil)
		return
	}
	d := &denial{rec: rec, entity: none, span: spanOf(rec.Window)}
	d.people, d.groups = t.subjects(rec.Subjects, "")
	for _, p := range d.people {
		t.person(p).denies++
	}
	for _, l := range catalogue.Levels() {
		d.sets[l], _ = l.Parse(rec.Permissions)
	}
	for _, n := range rec.Scope.Namespaces {
		d.namespaces = append(d.namespaces, t.names.namespaces.intern(n))
	}
	d.namespaces = sorted(d.namespaces)
	if rec.Scope.Entity != nil {
		d.entity = t.names.entities.intern(*rec.Scope.Entity)
	}
	t.denials.set(i, d)
	t.remember(d.span, id)
	t.effects.denies = append(t.effects.denies, d)
	t.count.Denies++
}
