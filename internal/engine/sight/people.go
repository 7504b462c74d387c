package sight

import (
	"slices"

	"provost.dev/provost/internal/engine/directory"
)

// Person says whether a person exists for the viewer: he himself, the members of the groups whose members he sees, and whoever
// takes part in an entity of which he sees who has access. Of anybody else he sees what he sees there, and no more.
func (v *Viewer) Person(name string) bool {
	switch {
	case name == "":
		return false
	case name == v.who:
		return true
	case v.all:
		return v.s.Known(name)
	case !v.good:
		return false
	}
	return v.meets(name)
}

func (v *Viewer) meets(name string) bool {
	for k := range v.s.GroupsOf(name) {
		if g := v.group(k); g != nil && v.seesMembers(g) && v.s.IsMember(k, name, v.now) {
			return true
		}
	}
	return slices.ContainsFunc(v.s.PartOf(name, v.now), v.seesAccess)
}

// Why says whether it may be seen what a person may do at an entity, and why: his own access at whatever he sees at all, and
// that of people whom he sees where he sees who has access.
func (v *Viewer) Why(name string, at directory.EntityKey) bool {
	return v.Person(name) && (v.own(name, at) || v.Access(at))
}

// History is Why for what there was, and for the justifications.
func (v *Viewer) History(name string, at directory.EntityKey) bool {
	return v.Person(name) && (v.own(name, at) || v.Grants(at))
}

func (v *Viewer) own(name string, at directory.EntityKey) bool {
	return name == v.who && v.Entity(at) != Hidden
}

// Membership says whether it may be seen if a person is in a group, and through what: of himself where the group exists for
// him.
func (v *Viewer) Membership(name string, k directory.Key) bool {
	return v.Person(name) && (name == v.who && v.Group(k) || v.Members(k))
}

// People are those who exist for the viewer, in order.
func (v *Viewer) People() []string {
	return slices.DeleteFunc(v.s.People(), func(name string) bool { return !v.Person(name) })
}
