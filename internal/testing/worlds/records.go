package worlds

import (
	"slices"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

func (w world) newPerson(name string) *directory.Person {
	return &directory.Person{Name: name, Suspended: w.In(5), Attributes: w.attributes()}
}

func (w world) newEntity(k directory.EntityKey) *directory.Entity {
	e := &directory.Entity{Key: k, Attributes: w.attributes()}
	if parents := k.Level.Parents(); len(parents) > 0 && !w.In(5) {
		e.Parent = directory.LocalEntity{Level: Pick(w.Dice, parents), Name: Pick(w.Dice, w.entities)}
		if w.In(12) {
			e.Parent.Level = Pick(w.Dice, catalogue.Levels())
		}
	}
	if k.Level == catalogue.Course {
		e.Term = w.term(k.Namespace)
	}
	e.Visibility = w.visibility()
	if w.In(4) {
		e.Ownership = directory.Ownership(w.IntN(4))
		if e.Ownership == directory.OwnershipPrivate {
			e.Owner = w.person()
		}
	}
	return e
}

func (w world) newRole(k directory.Key) *directory.Role {
	e := w.entity()
	level := w.levelFrom(e.Level)
	r := &directory.Role{
		Key: k, Level: level, Type: directory.RoleCustom, Entity: e,
		Permissions: w.permissions(level),
		Requires:    some(w.Dice, 1, func() directory.Requirement { return w.requirement(level) }),
	}
	r.ExclusiveWith = some(w.Dice, 1, func() directory.Exclusion { return w.exclusion(level) })
	if w.In(12) {
		r.Level = w.level()
	}
	if w.In(12) {
		r.Type = directory.RoleSystem
	}
	if w.In(6) {
		r.Type, r.Overrides = directory.RoleOverride, w.systemRole(level)
	}
	return r
}

// NewOverride is an Override role of a system role of that name, made by chance.
func (w world) NewOverride(k directory.Key) *directory.Role {
	e := w.entity()
	level := w.levelFrom(e.Level)
	r := &directory.Role{
		Key: k, Level: level, Type: directory.RoleOverride, Entity: e,
		Overrides: w.systemRole(level), Permissions: w.permissions(level),
	}
	if w.In(10) {
		r.Overrides = w.roleName(level)
	}
	return r
}

// levelFrom is a level, or one below: that for which a role stands there (R35).
func (w world) levelFrom(level catalogue.Level) catalogue.Level {
	if w.In(2) {
		return level
	}
	return Pick(w.Dice, catalogue.Levels()[level:])
}

func (w world) enforcement() directory.Enforcement {
	if w.In(2) {
		return directory.Warn
	}
	return directory.Deny
}

func (w world) requirement(level catalogue.Level) directory.Requirement {
	r := directory.Requirement{Role: w.roleName(level), AtParent: w.In(2), Enforcement: w.enforcement()}
	if above := catalogue.Levels()[:level]; r.AtParent && len(above) > 0 {
		r.Role = w.roleName(Pick(w.Dice, above))
	}
	return r
}

func (w world) exclusion(level catalogue.Level) directory.Exclusion {
	return directory.Exclusion{Role: w.roleName(level), Enforcement: w.enforcement()}
}

func (w world) newPlatform() *directory.Platform {
	p := &directory.Platform{DeclaredPeople: w.In(4)}
	if w.In(3) {
		p.TimeZone = Pick(w.Dice, zoneNames)
	}
	p.RoleRules = some(w.Dice, 4, w.roleRule)
	return p
}

func (w world) roleRule() directory.RoleRule {
	level := w.level()
	return directory.RoleRule{
		Role:          w.roleName(level),
		Requires:      some(w.Dice, 2, func() directory.Requirement { return w.requirement(level) }),
		ExclusiveWith: some(w.Dice, 2, func() directory.Exclusion { return w.exclusion(level) }),
	}
}

func (w world) newTemplate(k directory.Key) *directory.RoleTemplate {
	return &directory.RoleTemplate{Key: k, Roles: some(w.Dice, 4, func() string { return w.roleName(w.level()) })}
}

// NewBinding is a RoleBinding of that name, made by chance.
func (w world) NewBinding(k directory.Key) *directory.RoleBinding {
	e, selects, level := w.where()
	return &directory.RoleBinding{
		Key: k, Entity: e, Selects: selects, Role: w.roleRef(level), Subjects: w.subjects(), Window: w.window(), Term: w.term(k.Namespace),
	}
}

func (w world) newPermissionOverride(k directory.Key) *directory.PermissionOverride {
	e := w.entity()
	return &directory.PermissionOverride{
		Key: k, Person: w.person(), Entity: e, Permissions: w.permissions(e.Level), Window: w.window(),
	}
}

// NewDeny is a SystemDeny of that name, made by chance.
func (w world) NewDeny(name string) *directory.SystemDeny {
	d := &directory.SystemDeny{
		Name: name, Subjects: w.subjects(), Everyone: w.In(5),
		Permissions: w.permissions(w.level()), Window: w.window(),
	}
	if w.In(3) {
		d.Scope.Namespaces = some(w.Dice, 2, w.namespace)
	}
	if w.In(2) {
		k := w.entity().In(w.home())
		d.Scope.Entity, d.Scope.ExcludeDescendants = &k, w.In(2)
	}
	return d
}

// NewGroup is a Group of that name, made by chance.
func (w world) NewGroup(k directory.Key) *directory.Group {
	g := &directory.Group{Key: k, Listed: w.In(5)}
	// Mostly one that comes before it in the order of names: trees grow deep, and cycles stay the exception.
	if before := slices.Index(groupNames, k.Name); before > 0 && !w.In(5) {
		g.Parent = directory.Key{Namespace: k.Namespace, Name: groupNames[before-1-w.IntN(min(before, 2))]}
	}
	if w.In(6) {
		g.Parent = w.groupKey()
	}
	g.Compose = w.compose(k.Name)
	g.Members = w.members(k.Namespace)
	if w.In(4) {
		g.Selector = w.selector()
	}
	g.AllowedSubgroups.From = directory.SubgroupsFrom(w.IntN(3))
	if g.AllowedSubgroups.From == directory.SubgroupsSelector && !w.In(6) {
		g.AllowedSubgroups.Selector = w.selector()
	}
	g.Visibility, g.MemberVisibility = w.visibility(), directory.MemberVisibility(w.IntN(3))
	if w.In(2) {
		g.Enrolments = some(w.Dice, 2, func() directory.Enrolment { return w.enrolment(k.Namespace) })
	}
	return g
}

// visibility is mostly the narrowest, so that much is hidden from most (R32).
func (w world) visibility() directory.Visibility {
	if w.In(3) {
		return directory.Visibility(w.IntN(3))
	}
	return directory.VisibilityMembers
}

// members name each person and ID at most once, as the API's list does.
func (w world) members(ns string) []directory.Member {
	var out []directory.Member
	for _, p := range w.people {
		if w.In(3) {
			out = append(out, w.entries(p, ns)...)
		}
	}
	return out
}

// entries are those of one person in one group: mostly one, and several with IDs of their own (R12a).
func (w world) entries(person, ns string) []directory.Member {
	out := []directory.Member{w.member(person, ns)}
	for w.In(5) {
		m := w.member(person, ns)
		m.ID = string(rune('a' + len(out)))
		out = append(out, m)
	}
	return out
}

func (w world) member(person, ns string) directory.Member {
	m := directory.Member{Name: person, Role: directory.MemberRole(w.IntN(3))}
	if w.In(3) {
		m.State = directory.MemberState(w.IntN(4))
	}
	m.Window, m.Term = w.window(), w.term(ns)
	return m
}

func (w world) enrolment(ns string) directory.Enrolment {
	e, selects, level := w.where()
	return directory.Enrolment{
		Name: Pick(w.Dice, bindingNames), Entity: e, Selects: selects, Role: w.roleRef(level), Window: w.window(), Term: w.term(ns),
	}
}
