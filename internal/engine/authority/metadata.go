package authority

import (
	"context"
	"fmt"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// MayTouch says whether a requester may change an object in a way that gives and
// takes nothing: its labels, annotations and finalizers, or its title. These are
// acted upon too: a finalizer keeps an object, its namespace and a GitSync's prune
// from coming to an end. It takes what any other change of the object would take
// at the least (rules R21-R24). An object that declares nothing (rec is nil) is
// the trusted's.
func MayTouch(s *directory.Snapshot, r Requester, id directory.ID, rec directory.Record, now time.Time) Verdict {
	if r.trusted(s) {
		return Verdict{Allowed: true}
	}
	if reason := Reserved(id); reason != "" {
		return Verdict{Missing: []string{reason}}
	}
	if rec == nil {
		return Verdict{Missing: []string{fmt.Sprintf("only platform administrators may change %s", id)}}
	}
	who, problem := r.person(s)
	if problem != "" {
		return Verdict{Missing: []string{problem}}
	}
	c := Change{Before: rec, After: rec}
	before := upToDate(s, c)
	j := &judgement{ctx: context.Background(), before: before, after: before, change: c, now: now, who: who}
	j.touch(rec)
	return j.verdict()
}

// touch notes what is missing to change a record at all.
func (j *judgement) touch(rec directory.Record) {
	switch r := rec.(type) {
	case *directory.Entity:
		j.alterEntity(r.Key, "change")
	case *directory.Role:
		j.mayManageRoles(r.Entity.In(r.Key.Namespace))
	case *directory.RoleTemplate:
		j.template(r)
	case *directory.Term:
		j.mayManageTerms(r.Key)
	case *directory.RoleBinding:
		j.handle(giving(r.Key.Namespace, r.Entity, r.Selects, r.Role, r.Window), "change the binding")
	case *directory.PermissionOverride:
		j.mayHandle(r.Entity.In(r.Key.Namespace), "change the override")
	case *directory.Group:
		if j.rankIn(r.Key) == directory.Learner {
			j.needStaff(r.Key)
		}
	default:
		j.need(fmt.Sprintf("only platform administrators may change %s", rec.ID()))
	}
}
