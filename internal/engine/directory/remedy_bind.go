package directory

import (
	"cmp"
	"slices"

	"provost.dev/provost/internal/engine/catalogue"
)

// binding is the role that, bound to the person at the entity, gives the permission and the least besides.
func (t *trial) binding(s *Snapshot, x *Explanation) []Remedy {
	var candidates []Remedy
	for _, name := range s.rolesThatGive(x, t.p) {
		candidates = append(candidates, Remedy{Kind: RemedyBind, Target: x.Entity.ID(), Role: name})
	}
	works := t.those(candidates)
	slices.SortStableFunc(works, func(a, b Remedy) int { return cmp.Or(a.Gain.Compare(b.Gain), byKind(a, b)) })
	return works[:min(len(works), 1)]
}

// rolesThatGive are the roles that give a permission at an entity, and that the person does not hold there.
func (s *Snapshot) rolesThatGive(x *Explanation, p catalogue.Permission) []RoleName {
	key, w := x.Entity, s.world()
	e, ok := s.names.entities.find(key)
	if !ok {
		return nil
	}
	var out []RoleName
	consider := func(name RoleName) {
		held := slices.ContainsFunc(x.Roles, func(h HeldRole) bool { return h.Role == name })
		if !held && w.gives(name, e, p) {
			out = append(out, name)
		}
	}
	for _, r := range key.Level.Roles() {
		consider(RoleName{Name: r.Name})
	}
	for _, k := range s.RolesAt(key) {
		consider(RoleName(k))
	}
	return out
}
