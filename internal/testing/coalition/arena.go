package coalition

import (
	"fmt"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/worlds"
)

// The names of an arena. Whatever is named need not be declared.
var (
	actors    = []string{"adm", "bea", "cay", "dan"}
	others    = []string{"sa", "zed"}
	groups    = []string{"g1", "g2", "g3", "g4"}
	roles     = []string{"rest", "half", "some"}
	overrides = []string{"less", "more"}
	templates = []string{"t1"}
	names     = []string{"x1", "x2"}
)

const ns = "acme"

// Arena makes worlds in which a few people have some power each, and requests
// that they may make: everything lies close together, so that it meets.
type Arena struct {
	worlds.Dice
	levels []catalogue.Level
	terms  *worlds.Dice // nil: there are none
	// selects says that bindings and enrolments also select, and that entities have attributes.
	selects bool
}

// NewArena is an arena of two or three levels, an organisation's among them.
func NewArena(d worlds.Dice) *Arena {
	a := &Arena{Dice: d, levels: []catalogue.Level{catalogue.Organisation}}
	switch d.IntN(5) {
	case 0:
		a.levels = append(a.levels, catalogue.Campus)
	case 1, 2:
		a.levels = append(a.levels, catalogue.Campus, catalogue.Course)
	case 3:
		a.levels = append(a.levels, catalogue.Course)
	case 4:
		a.levels = append(a.levels, catalogue.Course, catalogue.Module)
	}
	return a
}

func (a *Arena) everybody() []string { return slices.Concat(actors, others) }

func (a *Arena) person() string { return worlds.Pick(a.Dice, a.everybody()) }

func (a *Arena) level() catalogue.Level { return worlds.Pick(a.Dice, a.levels) }

func (a *Arena) entity() directory.LocalEntity {
	return directory.LocalEntity{Level: a.level(), Name: worlds.Pick(a.Dice, names)}
}

func (a *Arena) group() directory.Key {
	return directory.Key{Namespace: ns, Name: worlds.Pick(a.Dice, groups)}
}

func key(name string) directory.Key { return directory.Key{Namespace: ns, Name: name} }

// World is a random world of the arena.
func (a *Arena) World() *World {
	platform := &directory.Platform{
		MatchNames: true, OpenGroups: a.In(2), StaffSubgroups: a.In(2), DeclaredPeople: a.In(8),
		Administrators: []directory.Principal{{Kind: directory.PrincipalUser, Name: "root"}},
	}
	if a.In(4) {
		platform.RoleRules = []directory.RoleRule{a.roleRule()}
	}
	out := []directory.Record{platform}
	for _, who := range a.everybody() {
		out = append(out, &directory.Person{Name: who, Suspended: a.In(8), Attributes: a.attributes()})
	}
	for _, r := range a.all() {
		if !a.In(3) {
			out = append(out, r)
		}
	}
	return NewWorld(worlds.Now, out)
}

// all is a record of every name but people's.
func (a *Arena) all() []directory.Record {
	var out []directory.Record
	for _, l := range a.levels {
		for _, name := range names {
			out = append(out, a.newEntity(directory.EntityKey{Level: l, Namespace: ns, Name: name}))
		}
	}
	for _, name := range roles {
		out = append(out, a.newRole(key(name)))
	}
	for _, name := range overrides {
		out = append(out, a.newOverride(key(name)))
	}
	for _, name := range templates {
		out = append(out, a.newTemplate(key(name)))
	}
	for _, name := range groups {
		out = append(out, a.newGroup(key(name)))
	}
	for i := range 7 {
		out = append(out, a.newBinding(key(fmt.Sprintf("b%d", i))))
	}
	if a.In(2) {
		out = append(out, a.newPermissionOverride(key("p1")))
	}
	if a.In(2) {
		out = append(out, a.newDeny("d1"))
	}
	if a.terms != nil {
		out = append(out, a.newTerm())
	}
	return out
}

