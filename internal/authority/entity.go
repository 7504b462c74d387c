package authority

import (
	"fmt"
	"strings"

	"provost.dev/provost/internal/catalogue"
	"provost.dev/provost/internal/directory"
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
	case p.after == nil:
		j.alterEntity(p.before.Key, "delete")
	default:
		j.changeEntity(p.before, p.after)
	}
}

func (j *judgement) createEntity(e *directory.Entity) {
	if e.Ownership == directory.OwnershipPrivate && e.Owner != j.who {
		j.need(fmt.Sprintf("only platform administrators may create %s as the property of somebody else (%s)", name(e.Key), e.Owner))
	}
	if e.Parent.Name != "" {
		j.createBelow(e.Key, e.Parent.In(e.Key.Namespace))
		return
	}
	if e.Key.Level == catalogue.Organisation {
		j.need("only platform administrators may create an organisation")
	} else if e.Ownership != directory.OwnershipPrivate {
		j.need(fmt.Sprintf("only platform administrators may create %s without a parent, unless it is private and your own", name(e.Key)))
	}
}

// createBelow notes what is missing to have an entity stand below another one.
func (j *judgement) createBelow(e, parent directory.EntityKey) {
	ids := createPermissions[e.Level][parent.Level]
	if len(ids) == 0 {
		j.need(fmt.Sprintf("a %s does not stand below a %s", kind(e), kind(parent)))
		return
	}
	for _, id := range ids {
		if j.may(id, parent) {
			return
		}
	}
	if !j.powerAt(parent).whole {
		j.need(fmt.Sprintf("needs %s at %s, to have %s below it", strings.Join(ids, " or "), name(parent), name(e)))
	}
}

// leave notes what is missing to take an entity from below another one. One
// that does not exist has nobody to ask.
func (j *judgement) leave(e, parent directory.EntityKey) {
	if exists(j.before, parent.ID()) && e.Level.MayStandUnder(parent.Level) {
		j.createBelow(e, parent)
	}
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
	if e.Level == catalogue.Campus && j.may(manageCampusOwnership, e) || j.powerAt(e).whole {
		return
	}
	needs := "every permission of " + name(e)
	if e.Level == catalogue.Campus {
		needs = fmt.Sprintf("%s at %s or %s", manageCampusOwnership, name(e), needs)
	}
	j.need(fmt.Sprintf("needs %s, to change to whom it belongs", needs))
}
