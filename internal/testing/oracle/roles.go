package oracle

import (
	"slices"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// resolve is R4 and R35: the role that a name means at an entity, and why it means
// none. A system role of that name comes first; a Custom role is one of the entity's
// namespace, of its level, and created at that very entity or above it.
func (w *World) resolve(name string, e directory.EntityKey) (directory.RoleName, directory.RoleProblem) {
	if system := catalogue.SystemRole(name); system != nil {
		if system.Level != e.Level {
			return directory.RoleName{}, directory.RoleWrongLevel
		}
		return directory.RoleName{Name: name}, directory.RoleOK
	}
	r := w.role(directory.Key{Namespace: e.Namespace, Name: name})
	switch {
	case r == nil || r.Type == directory.RoleSystem:
		return directory.RoleName{}, directory.RoleNotFound
	case r.Type == directory.RoleOverride:
		return directory.RoleName{}, directory.RoleNotBindable
	case r.Level < r.Entity.Level:
		return directory.RoleName{}, directory.RoleInvalid
	case !w.countsAt(r, e):
		return directory.RoleName{}, directory.RoleOfAnotherEntity
	}
	return directory.RoleName{Namespace: e.Namespace, Name: name}, directory.RoleOK
}

// countsAt says whether a Custom or Override role is one for an entity: of its level, and created there, or above
// it where both belong to the same organisation (R35).
func (w *World) countsAt(r *directory.Role, e directory.EntityKey) bool {
	at := r.Entity.In(r.Key.Namespace)
	if r.Entity.Name == "" || r.Level != e.Level || at == e {
		return r.Entity.Name != "" && at == e && r.Level == e.Level
	}
	of, owned := w.belongsTo(at)
	its, own := w.belongsTo(e)
	return w.liesBelow(e, at) && owned && own && of == its
}

// rolePermissions is what a role that resolved gives at the entity: a system
// role what the Overrides there leave of it (R4, R5), a Custom role what it lists.
func (w *World) rolePermissions(role directory.RoleName, e directory.EntityKey) catalogue.Set {
	if role.Namespace != "" {
		return listed(e.Level, w.role(directory.Key(role)).Permissions)
	}
	overrides := w.overridesOfRole(role.Name, e)
	if len(overrides) == 0 {
		return catalogue.SystemRole(role.Name).Permissions
	}
	set := e.Level.All()
	for _, o := range overrides {
		set &= listed(e.Level, o.Permissions)
	}
	return set
}

// overridesOfRole are the Override roles that replace a system role at an entity (R4): those at the entity, or else at
// the nearest one above at which there are some that count here (R35).
func (w *World) overridesOfRole(name string, e directory.EntityKey) []*directory.Role {
	for at, ok := e, e.Name != ""; ok; at, ok = w.parentOf(w.entity(at)) {
		counts := slices.DeleteFunc(w.overridesAt(name, at), func(r *directory.Role) bool { return !w.countsAt(r, e) })
		if len(counts) > 0 {
			return counts
		}
	}
	return nil
}

// overridesAt are the Override roles of a system role that stand at an entity, for it or for what lies below.
func (w *World) overridesAt(name string, e directory.EntityKey) []*directory.Role {
	system := catalogue.SystemRole(name)
	var out []*directory.Role
	for _, r := range w.roles {
		if e.Name != "" && r.Type == directory.RoleOverride && r.Key.Namespace == e.Namespace && r.Entity.In(e.Namespace) == e &&
			r.Overrides == name && system != nil && system.Level == r.Level && r.Level >= e.Level {
			out = append(out, r)
		}
	}
	return out
}

// RoleConflicts is R5: the other Overrides of the same role at the same entity.
func (w *World) RoleConflicts(k directory.Key) []directory.Key {
	r := w.role(k)
	if r == nil || r.Type != directory.RoleOverride {
		return nil
	}
	all := keysOfRoles(w.overridesAt(r.Overrides, r.Entity.In(k.Namespace)))
	if !slices.Contains(all, k) {
		return nil
	}
	return slices.DeleteFunc(all, func(o directory.Key) bool { return o == k })
}

func keysOfRoles(roles []*directory.Role) []directory.Key {
	var out []directory.Key
	for _, r := range roles {
		out = append(out, r.Key)
	}
	slices.SortFunc(out, directory.Key.Compare)
	return out
}

// listed is a list of permission IDs as a set of the level. "*" is all of them (R4);
// an ID that the level does not have adds nothing.
func listed(level catalogue.Level, ids []string) catalogue.Set {
	var set catalogue.Set
	for _, p := range level.Permissions() {
		if slices.Contains(ids, p.ID) || slices.Contains(ids, catalogue.Wildcard) {
			set |= p.Set()
		}
	}
	return set
}

// rulesOf is R6: the rules that a Custom role carries, or the Platform for a system role.
func (w *World) rulesOf(role directory.RoleName) ([]directory.Requirement, []directory.Exclusion) {
	if role.Namespace != "" {
		r := w.role(directory.Key(role))
		return r.Requires, r.ExclusiveWith
	}
	var requires []directory.Requirement
	var exclusive []directory.Exclusion
	for _, rule := range w.platform.RoleRules {
		if rule.Role == role.Name {
			requires = append(requires, rule.Requires...)
			exclusive = append(exclusive, rule.ExclusiveWith...)
		}
	}
	return requires, exclusive
}
