package authority

import (
	"fmt"
	"strings"

	"provost.dev/provost/internal/catalogue"
	"provost.dev/provost/internal/directory"
)

// power is what a requester may give and take at one entity (R23), computed
// from the effective permissions before the change.
type power struct {
	entity directory.EntityKey
	// whole: the owner of a private entity, or every permission of the level there or at the owning organisation.
	whole bool
	// organisation: assign_roles at the owning organisation.
	organisation bool
	// assigns: the level's own assign permission.
	assigns bool
	// has is what the requester may do there.
	has catalogue.Set
	// owner is the organisation that owns the entity, if one does.
	owner   directory.EntityKey
	isOwned bool
	private bool
}

// assignRoles is the permission that reaches through an organisation.
const assignRoles = "assign_roles"

// assignPermissions is each level's permission to give its roles (R23).
var assignPermissions = [catalogue.LevelCount]string{
	catalogue.Organisation: assignRoles,
	catalogue.Campus:       "manage_campus_members",
	catalogue.Course:       "manage_course_users",
	catalogue.Module:       "manage_module_users",
	catalogue.Session:      "manage_session_users",
	catalogue.Task:         "manage_task_users",
}

// settingsPermissions is each level's permission to alter an entity (R24).
var settingsPermissions = [catalogue.LevelCount]string{
	catalogue.Organisation: "manage_organisation_settings",
	catalogue.Campus:       "manage_campus_settings",
	catalogue.Course:       "manage_course_settings",
	catalogue.Module:       "manage_module_settings",
	catalogue.Session:      "manage_session_settings",
	catalogue.Task:         "manage_task_settings",
}

// may says whether the requester has a permission at an entity, by ID.
func (j *judgement) may(id string, at directory.EntityKey) bool {
	p, ok := at.Level.Permission(id)
	return ok && j.before.Can(j.who, p, at, j.now)
}

// powerAt works out the requester's power at an entity. One that the change
// brings into being is judged by where it will stand.
func (j *judgement) powerAt(at directory.EntityKey) power {
	s := j.before
	if _, ok := s.Record(at.ID()); !ok {
		s = j.after
	}
	p := power{entity: at, has: j.before.Permissions(j.who, at, j.now)}
	facts := s.Entity(at, j.now)
	p.private = facts.Ownership == directory.OwnershipPrivate
	if p.private {
		p.whole = facts.Owner == j.who && j.before.Person(j.who, j.now).Standing == directory.StandingGood
	} else if p.owner, p.isOwned = s.Organisation(at); p.isOwned && facts.Ownership == directory.OwnershipPublic {
		p.isOwned = false
	}
	if p.isOwned {
		p.organisation = j.may(assignRoles, p.owner)
		p.whole = j.before.Permissions(j.who, p.owner, j.now) == catalogue.Organisation.All()
	}
	p.whole = p.whole || p.has == at.Level.All()
	p.assigns = j.may(assignPermissions[at.Level], at)
	return p
}

// any says whether there is power to give or take anything there.
func (p power) any() bool { return p.whole || p.organisation || p.assigns }

// grants says whether a set of permissions is within reach, and what of it is not.
func (p power) grants(set catalogue.Set) (bool, catalogue.Set) {
	level := p.entity.Level
	sensitive := set & level.Sensitive()
	switch {
	case p.whole:
		return true, 0
	case p.organisation && sensitive != level.Sensitive():
		return true, 0
	case p.assigns && p.has.Has(sensitive):
		return true, 0
	case !p.any():
		return false, 0
	}
	return false, sensitive &^ p.has
}

// where names what would give power at the entity, for a refusal.
func (p power) where() string {
	own := fmt.Sprintf("%s at %s", assignPermissions[p.entity.Level], name(p.entity))
	switch {
	case p.private:
		return own + ", or to own it"
	case p.isOwned && p.owner != p.entity:
		return fmt.Sprintf("%s or %s at %s", own, assignRoles, name(p.owner))
	}
	return own
}

// name is an entity in a sentence: "course algebra-1".
func name(e directory.EntityKey) string {
	return strings.ToLower(e.Level.String()) + " " + e.Name
}

// mayGrant notes what is missing to give a set of permissions at an entity.
// what says how: "role course-instructor", or nothing.
func (j *judgement) mayGrant(p power, set catalogue.Set, what string) {
	ok, lacking := p.grants(set)
	if ok {
		return
	}
	if !p.any() {
		j.need(fmt.Sprintf("needs %s, to give %s there", p.where(), what))
		return
	}
	if lacking == 0 { // assign_roles at the organisation, and the set is everything sensitive
		j.need(fmt.Sprintf("%s carries every sensitive permission of its level: only who has every permission of %s, or of the organisation, may give it",
			what, name(p.entity)))
		return
	}
	j.need(fmt.Sprintf("would grant %s, which you do not hold at %s", list(lacking, p.entity.Level), name(p.entity)))
}

// mayTake notes what is missing to take something from somebody at an entity:
// power there, and over whatever sensitive the person has (R23).
func (j *judgement) mayTake(p power, who string, has catalogue.Set, what string) {
	if !p.any() {
		j.need(fmt.Sprintf("needs %s, to take %s from %s there", p.where(), what, who))
		return
	}
	if ok, lacking := p.grants(has & p.entity.Level.Sensitive()); !ok {
		if lacking == 0 {
			lacking = has & p.entity.Level.Sensitive()
		}
		j.need(fmt.Sprintf("would take %s from %s, who has %s at %s, which you do not hold", what, who, list(lacking, p.entity.Level), name(p.entity)))
	}
}

func list(set catalogue.Set, l catalogue.Level) string {
	ids := set.IDs(l)
	const most = 5
	if len(ids) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(ids[:most], ", "), len(ids)-most)
	}
	return strings.Join(ids, ", ")
}
