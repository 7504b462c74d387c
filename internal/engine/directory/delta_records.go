package directory

import (
	"slices"

	"provost.dev/provost/internal/engine/catalogue"
)

// dependents gathers the records of a snapshot of which something in the status bears on what
// was changed: those that refer to it and those that it refers to.
type dependents struct {
	s   *Snapshot
	out map[ID]struct{}
}

func (p *part) records(out map[ID]struct{}) {
	t := &p.effects
	for _, id := range t.changed {
		out[id] = struct{}{}
	}
	// Where somebody's access may differ, so may the namespaces that the status of the Person names.
	p.keys(map[[2]string]struct{}{}, func(person, _ string) bool {
		out[ID{Kind: KindPerson, Name: person}] = struct{}{}
		return true
	})
	for _, s := range [2]*Snapshot{p.before, p.after} {
		r := dependents{s, out}
		r.collect(t)
		// How many people there are may have changed with anything.
		r.deniesOf(func(d *denial) bool { return d.rec.Everyone })
	}
	out[ID{KindPlatform, "", PlatformName}] = struct{}{}
}

func (r dependents) collect(t *effects) {
	for _, i := range t.subjectStates {
		r.naming(i)
		r.composing(i)
	}
	if t.everyone {
		for i := range all(r.s.people) {
			r.naming(i)
		}
	}
	for _, m := range t.members {
		r.out[ID{Kind: KindPerson, Name: r.s.names.people.key(m.person)}] = struct{}{}
		for _, list := range m.lists() {
			for _, g := range list {
				r.group(g)
				r.namers(g)
				r.sourcesThrough(g, func(e uint32) {
					r.overridesAt(e, m.person)
					r.overridesOfChildren(e)
				})
			}
		}
	}
	for _, i := range t.repathed {
		r.composing(i)
		if p := r.s.people.at(i); p != nil {
			for _, g := range p.groups {
				r.group(g)
			}
		}
	}
	for _, g := range t.groups {
		r.group(g)
	}
	for _, g := range t.appeared {
		r.sourcesThrough(g, nil)
	}
	for _, e := range t.entities {
		r.entity(e)
	}
	r.moved(t.moved)
	for _, e := range t.regranted {
		r.at(e)
		r.overridesOfChildren(e)
	}
	r.selected(t)
	for _, g := range t.sources {
		r.at(g.entity)
		r.overridesOfChildren(g.entity)
	}
	for _, o := range t.overrides {
		r.overridesAt(o.entity, o.person)
	}
	for _, i := range t.roles {
		r.role(i)
	}
	for _, i := range t.named {
		r.deniesOf(func(d *denial) bool { return contains(d.people, i) })
	}
	for _, n := range t.spaces {
		r.deniesOf(func(d *denial) bool { return contains(d.namespaces, n) })
	}
	r.terms(t)
	for _, i := range t.templates {
		if x := r.s.templates.at(i); x != nil {
			r.uses(x.uses, x.enrolling)
		}
	}
}

// selected adds what bears on selections that came, went or give something else, and on entities that others may reach now.
func (r dependents) selected(t *effects) {
	for _, sel := range t.selections {
		r.selection(sel)
		r.reachedBy(sel, func(e uint32) {
			r.at(e)
			r.overridesOfChildren(e)
		})
	}
	for _, e := range t.asked {
		r.over(e)
	}
}

// moved adds what says something of entities that came, went or moved, and of those below them.
func (r dependents) moved(entities []uint32) {
	for _, e := range entities {
		r.at(e)
		r.s.below(e, func(c uint32) { // what stands above may make the ownership (R2), and have what roles ask for (R35)
			r.entity(c)
			if node := r.s.entities.at(c); node != nil {
				for _, i := range node.roles {
					r.add(KindRole, r.s.names.roles.key(i))
				}
			}
		})
		if node := r.s.entities.at(e); node != nil {
			for _, c := range node.children {
				r.at(c)
			}
			if node.parent != none {
				r.entity(node.parent)
			}
		}
		r.deniesOf(func(d *denial) bool { return d.entity == e })
	}
}

func (r dependents) add(k Kind, key Key) { r.out[ID{k, key.Namespace, key.Name}] = struct{}{} }

func (r dependents) group(g uint32) { r.add(KindGroup, r.s.names.groups.key(g)) }

// namers adds the groups that are made of a group: whom they declare hangs on who is a member of it (R36).
func (r dependents) namers(g uint32) {
	if node := r.s.groups.at(g); node != nil {
		for _, by := range node.namers {
			r.group(by)
		}
	}
}