func (a *Arena) attributes() directory.Attributes {
	if a.In(2) {
		return nil
	}
	return directory.Attributes{"team": [][]string{{"1"}, {"2"}, {"1", "2"}}[a.IntN(3)]}
}

func (a *Arena) newEntity(k directory.EntityKey) *directory.Entity {
	e := &directory.Entity{Key: k, Attributes: a.kinds()}
	if k.Level == catalogue.Organisation {
		return e
	}
	var above []catalogue.Level
	for _, l := range k.Level.Parents() {
		if slices.Contains(a.levels, l) {
			above = append(above, l)
		}
	}
	if len(above) > 0 && !a.In(5) {
		e.Parent = directory.LocalEntity{Level: worlds.Pick(a.Dice, above), Name: worlds.Pick(a.Dice, names)}
	}
	switch a.IntN(8) {
	case 0:
		e.Ownership, e.Owner = directory.OwnershipPrivate, a.person()
	case 1:
		e.Ownership = directory.OwnershipPublic
	}
	return e
}

// permissions are such that there is something to gather: parts of what is
// sensitive, all but one of it, what assigns.
func (a *Arena) permissions(l catalogue.Level) []string {
	sensitive := l.Sensitive().IDs(l)
	half := len(sensitive) / 2
	switch a.IntN(9) {
	case 0:
		return []string{catalogue.Wildcard}
	case 1:
		return append(slices.Clone(sensitive[:half]), assignIDs[l])
	case 2:
		return append(slices.Clone(sensitive[half:]), assignIDs[l])
	case 3:
		return sensitive[1:]
	case 4:
		return sensitive[:1]
	case 5:
		return []string{assignIDs[l], settingsIDs[l]}
	case 6:
		return (l.All() &^ l.Sensitive()).IDs(l)
	case 7:
		return sensitive
	}
	return []string{worlds.Pick(a.Dice, l.Permissions()).ID, worlds.Pick(a.Dice, sensitive)}
}

func (a *Arena) roleName(l catalogue.Level) string {
	if a.In(3) {
		return worlds.Pick(a.Dice, roles)
	}
	system := l.Roles()
	switch a.IntN(4) {
	case 0:
		return system[0].Name
	case 1, 2:
		return system[1].Name
	}
	return worlds.Pick(a.Dice, system).Name
}

func (a *Arena) roleRef(l catalogue.Level) directory.RoleRef {
	if a.In(7) {
		return directory.RoleRef{Name: worlds.Pick(a.Dice, templates), Template: true}
	}
	return directory.RoleRef{Name: a.roleName(l)}
}

func (a *Arena) roleRule() directory.RoleRule {
	l := a.level()
	rule := directory.RoleRule{Role: a.roleName(l)}
	if a.In(2) {
		rule.Requires = []directory.Requirement{a.requirement(l)}
	} else {
		rule.ExclusiveWith = []directory.Exclusion{{Role: a.roleName(l), Enforcement: directory.Deny}}
	}
	return rule
}

func (a *Arena) requirement(l catalogue.Level) directory.Requirement {
	if parents := l.Parents(); len(parents) > 0 && a.In(2) {
		return directory.Requirement{Role: a.roleName(worlds.Pick(a.Dice, parents)), AtParent: true, Enforcement: directory.Deny}
	}
	return directory.Requirement{Role: a.roleName(l), Enforcement: directory.Deny}
}

func (a *Arena) newRole(k directory.Key) *directory.Role {
	e := a.entity()
	level := e.Level
	if below := slices.DeleteFunc(slices.Clone(a.levels), func(l catalogue.Level) bool { return l <= e.Level }); len(below) > 0 && a.In(3) {
		level = worlds.Pick(a.Dice, below)
	}
	r := &directory.Role{Key: k, Level: level, Type: directory.RoleCustom, Entity: e, Permissions: a.permissions(level)}
	if a.In(6) {
		r.Requires = []directory.Requirement{a.requirement(level)}
	}
	return r
}

func (a *Arena) newOverride(k directory.Key) *directory.Role {
	r := a.newRole(k)
	r.Type, r.Requires = directory.RoleOverride, nil
	r.Overrides = worlds.Pick(a.Dice, r.Level.Roles()).Name
	return r
}

