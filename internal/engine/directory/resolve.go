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

// resolveRole says what a role's name means at an entity (R4, R7): the system
// role of that name, or else a Custom role of the namespace and of that entity.
func (w world) resolveRole(name string, e EntityKey) (RoleName, RoleProblem) {
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
	case r.rec.Level != r.rec.Entity.Level:
		return full, RoleInvalid
	case r.rec.Entity.In(e.Namespace) != e:
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

// permissions is what a role gives at an entity (R4, R5): its own permissions,
// or for a system role what all Overrides of it there allow.
func (w world) permissions(name RoleName, entity uint32) (set catalogue.Set, overridden []uint32) {
	if name.Namespace != "" {
		if i, ok := w.names.roles.find(Key(name)); ok {
			return w.roles.at(i).set, nil
		}
		return 0, nil
	}
	set = catalogue.SystemRole(name.Name).Permissions
	node := w.entities.at(entity)
	if node == nil {
		return set, nil
	}
	key := w.names.entities.key(entity)
	for _, i := range node.roles {
		r := w.roles.at(i)
		if r.rec.Overrides != name.Name || !overrideValid(r.rec, key) {
			continue
		}
		if overridden == nil {
			set = r.set
		}
		set &= r.set
		overridden = append(overridden, i)
	}
	return set, overridden
}

// overrideValid says whether an Override role agrees with its entity and with what it replaces.
func overrideValid(r *Role, e EntityKey) bool {
	if r.Type != RoleOverride || r.Level != e.Level || r.Entity.Level != e.Level {
		return false
	}
	sys := catalogue.SystemRole(r.Overrides)
	return sys != nil && sys.Level == e.Level
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