// composing adds the groups that may declare a person otherwise than before, where groups are made of others (R36).
func (r dependents) composing(i uint32) {
	p := r.s.people.at(i)
	if p == nil || len(r.s.composing) == 0 {
		return
	}
	for _, list := range [4][]uint32{p.active, p.selected, p.dormant, p.groups} {
		for _, g := range list {
			r.group(g)
			r.namers(g)
		}
	}
}

func (r dependents) entity(e uint32) { r.out[r.s.names.entities.key(e).ID()] = struct{}{} }

func (r dependents) binding(b uint32) {
	key := r.s.names.bindings.key(b)
	r.add(KindRoleBinding, key)
	if node := r.s.bindings.at(b); node != nil {
		r.reference(node.rec.Role, key.Namespace)
	}
}

// terms adds the terms that are open at other times than before, with what names them, and those that other things name.
func (r dependents) terms(t *effects) {
	for _, i := range t.terms {
		r.term(i)
	}
	for _, i := range t.counted {
		r.add(KindTerm, r.s.names.terms.key(i))
	}
}

// term adds a term and what names it.
func (r dependents) term(i uint32) {
	k := r.s.names.terms.key(i)
	r.add(KindTerm, k)
	for _, id := range r.s.NamingTerm(k) {
		r.out[id] = struct{}{}
	}
}

func (r dependents) reference(ref RoleRef, ns string) {
	switch {
	case ref.Template:
		r.add(KindRoleTemplate, Key{ns, ref.Name})
		r.add(KindRoleTemplate, Key{SystemNamespace, ref.Name})
	case catalogue.SystemRole(ref.Name) != nil:
		r.add(KindRole, Key{SystemNamespace, ref.Name})
	default:
		r.add(KindRole, Key{ns, ref.Name})
	}
}

func (r dependents) enrolling(g uint32) {
	r.group(g)
	if node := r.s.groups.at(g); node != nil && node.rec != nil {
		for _, e := range node.rec.Enrolments {
			r.reference(e.Role, node.rec.Key.Namespace)
		}
	}
}

func (r dependents) uses(bindings, groups []uint32) {
	for _, b := range bindings {
		r.binding(b)
	}
	for _, g := range groups {
		r.enrolling(g)
	}
}

// at adds an entity and all that is said about it.
func (r dependents) at(e uint32) {
	r.entity(e)
	node := r.s.entities.at(e)
	if node == nil {
		return
	}
	r.uses(node.bindings, node.enrolling)
	for _, sel := range r.s.selectionsAt(e) {
		r.selection(r.s.selections.at(sel))
	}
	for _, i := range slices.Concat(node.roles, r.s.world().rolesAbove(e)) {
		r.add(KindRole, r.s.names.roles.key(i))
	}
	for _, o := range node.overrides {
		r.add(KindPermissionOverride, r.s.names.overrides.key(o))
	}
	if node.grants != nil {
		for i := range node.grants.roles {
			name := node.grants.roles[i].name
			if node.grants.roles[i].void {
				continue
			}
			if name.Namespace == "" {
				name.Namespace = SystemNamespace
			}
			r.add(KindRole, Key(name))
		}
	}
}

// sourcesThrough adds what gives something to a group, or takes it away, and calls f with the entities.
func (r dependents) sourcesThrough(g uint32, f func(entity uint32)) {
	node := r.s.groups.at(g)
	if node == nil {
		return
	}
	for _, sel := range node.selections {
		r.selection(r.s.selections.at(sel))
		r.s.eachSelected(sel, func(e uint32) { r.through(e, f) })
	}
	for _, e := range node.at {
		at := r.s.entities.at(e)
		for _, b := range at.bindings {
			if contains(r.s.bindings.at(b).groups, g) {
				r.binding(b)
			}
		}
		if slices.Contains(at.enrolling, g) {
			r.enrolling(g)
		}
		r.through(e, f)
	}
	r.deniesOf(func(d *denial) bool { return contains(d.groups, g) })
}

// through adds an entity at which something is given to a group, with its roles, and calls f with it.
func (r dependents) through(e uint32, f func(entity uint32)) {
	r.entity(e)
	at := r.s.entities.at(e)
	if at.grants != nil {
		for i := range at.grants.roles {
			name := at.grants.roles[i].name
			switch {
			case at.grants.roles[i].void:
			case name.Namespace == "":
				r.add(KindRole, Key{SystemNamespace, name.Name})
			default:
				r.add(KindRole, Key(name))
			}
		}
	}
	for _, i := range at.roles {
		r.add(KindRole, r.s.names.roles.key(i))
	}
	if f != nil {
		f(e)
	}
}

// selection adds what says a selection, and the role that it gives.
func (r dependents) selection(sel *selection) {
	if sel.id.Kind == KindGroup {
		r.enrolling(sel.number)
	} else {
		r.binding(sel.number)
	}
}

