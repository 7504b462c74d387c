package directory

import "provost.dev/provost/internal/engine/catalogue"

// world is what resolving a reference looks at: a snapshot, or a transaction under way.
type world struct {
	names     *names
	entities  *vector[*entity]
	roles     *vector[*role]
	templates *vector[*template]
	ruleOf    map[string]*RoleRule
}

func (s *Snapshot) world() world {
	return world{s.names, &s.entities, &s.roles, &s.templates, s.ruleOf}
}

func (t *txn) world() world {
	return world{t.names, &t.entities.vector, &t.roles.vector, &t.templates.vector, t.ruleOf}
}

// resolveRole says what a role's name means at an entity (R4, R7): the system role of that name, or else a
// Custom role of the namespace that counts at that entity (R35).
func (w world) resolveRole(name string, e EntityKey) (RoleName, RoleProblem) {
	return w.resolve(name, e, func(_ uint32, r *Role) bool { return w.countsAt(r, e) })
}

func (w world) resolve(name string, e EntityKey, counts func(i uint32, r *Role) bool) (RoleName, RoleProblem) {
	if r := catalogue.SystemRole(name); r != nil {
		if r.Level != e.Level {
			return RoleName{Name: name}, RoleWrongLevel
		}
		return RoleName{Name: name}, RoleOK
	}
	full := RoleName{e.Namespace, name}
	i, ok := w.names.roles.find(Key(full))
	if !ok {
		return full, RoleNotFound
	}
	r := w.roles.at(i)
	switch {
	case r == nil || r.rec == nil:
		return full, RoleNotFound
	case r.rec.Type == RoleOverride:
		return full, RoleNotBindable
	case r.rec.Level < r.rec.Entity.Level:
		return full, RoleInvalid
	case !counts(i, r.rec):
		return full, RoleOfAnotherEntity
	}
	return full, RoleOK
}

// resolveTemplate finds the template that a name means in a namespace: its own, or else the system's.
func (w world) resolveTemplate(name, ns string) (*RoleTemplate, Key) {
	for _, k := range []Key{{ns, name}, {SystemNamespace, name}} {
		if i, ok := w.names.templates.find(k); ok {
			if x := w.templates.at(i); x != nil && x.rec != nil {
				return x.rec, k
			}
		}
	}
	return nil, Key{ns, name}
}

// permissions is what a role gives at an entity (R4, R5): its own permissions, or for a system role what all
// Overrides of it there allow, or else those at the nearest entity above that has some (R35).
func (w world) permissions(name RoleName, entity uint32) (set catalogue.Set, overridden []uint32) {
	var own []uint32
	if node := w.entities.at(entity); node != nil && name.Namespace == "" {
		own = node.roles
	}
	return w.permissionsOf(name, own, func() []uint32 { return w.rolesAbove(entity) })
}

// permissionsOf is permissions at an entity with some roles of its own, and with others that stand above it, the nearest first.
func (w world) permissionsOf(name RoleName, own []uint32, above func() []uint32) (set catalogue.Set, overridden []uint32) {
	if name.Namespace != "" {
		if i, ok := w.names.roles.find(Key(name)); ok {
			return w.roles.at(i).set, nil
		}
		return 0, nil
	}
	system := catalogue.SystemRole(name.Name)
	set = system.Permissions
	add := func(i uint32) {
		r := w.roles.at(i)
		if overridden == nil {
			set = r.set
		}
		set &= r.set
		overridden = append(overridden, i)
	}
	for _, i := range own {
		if r := w.roles.at(i).rec; r.Overrides == name.Name && r.Entity.Level == system.Level && overrideValid(r) {
			add(i)
		}
	}
	if overridden != nil {
		return set, overridden
	}
	nearest := uint32(none)
	for _, i := range above() {
		r := w.roles.at(i)
		if r.rec.Overrides != name.Name || !overrideValid(r.rec) || nearest != none && r.entity != nearest {
			continue
		}
		nearest = r.entity
		add(i)
	}
	return set, overridden
}

// overrideValid says whether an Override role agrees with where it stands and with what it replaces.
func overrideValid(r *Role) bool {
	system := catalogue.SystemRole(r.Overrides)
	return r.Type == RoleOverride && system != nil && system.Level == r.Level && r.Level >= r.Entity.Level
}

// roleNamed is the role that a name can only mean in a namespace, be it there or not.
func roleNamed(name, ns string) RoleName {
	if catalogue.SystemRole(name) != nil {
		return RoleName{Name: name}
	}
	return RoleName{ns, name}
}

// rules are a role's rules (R6). A role that cannot be given where it is asked
// for is never held there, so that the names need no further resolving.
func (w world) rules(name RoleName, ns string) []rule {
	var requires []Requirement
	var excludes []Exclusion
	if name.Namespace == "" {
		r := w.ruleOf[name.Name]
		if r == nil {
			return nil
		}
		requires, excludes = r.Requires, r.ExclusiveWith
	} else if i, ok := w.names.roles.find(Key(name)); ok {
		requires, excludes = w.roles.at(i).rec.Requires, w.roles.at(i).rec.ExclusiveWith
	}
	var out []rule
	for _, q := range requires {
		out = append(out, rule{named: q.Role, role: roleNamed(q.Role, ns), atParent: q.AtParent, enforcement: q.Enforcement})
	}
	for _, x := range excludes {
		out = append(out, rule{named: x.Role, role: roleNamed(x.Role, ns), exclude: true, enforcement: x.Enforcement})
	}
	return out
}

// resolvedRole is one role that a reference gives at an entity.
type resolvedRole struct {
	name     RoleName
	template *Key
}

// given are the roles that a reference gives at an entity, those that apply only.
func (w world) rolesOf(ref RoleRef, e EntityKey) []resolvedRole {
	if !ref.Template {
		name, problem := w.resolveRole(ref.Name, e)
		if problem != RoleOK {
			return nil
		}
		return []resolvedRole{{name: name}}
	}
	x, key := w.resolveTemplate(ref.Name, e.Namespace)
	if x == nil {
		return nil
	}
	var out []resolvedRole
	for _, r := range x.Roles {
		if name, problem := w.resolveRole(r, e); problem == RoleOK {
			out = append(out, resolvedRole{name, &key})
		}
	}
	return out
}
