package authority

import (
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

// createPermissions are the permissions that let somebody create an entity of a
// level below one of another level (R24). Where a parent's level has none of
// its own, altering the parent's content is what creating below it amounts to.
var createPermissions = map[catalogue.Level]map[catalogue.Level][]string{
	catalogue.Campus: {catalogue.Organisation: {"create_campus"}},
	catalogue.Course: {
		catalogue.Organisation: {"manage_content", "add_courses_to_join"},
		catalogue.Campus:       {"add_courses_to_join"},
	},
	catalogue.Module:  {catalogue.Course: {"create_modules"}},
	catalogue.Session: {catalogue.Module: {"create_sessions"}, catalogue.Course: {"edit_course_content"}},
	catalogue.Task: {
		catalogue.Module:  {"create_tasks"},
		catalogue.Course:  {"edit_course_content"},
		catalogue.Session: {"edit_session_content"},
	},
}

// manageCampusOwnership is the one permission by which an entity changes hands (R24).
const manageCampusOwnership = "manage_campus_ownership"

func (j *judgement) entity(p pair[directory.Entity]) {
	switch {
	case p.before == nil:
		j.createEntity(p.after)
		j.ownersBelow(p.after.Key)
		j.carried(p.after.Key)
	case p.after == nil:
		j.deleteEntity(p.before)
		j.ownersBelow(p.before.Key)
	default:
		j.changeEntity(p.before, p.after)
		j.ownersBelow(p.after.Key)
		j.carried(p.after.Key)
	}
}

func (j *judgement) createEntity(e *directory.Entity) {
	if e.Ownership == directory.OwnershipPrivate && e.Owner != j.who {
		j.need(fmt.Sprintf("only platform administrators may create %s as the property of somebody else (%s)", name(e.Key), e.Owner))
	}
	j.anew(e)
	switch {
	case e.Parent.Name != "":
		j.createBelow(e.Key, e.Parent.In(e.Key.Namespace))
	case e.Key.Level == catalogue.Organisation:
		j.need("only platform administrators may create an organisation")
	case e.Ownership != directory.OwnershipPrivate:
		j.need(fmt.Sprintf("only platform administrators may create %s without a parent, unless it is private and your own", name(e.Key)))
	default:
		j.createAlone(e.Key)
	}
}

// anew keeps a name that objects still name from being taken (R24): it is that of
// an entity that went, or is to come, and applications may ask for it. It belongs
// to whatever organisation of the namespace it was of.
func (j *judgement) anew(e *directory.Entity) {
	named := j.before.Naming(e.Key)
	if len(named) == 0 || j.without(naming) {
		return
	}
	names := make([]string, 0, len(named))
	for _, id := range named {
		names = append(names, fmt.Sprintf("%s %s", id.Kind, id.Name))
	}
	still := fmt.Sprintf("%s is not new, it is still named by %s", name(e.Key), whoever(names))
	if e.Ownership == directory.OwnershipPrivate {
		j.need(still + ", so that only platform administrators may create it as private")
		return
	}
	owner, _ := j.after.Organisation(e.Key)
	for _, o := range j.before.OrganisationsIn(e.Key.Namespace) {
		if o != owner && !j.powerAt(o).whole {
			j.need(fmt.Sprintf("%s, and it may be of %s: needs every permission there, to create it elsewhere", still, name(o)))
		}
	}
}

// aloneIDs are the permissions at an organisation that let somebody create an
// entity of his own, without a parent, in a namespace that has an organisation (R24).
var aloneIDs = []string{"manage_content", "add_campuses_to_join", "add_courses_to_join", "add_modules_to_join", "add_sessions_to_join"}

// createAlone notes what is missing to create an entity that is below nothing.
func (j *judgement) createAlone(e directory.EntityKey) {
	organisations := j.before.OrganisationsIn(e.Namespace)
	for _, o := range organisations {
		if slices.ContainsFunc(aloneIDs, func(id string) bool { return j.may(id, o) }) {
			return
		}
	}
	if len(organisations) > 0 && !j.without(deleting) {
		j.need(fmt.Sprintf("needs manage_content or one of add_..._to_join at an organisation of namespace %s, to create %s without a parent",
			e.Namespace, name(e)))
	}
}

// createBelow notes what is missing to have an entity stand below another one.
func (j *judgement) createBelow(e, parent directory.EntityKey) {
	ids := createPermissions[e.Level][parent.Level]
	switch {
	case len(ids) == 0:
		j.need(findings.CannotStandBelow(e.Level, parent.Level))
	case !j.createsBelow(e, parent):
		j.need(fmt.Sprintf("needs %s at %s, to have %s below it", strings.Join(ids, " or "), name(parent), name(e)))
	}
}

// createsBelow says whether the requester may have an entity stand below another one.
func (j *judgement) createsBelow(e, parent directory.EntityKey) bool {
	ids := createPermissions[e.Level][parent.Level]
	return len(ids) > 0 && (j.powerAt(parent).whole || slices.ContainsFunc(ids, func(id string) bool { return j.may(id, parent) }))
}

// leave notes what is missing to take an entity from below another one. One
// that does not exist has nobody to ask.
func (j *judgement) leave(e, parent directory.EntityKey) {
	if exists(j.before, parent.ID()) && e.Level.MayStandUnder(parent.Level) {
		j.createBelow(e, parent)
	}
}

// deleteEntity: the settings, and what changing its ownership takes, unless the
// deleter could create it where it is (R24). Otherwise one deletes a course and
// makes it anew as one's own, under the name that applications ask for.
func (j *judgement) deleteEntity(e *directory.Entity) {
	j.alterEntity(e.Key, "delete")
	was := belonging(j.before, e.Key)
	parent := e.Parent.In(e.Key.Namespace)
	ids := createPermissions[e.Key.Level][parent.Level]
	creatable := was.organisation.Name != "" && e.Parent.Name != "" && len(ids) > 0
	if j.without(deleting) || j.owns(e.Key) || creatable && j.createsBelow(e.Key, parent) {
		return
	}
	needs := "every permission of " + name(e.Key)
	if creatable {
		needs = fmt.Sprintf("%s at %s, or %s", strings.Join(ids, " or "), name(parent), needs)
	}
	whose := "what belongs to " + name(was.organisation)
	switch {
	case was.ownership == directory.OwnershipPrivate:
		whose = "what belongs to " + was.owner
	case was.organisation.Name == "":
		whose = "it"
	}
	j.need(fmt.Sprintf("needs %s, to delete %s", needs, whose))
}

func (j *judgement) alterEntity(e directory.EntityKey, to string) {
	if !j.powerAt(e).whole && !j.may(settingsPermissions[e.Level], e) {
		j.need(fmt.Sprintf("needs %s at %s, to %s it", settingsPermissions[e.Level], name(e), to))
	}
}

func (j *judgement) changeEntity(before, after *directory.Entity) {
	e := after.Key
	j.alterEntity(e, "change")
	was, is := belonging(j.before, e), belonging(j.after, e)
	if before.Parent != after.Parent {
		if before.Parent.Name != "" {
			j.leave(e, before.Parent.In(e.Namespace))
		}
		if after.Parent.Name != "" {
			j.createBelow(e, after.Parent.In(e.Namespace))
		} else if is.ownership != directory.OwnershipPrivate {
			j.need(fmt.Sprintf("only platform administrators may leave %s without a parent, unless it is private", name(e)))
		}
	}
	if was != is {
		j.changeOwnership(e)
	}
}

// belongs is to whom an entity belongs: to a person, to an organisation, or to nobody in particular.
type belongs struct {
	ownership    directory.Ownership
	owner        string
	organisation directory.EntityKey
}

func belonging(s *directory.Snapshot, e directory.EntityKey) belongs {
	var out belongs
	if out.ownership, out.owner = ownershipOf(s, e); out.ownership == directory.OwnershipOrganisation {
		out.organisation, _ = s.Organisation(e)
	}
	return out
}

// changeOwnership: manage_campus_ownership, or every permission of the level (R24).
// The owner of what is private has the whole of it.
func (j *judgement) changeOwnership(e directory.EntityKey) {
	if j.owns(e) {
		return
	}
	needs := "every permission of " + name(e)
	if e.Level == catalogue.Campus {
		needs = fmt.Sprintf("%s at %s or %s", manageCampusOwnership, name(e), needs)
	}
	j.need(fmt.Sprintf("needs %s, to change to whom it belongs", needs))
}

// owns says whether the requester may say to whom an entity belongs.
func (j *judgement) owns(e directory.EntityKey) bool {
	return e.Level == catalogue.Campus && j.may(manageCampusOwnership, e) || j.powerAt(e).whole
}

// ownersBelow judges what an entity that comes, goes or moves does to those below
// it (R24): where it makes a difference to whom one of them belongs, that is a
// change of its ownership.
func (j *judgement) ownersBelow(e directory.EntityKey) {
	for _, x := range j.below(e) {
		if j.over() || j.without(belowMoves) {
			return
		}
		if exists(j.before, x.ID()) && exists(j.after, x.ID()) && belonging(j.before, x) != belonging(j.after, x) {
			j.changeOwnership(x)
		}
	}
}

// below are the entities that stand below one, before the change or after it.
func (j *judgement) below(e directory.EntityKey) []directory.EntityKey {
	var out []directory.EntityKey
	for _, child := range j.before.Children(e) {
		if child.Level > e.Level {
			out = append(append(out, child), j.below(child)...)
		}
	}
	return out
}
