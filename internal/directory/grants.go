package directory

import (
	"slices"

	"provost.dev/provost/internal/catalogue"
)

// grants is what is given at one entity, in the form in which it is asked for:
// roles are resolved, templates unfolded, overrides applied, and subjects sorted.
// It is made anew when anything that it was made from changes.
type grants struct {
	roles  []localRole
	people grantList
	groups grantList
	// overrides are the PermissionOverrides, by person.
	overrides []personOverride
	// rules says that some role may be withheld (R6), so that permissions cannot
	// simply be added up.
	rules bool
	// timed says that some grant or override has a window.
	timed bool
}

// localRole is a role as it is at one entity.
type localRole struct {
	name       RoleName
	set        catalogue.Set // overrides applied
	overridden []uint32      // the Override roles that replaced it
	rules      []rule
	denies     bool // some rule has enforcement Deny
}

// rule is a role rule (R6).
type rule struct {
	named       string
	role        RoleName
	exclude     bool
	atParent    bool
	enforcement Enforcement
}

// grantList is what the subjects of one kind are given, sorted by subject.
type grantList struct {
	ids []uint32
	// constant is what each subject is given whatever the time and the role rules.
	constant []catalogue.Set
	// first is where the subject's grants begin; they end where the next one's begin.
	first []uint32
	list  []localGrant
}

// localGrant gives one role for some time.
type localGrant struct {
	role uint32 // index into grants.roles
	span span
}

type personOverride struct {
	person uint32
	id     uint32
	set    catalogue.Set
	span   span
}

// find returns a subject's place in the list, or -1.
func (l *grantList) find(id uint32) int {
	if len(l.ids) <= 8 {
		for i, x := range l.ids {
			if x == id {
				return i
			}
		}
		return -1
	}
	if i, ok := slices.BinarySearch(l.ids, id); ok {
		return i
	}
	return -1
}

// of returns the grants of the subject at a place.
func (l *grantList) of(i int) []localGrant {
	end := len(l.list)
	if i+1 < len(l.first) {
		end = int(l.first[i+1])
	}
	return l.list[l.first[i]:end]
}

// overridesOf returns the PermissionOverrides of a person.
func (g *grants) overridesOf(person uint32) []personOverride {
	if g == nil || len(g.overrides) == 0 {
		return nil
	}
	i, _ := slices.BinarySearchFunc(g.overrides, person, func(o personOverride, p uint32) int {
		switch {
		case o.person < p:
			return -1
		case o.person > p:
			return 1
		}
		return 0
	})
	j := i
	for j < len(g.overrides) && g.overrides[j].person == person {
		j++
	}
	return g.overrides[i:j]
}

// role returns the index of a role among those given here, or -1.
func (g *grants) role(name RoleName) int {
	if g == nil {
		return -1
	}
	for i := range g.roles {
		if g.roles[i].name == name {
			return i
		}
	}
	return -1
}
