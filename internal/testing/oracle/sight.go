package oracle

import (
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// Eyes are somebody who looks at a world at one moment (R32).
type Eyes struct {
	w   *World
	now time.Time
	// Who is the person who looks, "" for somebody signed in who is none; All says that he administers the platform, and
	// Blind that he is suspended.
	Who        string
	All, Blind bool
	// known is what was worked out of access already: it is asked again and again.
	known map[Pair]directory.Access
}

// Looks is the moment at which several people look.
func (w *World) Looks(now time.Time) func(who string, all bool) *Eyes {
	known := map[Pair]directory.Access{}
	return func(who string, all bool) *Eyes {
		blind := who != "" && w.SubjectState(who) == directory.SubjectSuspended
		return &Eyes{w: w, now: now, Who: who, All: all, Blind: blind && !all, known: known}
	}
}

func (y *Eyes) access(who string, e directory.EntityKey) directory.Access {
	k := Pair{who, e}
	a, ok := y.known[k]
	if !ok {
		a = y.w.Access(who, e, y.now)
		y.known[k] = a
	}
	return a
}

// good says that the viewer is a person who may have permissions (R11).
func (y *Eyes) good() bool { return y.Who != "" && y.w.SubjectState(y.Who) == directory.SubjectGood }

// may says whether the viewer has a permission of the entity's level there.
func (y *Eyes) may(id string, e directory.EntityKey) bool {
	return y.good() && y.access(y.Who, e).Effective.Has(listed(e.Level, []string{id})) && listed(e.Level, []string{id}) != 0
}

// takesPart says whether somebody has something at an entity: a role, or what a PermissionOverride says.
func (y *Eyes) takesPart(who string, e directory.EntityKey) bool {
	return somethingToSay(y.access(who, e))
}

// mayGrant is the authority of R23, however far it reaches: the level's assign permission there, assign_roles at the
// organisation that owns it, or to own it where it is private, unless a PermissionOverride or a SystemDeny stays the owner's hand.
func (y *Eyes) mayGrant(e directory.EntityKey) bool {
	assign := map[catalogue.Level]string{
		catalogue.Organisation: "assign_roles", catalogue.Campus: "manage_campus_members", catalogue.Course: "manage_course_users",
		catalogue.Module: "manage_module_users", catalogue.Session: "manage_session_users", catalogue.Task: "manage_task_users",
	}[e.Level]
	if y.may(assign, e) {
		return true
	}
	if o, ok := y.w.belongsTo(e); ok && y.may("assign_roles", o) {
		return true
	}
	_, overridden := y.w.overridden(y.Who, e, y.now)
	return y.good() && y.owns(e) && !overridden && !y.w.denied(y.Who, e, y.now).Has(listed(e.Level, []string{assign}))
}

func (y *Eyes) owns(k directory.EntityKey) bool {
	e := y.w.entity(k)
	return e != nil && e.Ownership == directory.OwnershipPrivate && e.Owner == y.Who
}

// Access is who has access at an entity, and why.
func (y *Eyes) Access(e directory.EntityKey) bool {
	if y.w.entity(e) == nil {
		return false
	}
	view := map[catalogue.Level]string{
		catalogue.Organisation: "view_all_people", catalogue.Campus: "view_campus_members", catalogue.Course: "view_course_members",
		catalogue.Module: "view_module_members", catalogue.Session: "view_session_members", catalogue.Task: "view_task_members",
	}[e.Level]
	o, owned := y.w.belongsTo(e)
	return y.All || y.may(view, e) || owned && y.may("view_all_people", o) || y.mayGrant(e)
}

// Grants is who sees justifications and history.
func (y *Eyes) Grants(e directory.EntityKey) bool {
	return y.w.entity(e) != nil && (y.All || y.mayGrant(e))
}

// has says whether the viewer has a role in an organisation: at it, or at what belongs to it.
func (y *Eyes) has(o directory.EntityKey) bool {
	return y.good() && slices.ContainsFunc(y.w.Entities(), func(e directory.EntityKey) bool {
		of, owned := y.w.belongsTo(e)
		return owned && of == o && y.takesPart(y.Who, e)
	})
}

// organisationAbove is the nearest organisation at or above an entity, whoever owns the entity.
func (w *World) organisationAbove(k directory.EntityKey) (directory.EntityKey, bool) {
	for w.entity(k) != nil {
		if k.Level == catalogue.Organisation {
			return k, true
		}
		parent, ok := w.parentOf(w.entity(k))
		if !ok {
			break
		}
		k = parent
	}
	return directory.EntityKey{}, false
}

// sees says whether an entity is there for the viewer, as what it is.
func (y *Eyes) sees(k directory.EntityKey) bool {
	e := y.w.entity(k)
	if e == nil || y.Blind {
		return false
	}
	if y.All || e.Visibility == directory.VisibilityPublic {
		return true
	}
	if y.good() && (y.takesPart(y.Who, k) || y.owns(k)) {
		return true
	}
	o, ok := y.w.organisationAbove(k)
	return e.Visibility == directory.VisibilityOrganisation && ok && y.has(o) || y.Access(k)
}

// Entity is what of an entity is seen, Seen, Named or Hidden. What stands above something that is seen is so by name.
func (y *Eyes) Entity(k directory.EntityKey) string {
	switch {
	case y.sees(k):
		return "Seen"
	case y.w.entity(k) == nil:
		return "Hidden"
	}
	for _, e := range y.w.Entities() {
		if y.w.liesBelow(e, k) && y.sees(e) {
			return "Named"
		}
	}
	return "Hidden"
}

// inNamespace says whether something is so of an organisation of a namespace.
func (y *Eyes) inNamespace(ns string, is func(o directory.EntityKey) bool) bool {
	return slices.ContainsFunc(y.w.Entities(), func(e directory.EntityKey) bool {
		return e.Namespace == ns && e.Level == catalogue.Organisation && is(e)
	})
}

// staff: Admins and Instructors, whoever assigns roles in an organisation of the namespace and so counts as one, and
// view_all_people there.
func (y *Eyes) staff(g *directory.Group) bool {
	return y.good() && (y.w.IsMember(y.Who, g.Key, y.now) && roleWithin(g, y.Who, y.now) != directory.Learner ||
		y.inNamespace(g.Key.Namespace, func(o directory.EntityKey) bool { return y.may("assign_roles", o) || y.may("view_all_people", o) }))
}

// Group is whether it exists for the viewer.
func (y *Eyes) Group(k directory.Key) bool {
	g := y.w.group(k)
	if g == nil || y.Blind {
		return false
	}
	return y.All || g.Visibility == directory.VisibilityPublic || y.staff(g) ||
		g.Visibility == directory.VisibilityOrganisation && y.inNamespace(k.Namespace, y.has) ||
		y.good() && y.w.IsMember(y.Who, k, y.now)
}

// Members is whether it is seen who is in a group. Nobody sees them who does not see the group.
func (y *Eyes) Members(k directory.Key) bool {
	if !y.Group(k) {
		return false
	}
	g := y.w.group(k)
	if y.All || y.staff(g) {
		return true
	}
	switch member := y.good() && y.w.IsMember(y.Who, k, y.now); g.MemberVisibility {
	case directory.MembersSeenByStaff:
		return false
	case directory.MembersSeenByOrganisation:
		return member || g.Visibility != directory.VisibilityMembers && y.inNamespace(k.Namespace, y.has)
	default:
		return member
	}
}

// Entries is whether all is seen that the list says.
func (y *Eyes) Entries(k directory.Key) bool {
	g := y.w.group(k)
	return g != nil && (y.All || y.staff(g))
}

// Person is whether somebody is seen: himself, and whom he meets in a group or at an entity.
func (y *Eyes) Person(name string) bool {
	if name == "" || name == y.Who {
		return name != ""
	}
	if y.All {
		return slices.Contains(y.w.people, name)
	}
	for _, k := range y.w.GroupKeys() {
		if y.Members(k) && y.w.IsMember(name, k, y.now) {
			return true
		}
	}
	for _, e := range y.w.Entities() {
		if y.Access(e) && y.takesPart(name, e) {
			return true
		}
	}
	return false
}

// Why is about somebody's access at an entity.
func (y *Eyes) Why(name string, e directory.EntityKey) bool {
	if name == y.Who && name != "" {
		return y.Entity(e) != "Hidden"
	}
	return y.Person(name) && y.Access(e)
}

// History is about what somebody's access at an entity was, and the justifications.
func (y *Eyes) History(name string, e directory.EntityKey) bool {
	if name == y.Who && name != "" {
		return y.Entity(e) != "Hidden"
	}
	return y.Person(name) && y.Grants(e)
}

// Membership is about whether somebody is in a group.
func (y *Eyes) Membership(name string, k directory.Key) bool {
	if name == y.Who && name != "" {
		return y.Group(k)
	}
	return y.Person(name) && y.Members(k)
}
