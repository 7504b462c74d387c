package worlds

import (
	"slices"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
)

// Mutator makes changes to one world, of the kinds that people make: a record
// comes, goes, comes back as it was, or is altered a little.
type Mutator struct {
	world
	gone []directory.Record
}

// NewMutator makes changes by chance.
func NewMutator(d Dice) *Mutator {
	w := newWorld(d)
	w.namespaces, w.people, w.entities = namespaces, people, entityNames
	return &Mutator{world: w}
}

// Change is a random change to the records. It never says what is so already
// by intention, but may by chance.
func (m *Mutator) Change(records []directory.Record) oracle.Change {
	switch n := m.IntN(10); {
	case n < 2 && len(records) > 0:
		r := Pick(m.Dice, records)
		m.gone = append(m.gone, r)
		return oracle.Drop(r.ID())
	case n < 3 && len(m.gone) > 0:
		i := m.IntN(len(m.gone))
		r := m.gone[i]
		m.gone = slices.Delete(m.gone, i, i+1)
		return oracle.Set(r)
	case n < 8 && len(records) > 0:
		return oracle.Set(m.alter(Pick(m.Dice, records)))
	}
	return oracle.Set(m.fresh())
}

// fresh is a record of any kind, made anew; it may replace one of its name.
func (m *Mutator) fresh() directory.Record {
	key := func(names []string) directory.Key {
		return directory.Key{Namespace: m.home(), Name: Pick(m.Dice, names)}
	}
	switch m.IntN(17) {
	case 0:
		return &directory.Namespace{Name: m.namespace(), Labels: m.labels()}
	case 1:
		return m.newPlatform()
	case 2:
		return m.newPerson(m.person())
	case 3, 4:
		return m.newEntity(directory.EntityKey{Level: m.level(), Namespace: m.home(), Name: Pick(m.Dice, m.entities)})
	case 5:
		return m.newRole(key(customNames))
	case 6:
		return m.NewOverride(key(overrides))
	case 7:
		return m.newTemplate(directory.Key{Namespace: m.namespace(), Name: Pick(m.Dice, templates)})
	case 8:
		return m.newPermissionOverride(key(pairNames))
	case 9:
		return m.NewDeny(Pick(m.Dice, denyNames))
	case 13:
		return m.newTerm(key(termNames))
	case 10, 11, 12:
		return m.NewGroup(m.groupKey())
	}
	return m.NewBinding(key(bindingNames))
}

// Noise are changes that cancel each other: records declared, perhaps altered,
// and put back to what they were.
func (m *Mutator) Noise(records []directory.Record) []oracle.Change {
	c := m.Change(records)
	back := oracle.Drop(c.ID)
	for _, r := range records {
		if r.ID() == c.ID {
			back = oracle.Set(r)
		}
	}
	return []oracle.Change{c, back}
}

// alter is a copy of the record with one thing about it changed.
func (m *Mutator) alter(r directory.Record) directory.Record {
	switch r := r.(type) {
	case *directory.Namespace:
		return &directory.Namespace{Name: r.Name, Labels: m.labels()}
	case *directory.Person:
		return m.newPerson(r.Name)
	case *directory.Term:
		return m.newTerm(r.Key)
	case *directory.Platform:
		return m.alterPlatform(r)
	case *directory.Entity:
		return m.newEntity(r.Key)
	case *directory.RoleTemplate:
		return &directory.RoleTemplate{Key: r.Key, Roles: alterList(m.Dice, r.Roles, func() string { return m.roleName(m.level()) })}
	case *directory.Role:
		return m.alterRole(r)
	case *directory.RoleBinding:
		return m.alterBinding(r)
	case *directory.PermissionOverride:
		return m.alterPermissionOverride(r)
	case *directory.SystemDeny:
		return m.alterDeny(r)
	case *directory.Group:
		return m.alterGroup(r)
	}
	return r
}

// alterList is a copy with one element more, or one less.
func alterList[T any](d Dice, list []T, another func() T) []T {
	list = slices.Clone(list)
	if len(list) > 0 && d.In(2) {
		i := d.IntN(len(list))
		return slices.Delete(list, i, i+1)
	}
	return append(list, another())
}

