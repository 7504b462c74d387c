package authority

import (
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
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
	// below is the entity that a selection looks under, whose power this is.
	below directory.EntityKey
	// missed says that a refusal named it already.
	missed bool
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

// AssignPermission is the level's permission to give its roles.
func AssignPermission(l catalogue.Level) catalogue.Permission {
	p, _ := l.Permission(assignPermissions[l])
	return p
}

// may says whether the requester has a permission at an entity, by ID.
func (j *judgement) may(id string, at directory.EntityKey) bool {
	return may(j.before, j.who, id, at, j.now)
}

func may(s *directory.Snapshot, who, id string, at directory.EntityKey, now time.Time) bool {
	p, ok := at.Level.Permission(id)
	return ok && s.Can(who, p, at, now)
}

// powerAt works out the requester's power at an entity. One that the change
// brings into being is judged by where it will stand.
func (j *judgement) powerAt(at directory.EntityKey) *power {
	if p, ok := j.powers[at]; ok {
		return p
	}
	place := j.before
	if _, ok := place.Record(at.ID()); !ok {
		place = j.after
	}
	p := powerOf(j.before, place, j.who, at, j.now)
	if j.powers == nil {
		j.powers = map[directory.EntityKey]*power{}
	}
	j.powers[at] = &p
	return &p
}

// powerOf is what somebody may give and take at an entity by what he may do in one snapshot, and by where the entity stands
// and whose it is in another, or in the same one.
func powerOf(s, place *directory.Snapshot, who string, at directory.EntityKey, now time.Time) power {
	p := power{entity: at, has: s.Permissions(who, at, now)}
	ownership, owner := ownershipOf(place, at)
	switch ownership {
	case directory.OwnershipPrivate:
		p.private = true
		p.whole = owner == who && !curbed(place, owner, at, now)
	case directory.OwnershipOrganisation:
		p.owner, p.isOwned = place.Organisation(at)
	}
	if p.isOwned {
		p.organisation = may(s, who, assignRoles, p.owner, now)
		p.whole = s.Permissions(who, p.owner, now) == catalogue.Organisation.All()
	}
	p.whole = p.whole || p.has == at.Level.All()
	p.assigns = may(s, who, assignPermissions[at.Level], at, now)
	return p
}

// MayGrant says whether somebody has any authority to grant at an entity, to give at least what is not sensitive (R23).
func MayGrant(s *directory.Snapshot, who string, at directory.EntityKey, now time.Time) bool {
	p := powerOf(s, s, who, at, now)
	return p.any()
}

// AssignsIn says whether somebody may assign roles at an organisation of a namespace, and with that change its groups (R24).
func AssignsIn(s *directory.Snapshot, who, namespace string, now time.Time) bool {
	return slices.ContainsFunc(s.OrganisationsIn(namespace), func(e directory.EntityKey) bool { return may(s, who, assignRoles, e, now) })
}

// curbed says that an owner's hand is stayed: a PermissionOverride says exactly
// what he may do there (R9), or a SystemDeny takes the permission to give roles (R10).
func curbed(s *directory.Snapshot, who string, at directory.EntityKey, now time.Time) bool {
	x := s.Explain(who, at, now)
	if x.Overridden || x.SubjectState != directory.SubjectGood {
		return true
	}
	for _, d := range x.Denies {
		if d.Permissions.Has(AssignPermission(at.Level).Set()) {
			return true
		}
	}
	return false
}

// ownershipOf is to whom an entity belongs, the default resolved (R2).
func ownershipOf(s *directory.Snapshot, at directory.EntityKey) (directory.Ownership, string) {
	rec, ok := s.Record(at.ID())
	if !ok {
		return directory.OwnershipDefault, ""
	}
	e := rec.(*directory.Entity)
	if e.Ownership != directory.OwnershipDefault {
		return e.Ownership, e.Owner
	}
	if _, ok := s.Organisation(at); ok {
		return directory.OwnershipOrganisation, ""
	}
	return directory.OwnershipPublic, ""
}

// any says whether there is power to give or take anything there.
func (p *power) any() bool { return p.whole || p.organisation || p.assigns }

// grants says whether a set of permissions is within reach (R23).
func (p *power) grants(set catalogue.Set) bool {
	all := p.entity.Level.Sensitive()
	set &= all
	return p.whole || (set == 0 || set != all) && (p.organisation || p.assigns && p.has.Has(set))
}

// takes says whether there is power over somebody who has a set of permissions:
// nobody takes from somebody who has sensitive ones that the taker lacks (R23).
// What somebody lacks is measured where the power comes from: at the entity by
// what he has there, from above by what he could give.
func (p *power) takes(has catalogue.Set) bool {
	all := p.entity.Level.Sensitive()
	has &= all
	return p.whole || p.assigns && p.has.Has(has) || p.organisation && (has == 0 || p.owner != p.entity && has != all)
}
