package authority

import (
	"fmt"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// endOfTime is after every window has closed that ever will.
var endOfTime = time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)

// loseAdministrator notes that somebody loses the permission to give roles at an entity.
func (j *judgement) loseAdministrator(e directory.EntityKey, at time.Time) {
	if _, noted := j.bereft[e]; noted {
		return
	}
	if j.bereft == nil {
		j.bereft = map[directory.EntityKey]time.Time{}
	}
	j.bereft[e] = at
}

// lastAdministrators refuses a change that leaves an entity without anybody who can give
// roles there, where there was somebody before.
func (j *judgement) lastAdministrators() {
	for e, at := range j.bereft {
		j.notAbandoned(e, at, "give somebody else the permission first")
	}
	if e, ok := one(j.change).(*directory.Entity); ok && j.change.Before != nil {
		remedy := "give somebody the permission first"
		if j.change.After == nil {
			remedy = "delete or move what stands below first"
		}
		j.belowNotAbandoned(e.Key, remedy)
	}
}

// belowNotAbandoned looks at an entity that changes, and at all below it: they
// may have lost the organisation, or the owner, that had power over them.
func (j *judgement) belowNotAbandoned(e directory.EntityKey, remedy string) {
	j.notAbandoned(e, j.now, remedy)
	for _, child := range j.before.Children(e) {
		if child.Level > e.Level && !j.over() {
			j.belowNotAbandoned(child, remedy)
		}
	}
}

// notAbandoned compares at a moment, and when every window has closed.
func (j *judgement) notAbandoned(e directory.EntityKey, at time.Time, remedy string) {
	if !exists(j.after, e.ID()) {
		return
	}
	for _, t := range []time.Time{at, endOfTime} {
		if !Administered(j.before, e, t) || Administered(j.after, e, t) {
			continue
		}
		when := ""
		switch {
		case t.Equal(endOfTime):
			when = " in the end"
		case t.After(j.now):
			when = " from " + t.UTC().Format(time.RFC3339)
		}
		j.need(fmt.Sprintf("would leave %s without anybody who can give roles there%s (%s): %s", name(e), when, assignPermissions[e.Level],
			remedy))
		return
	}
}

// Administered says whether somebody can give roles at an entity: by permission
// there or at the organisation that owns it, or as its owner.
func Administered(s *directory.Snapshot, e directory.EntityKey, at time.Time) bool {
	ownership, owner := ownershipOf(s, e)
	switch ownership {
	case directory.OwnershipPrivate:
		if s.Access(owner, e, at).SubjectState == directory.SubjectGood {
			return true
		}
	case directory.OwnershipOrganisation:
		if o, ok := s.Organisation(e); ok && o != e && s.AnyoneCan(AssignPermission(catalogue.Organisation), o, at) {
			return true
		}
	}
	return s.AnyoneCan(AssignPermission(e.Level), e, at)
}