func (m *Mutator) alterPlatform(old *directory.Platform) *directory.Platform {
	p := *old
	switch m.IntN(4) {
	case 0:
		p.DeclaredPeople = !p.DeclaredPeople
	case 1:
		p.TimeZone = Pick(m.Dice, zoneNames)
	default:
		p.RoleRules = alterList(m.Dice, p.RoleRules, m.roleRule)
	}
	return &p
}

func (m *Mutator) alterRole(old *directory.Role) *directory.Role {
	r := *old
	switch m.IntN(5) {
	case 0:
		r.Requires = alterList(m.Dice, r.Requires, func() directory.Requirement { return m.requirement(r.Level) })
	case 1:
		r.ExclusiveWith = alterList(m.Dice, r.ExclusiveWith, func() directory.Exclusion { return m.exclusion(r.Level) })
	case 2:
		return m.newRole(r.Key)
	default:
		r.Permissions = alterList(m.Dice, r.Permissions, func() string { return m.permission(r.Level) })
	}
	return &r
}

func (m *Mutator) alterBinding(old *directory.RoleBinding) *directory.RoleBinding {
	b := *old
	switch m.IntN(6) {
	case 0:
		b.Window, b.Term = m.window(), m.term(b.Key.Namespace)
	case 1:
		level := b.Entity.Level
		if b.Selects != nil {
			level = b.Selects.Level
		}
		b.Role = m.roleRef(level)
	case 5:
		b.Entity, b.Selects, _ = m.where()
	case 2:
		return m.NewBinding(b.Key)
	default:
		b.Subjects = alterList(m.Dice, b.Subjects, m.subject)
	}
	return &b
}

func (m *Mutator) alterPermissionOverride(old *directory.PermissionOverride) *directory.PermissionOverride {
	o := *old
	switch m.IntN(4) {
	case 0:
		o.Window = m.window()
	case 1:
		o.Person = m.person()
	case 2:
		return m.newPermissionOverride(o.Key)
	default:
		o.Permissions = alterList(m.Dice, o.Permissions, func() string { return m.permission(o.Entity.Level) })
	}
	return &o
}

func (m *Mutator) alterDeny(old *directory.SystemDeny) *directory.SystemDeny {
	d := *old
	switch m.IntN(6) {
	case 0:
		d.Window = m.window()
	case 1:
		d.Scope = m.NewDeny(d.Name).Scope
	case 2:
		d.Everyone = !d.Everyone
	case 3:
		d.Permissions = alterList(m.Dice, d.Permissions, func() string { return m.permission(m.level()) })
	default:
		d.Subjects = alterList(m.Dice, d.Subjects, m.subject)
	}
	return &d
}

func (m *Mutator) alterGroup(old *directory.Group) *directory.Group {
	g := *old
	fresh := m.NewGroup(g.Key)
	switch m.IntN(12) {
	case 11:
		g.Visibility, g.MemberVisibility = fresh.Visibility, fresh.MemberVisibility
	case 0, 1:
		g.Parent = fresh.Parent
	case 9, 10:
		g.Compose = m.alterCompose(g.Key.Name, g.Compose)
	case 2:
		g.Listed = !g.Listed
	case 3:
		g.Selector = fresh.Selector
	case 4:
		g.AllowedSubgroups = fresh.AllowedSubgroups
	case 5:
		g.Enrolments = alterList(m.Dice, g.Enrolments, func() directory.Enrolment { return m.enrolment(g.Key.Namespace) })
	default:
		g.Members = m.alterMembers(g.Members, g.Key.Namespace)
	}
	return &g
}

// alterMembers takes somebody's entry away, or gives it another state, or adds one.
func (m *Mutator) alterMembers(members []directory.Member, ns string) []directory.Member {
	who := m.person()
	had := len(members)
	members = slices.DeleteFunc(slices.Clone(members), func(e directory.Member) bool { return e.Name == who })
	if len(members) < had && m.In(2) {
		return members
	}
	return append(members, m.entries(who, ns)...)
}
