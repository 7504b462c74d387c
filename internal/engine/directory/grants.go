package directory

import (
	"slices"

	"provost.dev/provost/internal/engine/catalogue"
)

// grants is what is given at one entity, in the form in which it is asked for:
// roles are resolved, templates unfolded, overrides applied, and subjects sorted.
// It is made anew when anything that it was made from changes.
//
// Most entities give to groups only. What a decision looks at there comes first,
// in one line of a processor's cache.
type grants struct {
	// rules says that some role may be withheld (R6), so that permissions cannot
	// simply be added up.
	rules bool
	// timed says that some grant or override has a window.
	timed bool
	// personal says that somebody is given something by name, or has it replaced.
	personal bool
	// plain says that the roles of shared are here what they are in the profile, so that its constants hold.
	plain bool
	level catalogue.Level // the entity's

	shared *shared // what selections give here (R34); nil for nothing

	groups grantList // by itself
	people grantList
	// overrides are the PermissionOverrides, by person.
	overrides []personOverride
	roles     []localRole
}

// localRole is a role as it is at one entity.
type localRole struct {
	name       RoleName
	set        catalogue.Set // overrides applied
	overridden []uint32      // the Override roles that replaced it
	rules      []rule
	denies     bool // some rule has enforcement Deny
	// named is what a selection calls the role, and void says that it means none here (R34).
	named string
	void  bool
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

// muchLonger is how much longer one of two sorted lists is before it is quicker to
// look for each number of the short one than to go through the long one.
const muchLonger = 16

// meet finds the next number that is both in a sorted list, from place i on, and
// among the subjects, from place j on. It returns both places; len(list) where there is none.
func (l *grantList) meet(list []uint32, i, j int) (int, int) {
	ids := l.ids
	bisect := len(ids)-j > muchLonger*(len(list)-i)
	for i < len(list) && j < len(ids) {
		a, b := list[i], ids[j]
		switch {
		case a == b:
			return i, j
		case b > a:
			i++
		case bisect:
			n, _ := slices.BinarySearch(ids[j+1:], a)
			j += 1 + n
		default:
			j++
		}
	}
	return len(list), len(ids)
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
	if g == nil || !g.personal {
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