func (a *Arena) newTemplate(k directory.Key) *directory.RoleTemplate {
	return &directory.RoleTemplate{Key: k, Roles: []string{a.roleName(a.level()), a.roleName(a.level())}}
}

func (a *Arena) subject() directory.Subject {
	if a.In(3) {
		return directory.GroupSubject(a.group())
	}
	return directory.PersonSubject(a.person())
}

func (a *Arena) window() directory.Window {
	hour := func() time.Time { return worlds.Now.Add(time.Duration(a.IntN(5)-2) * time.Hour) }
	switch a.IntN(12) {
	case 0:
		return directory.Window{NotBefore: hour()}
	case 1:
		return directory.Window{NotAfter: hour()}
	}
	return directory.Window{}
}

func (a *Arena) newBinding(k directory.Key) *directory.RoleBinding {
	e, selects, level := a.where()
	b := &directory.RoleBinding{Key: k, Entity: e, Selects: selects, Role: a.roleRef(level), Window: a.window()}
	b.Subjects = []directory.Subject{a.subject()}
	b.Term = a.term()
	if a.In(4) {
		if s := a.subject(); s != b.Subjects[0] {
			b.Subjects = append(b.Subjects, s)
		}
	}
	return b
}

func (a *Arena) newPermissionOverride(k directory.Key) *directory.PermissionOverride {
	e := a.entity()
	p := &directory.PermissionOverride{Key: k, Person: a.person(), Entity: e, Window: a.window()}
	if !a.In(3) {
		p.Permissions = a.permissions(e.Level)
	}
	return p
}

func (a *Arena) newDeny(name string) *directory.SystemDeny {
	l := a.level()
	d := &directory.SystemDeny{Name: name, Permissions: a.permissions(l), Window: a.window()}
	switch a.IntN(4) {
	case 0:
		d.Everyone = true
	case 1:
		d.Subjects = []directory.Subject{a.subject()}
	default:
		d.Subjects = []directory.Subject{directory.GroupSubject(a.group())}
	}
	if a.In(2) {
		k := a.entity().In(ns)
		d.Scope.Entity, d.Scope.ExcludeDescendants = &k, a.In(3)
	}
	return d
}

func (a *Arena) newGroup(k directory.Key) *directory.Group {
	g := &directory.Group{Key: k, Listed: a.In(6), LearnersMayCreateSubgroups: a.In(4)}
	// Who sees it is nobody's power, and an alphabet without it would not show that (R22a, R32).
	g.Visibility, g.MemberVisibility = directory.Visibility(a.IntN(3)), directory.MemberVisibility(a.IntN(3))
	if at := slices.Index(groups, k.Name); at > 0 && !a.In(3) {
		g.Parent = key(groups[a.IntN(at)])
	}
	for _, who := range a.everybody() {
		if a.In(4) {
			g.Members = append(g.Members, a.member(who))
		}
	}
	if a.In(6) {
		g.Selector = a.selector()
	}
	g.Compose = a.compose()
	if a.In(5) {
		e, selects, level := a.where()
		g.Enrolments = []directory.Enrolment{{Name: "e1", Entity: e, Selects: selects, Role: a.roleRef(level), Window: a.window(),
			Term: a.term()}}
	}
	return g
}

func (a *Arena) member(who string) directory.Member {
	m := directory.Member{Name: who, Role: directory.MemberRole(a.IntN(3))}
	if a.In(4) {
		m.State = directory.MemberState(a.IntN(4))
	}
	m.Window, m.Term = a.window(), a.term()
	return m
}

func (a *Arena) selector() *directory.Selector {
	e := directory.Expression{Key: "team", Operator: directory.Operator(a.IntN(4))}
	if e.Operator == directory.In || e.Operator == directory.NotIn {
		e.Values = []string{worlds.Pick(a.Dice, []string{"1", "2", "3"})}
	}
	return &directory.Selector{Expressions: []directory.Expression{e}}
}
