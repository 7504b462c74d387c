package directory

import (
	"cmp"
	"slices"

	"provost.dev/provost/internal/engine/catalogue"
)

// recomputeGrants makes an entity's grants anew, and tells the people and groups
// named there.
func (t *txn) recomputeGrants(i uint32) {
	old := t.entities.at(i)
	var was *grants
	if old != nil {
		was = old.grants
	}
	is := t.compile(i)
	if was == nil && is == nil {
		return
	}
	t.entity(i).grants = is
	empty := &grants{}
	if was == nil {
		was = empty
	}
	if is == nil {
		is = empty
	}
	t.effects.regranted = append(t.effects.regranted, i)
	for p, added := range differences(was.people.ids, is.people.ids) {
		node := t.person(p)
		if added {
			node.direct = with(node.direct, i)
		} else {
			node.direct = without(node.direct, i)
		}
	}
	for g, added := range differences(was.groups.ids, is.groups.ids) {
		node := t.group(g)
		if added {
			node.at = with(node.at, i)
		} else {
			node.at = without(node.at, i)
		}
	}
	for p, added := range differences(overriddenPeople(was), overriddenPeople(is)) {
		node := t.person(p)
		if added {
			node.overridden = with(node.overridden, i)
		} else {
			node.overridden = without(node.overridden, i)
		}
	}
}

func overriddenPeople(g *grants) []uint32 {
	out := make([]uint32, 0, len(g.overrides))
	for _, o := range g.overrides {
		out = append(out, o.person)
	}
	return slices.Compact(out)
}

// subjectGrant is a localGrant with the subject that gets it.
type subjectGrant struct {
	subject uint32
	localGrant
}

// compiler gathers what an entity's bindings and enrolments give, or a profile's selections.
type compiler struct {
	w      world
	entity uint32   // none for a profile
	above  []uint32 // with a profile: the roles above its entities, the nearest first
	key    EntityKey
	out    *grants
	people []subjectGrant
	groups []subjectGrant
}

// compile returns the grants of an entity, or nil if there are none. A subject
// that is given nothing (its role is missing, say) is listed all the same, so
// that it is known whom a change may concern.
func (t *txn) compile(i uint32) *grants {
	e := t.entities.at(i)
	if e == nil {
		return nil
	}
	alone := len(e.bindings)+len(e.enrolling)+len(e.overrides) == 0
	if alone && e.profile == none {
		return nil
	}
	c := &compiler{w: t.world(), entity: i, key: t.names.entities.key(i), out: &grants{level: e.level}}
	if e.profile != none {
		p := t.profiles.at(e.profile)
		if c.inherit(p, e.roles); alone && c.out.plain {
			return p.plain
		}
	}
	for _, b := range e.bindings {
		node := t.bindings.at(b)
		c.add(node.rec.Role, node.span, node.people, node.groups)
	}
	for _, g := range e.enrolling {
		for _, en := range t.groups.at(g).dated.Enrolments {
			if en.Selects == nil && en.Entity.In(c.key.Namespace) == c.key {
				c.add(en.Role, spanOf(en.Window), nil, []uint32{g})
			}
		}
	}
	for _, o := range e.overrides {
		node := t.overrides.at(o)
		c.out.overrides = append(c.out.overrides, personOverride{node.person, o, node.set, node.span})
		c.out.timed = c.out.timed || node.span != always
	}
	slices.SortFunc(c.out.overrides, func(a, b personOverride) int {
		return cmp.Or(cmp.Compare(a.person, b.person), cmp.Compare(a.id, b.id))
	})
	c.out.people = c.list(c.people)
	c.out.groups = c.list(c.groups)
	c.out.personal = len(c.people)+len(c.out.overrides) > 0
	return c.out
}

// unresolved marks a grant of nothing.
const unresolved = none

func (c *compiler) add(ref RoleRef, s span, people, groups []uint32) {
	c.out.timed = c.out.timed || s != always
	byEntity := c.w.rolesOf(ref, c.key)
	roles := make([]uint32, 0, max(len(byEntity), 1))
	for _, r := range byEntity {
		roles = append(roles, c.local(r.name))
	}
	c.give(roles, s, people, groups)
}

// give puts down roles by their indexes. Who is given none is put down too.
func (c *compiler) give(roles []uint32, s span, people, groups []uint32) {
	if len(roles) == 0 {
		roles = append(roles, unresolved)
	}
	for _, r := range roles {
		for _, p := range people {
			c.people = append(c.people, subjectGrant{p, localGrant{r, s}})
		}
		for _, g := range groups {
			c.groups = append(c.groups, subjectGrant{g, localGrant{r, s}})
		}
	}
}

// local is the index of a role among those given here.
func (c *compiler) local(name RoleName) uint32 {
	if i := c.out.role(name); i >= 0 {
		return uint32(i)
	}
	r := c.localRole(name)
	c.out.rules = c.out.rules || r.denies
	c.out.roles = append(c.out.roles, r)
	return uint32(len(c.out.roles) - 1)
}

// localRole is a role as it is at the entity.
func (c *compiler) localRole(name RoleName) localRole {
	r := localRole{name: name, rules: c.w.rules(name, c.key.Namespace)}
	r.set, r.overridden = c.permissions(name)
	for _, q := range r.rules {
		r.denies = r.denies || q.enforcement == Deny
	}
	return r
}

// resolve and permissions are those of the world, at the entity or at those of the profile.

func (c *compiler) resolve(name string) (RoleName, RoleProblem) {
	if c.entity != none {
		return c.w.resolveRole(name, c.key)
	}
	return c.w.resolve(name, c.key, func(i uint32, _ *Role) bool { return slices.Contains(c.above, i) })
}

func (c *compiler) permissions(name RoleName) (set catalogue.Set, overridden []uint32) {
	if c.entity != none {
		return c.w.permissions(name, c.entity)
	}
	return c.w.permissionsOf(name, nil, func() []uint32 { return c.above })
}

func (c *compiler) list(all []subjectGrant) grantList {
	slices.SortFunc(all, func(a, b subjectGrant) int {
		return cmp.Or(cmp.Compare(a.subject, b.subject), cmp.Compare(a.role, b.role),
			cmp.Compare(a.span.from, b.span.from), cmp.Compare(a.span.to, b.span.to))
	})
	all = slices.Compact(all)
	var l grantList
	for i, g := range all {
		if i == 0 || g.subject != all[i-1].subject {
			l.ids = append(l.ids, g.subject)
			l.first = append(l.first, uint32(len(l.list)))
			l.constant = append(l.constant, 0)
		}
		if g.role == unresolved {
			continue
		}
		l.list = append(l.list, g.localGrant)
		if r := &c.out.roles[g.role]; g.span == always && !r.denies {
			l.constant[len(l.constant)-1] |= r.set
		}
	}
	return l
}
