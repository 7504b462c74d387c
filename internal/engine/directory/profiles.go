package directory

import (
	"slices"

	"provost.dev/provost/internal/engine/catalogue"
)

// profile is what the selections of an entity give (R34), once for all entities with the same selections.
type profile struct {
	stamped
	entities int // that have it
	list     []uint32
	made     []*selection // what it was made of, in the order of the list
	// plain is what is given at an entity at which nothing else is given and no role differs.
	plain *grants
}

func (p *profile) lists() []*[]uint32 { return nil }

// shared is what the selections of a profile give to whom. A localGrant's role is an index of the profile's roles, with
// which the roles of each of its entities begin: there a role may be another, by an Override or as a Custom role.
type shared struct {
	groups, people grantList
	timed          bool
}

var sharedNothing = &shared{}

// peopleLists and groupLists are what is given at an entity by itself and through selections.
func (g *grants) peopleLists() [2]*grantList {
	return [2]*grantList{&g.people, &g.fromSelections().people}
}

func (g *grants) groupLists() [2]*grantList {
	return [2]*grantList{&g.groups, &g.fromSelections().groups}
}

func (g *grants) fromSelections() *shared {
	if g.shared == nil {
		return sharedNothing
	}
	return g.shared
}

func (t *txn) profile(i uint32) *profile { return own[profile, *profile](t, &t.profiles, i, nil) }

// profileOf is the profile of some selections, made anew where any of them is not what it was made of; none without any.
func (t *txn) profileOf(list []uint32) uint32 {
	if len(list) == 0 {
		return none
	}
	i := t.names.profiles.intern(numbersKey(list))
	p := t.profiles.at(i)
	if p != nil && slices.EqualFunc(p.list, p.made, func(sel uint32, of *selection) bool { return t.selections.at(sel) == of }) {
		return i
	}
	p = t.profile(i)
	p.list, p.made = list, nil
	for _, sel := range list {
		p.made = append(p.made, t.selections.at(sel))
	}
	p.plain = t.compileProfile(p.made)
	return i
}

// dropProfiles forgets those that no entity has any more.
func (t *txn) dropProfiles() {
	for _, i := range t.profiles.renewed {
		if p := t.profiles.at(i); p != nil && p.entities == 0 {
			t.profiles.set(i, nil)
		}
	}
}

// compileProfile makes what selections give at an entity of their level at which nothing differs.
func (t *txn) compileProfile(made []*selection) *grants {
	level, ns := made[0].Level, t.names.namespaces.key(made[0].namespace)
	c := &compiler{w: t.world(), entity: none, key: EntityKey{Level: level, Namespace: ns}, out: &grants{level: level, plain: true}}
	names := map[string]uint32{}
	slot := func(name string) uint32 {
		i, ok := names[name]
		if !ok {
			i = uint32(len(c.out.roles))
			c.out.roles = append(c.out.roles, c.slot(name))
			names[name] = i
		}
		return i
	}
	for _, sel := range made {
		c.out.timed = c.out.timed || sel.span != always
		roles := []uint32{}
		for _, name := range c.w.namesOf(sel.role, ns) {
			if r := catalogue.SystemRole(name); r == nil || r.Level == level {
				roles = append(roles, slot(name))
			}
		}
		c.give(roles, sel.span, sel.people, sel.groups)
	}
	c.out.shared = &shared{people: c.list(c.people), groups: c.list(c.groups), timed: c.out.timed}
	for _, r := range c.out.roles {
		c.out.rules = c.out.rules || r.denies
	}
	return c.out
}

// slot is a role that a selection names, as it is at the compiler's entity: void where it means none there.
func (c *compiler) slot(name string) localRole {
	role, problem := c.w.resolveRole(name, c.key)
	if problem != RoleOK {
		return localRole{named: name, void: true}
	}
	r := c.localRole(role)
	r.named = name
	return r
}

// inherit begins an entity's grants with what its selections give.
func (c *compiler) inherit(p *profile, roles []uint32) {
	plain := p.plain
	c.out.shared, c.out.plain, c.out.timed, c.out.rules = plain.shared, true, plain.shared.timed, plain.rules
	c.out.roles = slices.Clone(plain.roles)
	if len(roles) == 0 {
		return // there is neither an Override nor a Custom role here
	}
	for i := range c.out.roles {
		is := c.slot(c.out.roles[i].named)
		if was := &c.out.roles[i]; is.void != was.void || is.name != was.name || is.set != was.set || len(is.overridden) > 0 {
			// What is put down for each subject in the profile does not hold here.
			c.out.plain, c.out.rules = false, true
		}
		c.out.roles[i] = is
	}
}

// namesOf are the names of the roles that a reference means in a namespace, be they there or not.
func (w world) namesOf(ref RoleRef, ns string) []string {
	if !ref.Template {
		return []string{ref.Name}
	}
	x, _ := w.resolveTemplate(ref.Name, ns)
	if x == nil {
		return nil
	}
	return x.Roles
}