// reachedBy calls f with the entities that a selection of this snapshot reaches.
func (r dependents) reachedBy(sel *selection, f func(uint32)) {
	for _, i := range r.s.selectionsUnder(sel.under, sel.Level) {
		if of := r.s.selections.at(i); of.id == sel.id && of.enrolment == sel.enrolment {
			r.s.eachSelected(i, f)
		}
	}
}

// over adds what selects among the entities of which one is, be it reached or left out, and what looks under it.
func (r dependents) over(e uint32) {
	node := r.s.entities.at(e)
	if node == nil {
		return
	}
	for _, list := range node.selectingLists() {
		for _, i := range list {
			r.selection(r.s.selections.at(i))
		}
	}
	for at := e; at != none; at = r.s.entities.at(at).parent {
		for _, i := range r.s.selectionsUnder(at, node.level) {
			r.selection(r.s.selections.at(i))
		}
		if r.s.entities.at(at) == nil {
			return
		}
	}
}

func (r dependents) overridesAt(e, person uint32) {
	if node := r.s.entities.at(e); node != nil && node.grants != nil {
		for _, o := range node.grants.overridesOf(person) {
			r.add(KindPermissionOverride, r.s.names.overrides.key(o.id))
		}
	}
}

// overridesOfChildren adds the PermissionOverrides at the entities below: what they replace may hang on a role held
// above (R6, R35).
func (r dependents) overridesOfChildren(e uint32) {
	r.s.below(e, func(c uint32) {
		if node := r.s.entities.at(c); node != nil && c != e {
			for _, o := range node.overrides {
				r.add(KindPermissionOverride, r.s.names.overrides.key(o))
			}
		}
	})
}

// naming adds what names a person.
func (r dependents) naming(i uint32) {
	p := r.s.people.at(i)
	if p == nil {
		return
	}
	r.out[ID{Kind: KindPerson, Name: r.s.names.people.key(i)}] = struct{}{}
	for _, list := range [4][]uint32{p.active, p.selected, p.removed, p.idle} {
		for _, g := range list {
			r.group(g)
		}
	}
	for _, e := range p.direct {
		r.entity(e)
		for _, b := range r.s.entities.at(e).bindings {
			if contains(r.s.bindings.at(b).people, i) {
				r.binding(b)
			}
		}
	}
	for _, sel := range p.selections {
		r.selection(r.s.selections.at(sel))
		r.s.eachSelected(sel, r.entity)
	}
	for _, e := range p.overridden {
		r.overridesAt(e, i)
	}
	r.deniesOf(func(d *denial) bool { return contains(d.people, i) })
}

// role adds a role, what refers to it, and what stands beside it.
func (r dependents) role(i uint32) {
	r.add(KindRole, r.s.names.roles.key(i))
	node := r.s.roles.at(i)
	if node == nil {
		return
	}
	r.uses(node.uses, node.enrolling)
	r.templatesListing(r.s.names.roles.key(i))
	r.rulesNaming(r.s.names.roles.key(i))
	if node.entity == none {
		return
	}
	at := r.s.entities.at(node.entity)
	for _, other := range at.roles {
		r.add(KindRole, r.s.names.roles.key(other))
	}
	if node.rec != nil && node.rec.Overrides != "" {
		r.add(KindRole, Key{SystemNamespace, node.rec.Overrides})
	}
}

// templatesListing adds the templates that list a Custom role's name, and what uses them.
func (r dependents) templatesListing(k Key) {
	for i, x := range all(r.s.templates) {
		ns := r.s.names.templates.key(i).Namespace
		if x.rec != nil && (ns == k.Namespace || ns == SystemNamespace) && slices.Contains(x.rec.Roles, k.Name) {
			r.add(KindRoleTemplate, x.rec.Key)
			r.uses(x.uses, x.enrolling)
		}
	}
}

// rulesNaming adds the roles whose rules name a Custom role.
func (r dependents) rulesNaming(k Key) {
	for i, x := range all(r.s.roles) {
		if x.rec != nil && r.s.names.roles.key(i).Namespace == k.Namespace &&
			(slices.ContainsFunc(x.rec.Requires, func(q Requirement) bool { return q.Role == k.Name }) ||
				slices.ContainsFunc(x.rec.ExclusiveWith, func(q Exclusion) bool { return q.Role == k.Name })) {
			r.add(KindRole, x.rec.Key)
		}
	}
}

func (r dependents) deniesOf(match func(*denial) bool) {
	for i, d := range all(r.s.denials) {
		if match(d) {
			r.out[ID{Kind: KindSystemDeny, Name: r.s.names.denies.key(i)}] = struct{}{}
		}
	}
}
