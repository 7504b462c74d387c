package sight

import (
	"slices"

	"provost.dev/provost/internal/engine/directory"
)

// Group says whether a group exists for the viewer: for its members and staff, for whoever has view_all_people or
// assign_roles at an organisation of its namespace, and for whom its visibility lets in.
func (v *Viewer) Group(k directory.Key) bool {
	g := v.group(k)
	return g != nil && !v.blind && (v.all || v.exists(g))
}

func (v *Viewer) group(k directory.Key) *directory.Group {
	rec, ok := v.s.Record(k.GroupID())
	if !ok {
		return nil
	}
	g, _ := rec.(*directory.Group)
	return g
}

func (v *Viewer) exists(g *directory.Group) bool {
	of := v.offices[g.Key.Namespace]
	switch {
	case g.Visibility == directory.VisibilityPublic:
		return true
	case !v.good:
		return false
	case of.people || of.assigns || g.Visibility == directory.VisibilityOrganisation && of.inside:
		return true
	}
	return v.s.IsMember(g.Key, v.who, v.now)
}

// Members says whether it may be seen who is in a group, and through what: as its memberVisibility has it, which shows
// nobody more than the group's own visibility does.
func (v *Viewer) Members(k directory.Key) bool {
	g := v.group(k)
	return g != nil && (v.all || v.good && v.seesMembers(g))
}

func (v *Viewer) seesMembers(g *directory.Group) bool {
	switch {
	case v.supervises(g):
		return true
	case g.MemberVisibility == directory.MembersSeenByStaff:
		return false
	case v.s.IsMember(g.Key, v.who, v.now):
		return true
	}
	return g.MemberVisibility == directory.MembersSeenByOrganisation && g.Visibility != directory.VisibilityMembers &&
		v.offices[g.Key.Namespace].inside
}

// supervises says whether the viewer is of a group's staff (R23), or sees all people of an organisation of its namespace.
func (v *Viewer) supervises(g *directory.Group) bool {
	of := v.offices[g.Key.Namespace]
	return of.people || of.assigns || v.s.RankIn(g.Key, v.who, v.now) != directory.Learner
}

// Entries says whether all that a group's list says may be seen: whom it lists as Pending, Inactive or Removed, the windows,
// and its history.
func (v *Viewer) Entries(k directory.Key) bool {
	g := v.group(k)
	return g != nil && (v.all || v.good && v.supervises(g))
}

// Groups are those that exist for the viewer, in order.
func (v *Viewer) Groups() []directory.Key {
	return slices.DeleteFunc(v.s.Groups(), func(k directory.Key) bool { return !v.Group(k) })
}
