package authority

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/catalogue"
	"provost.dev/provost/internal/directory"
)

// effects judges the change by what it does to people (R22): for every role that
// somebody would newly hold at an entity and every permission that somebody
// would newly have, authority to grant it there; for what somebody would lose,
// authority to take it. What lies in the future counts like what is now: a
// binding that begins tomorrow is granted today.
func (j *judgement) effects() {
	for who, ns := range j.delta.Keys() {
		times := append([]time.Time{j.now}, j.before.Moments(who, ns, j.now)...)
		times = append(times, j.after.Moments(who, ns, j.now)...)
		slices.SortFunc(times, time.Time.Compare)
		for _, at := range slices.CompactFunc(times, time.Time.Equal) {
			j.compare(who, j.before.AccessIn(who, ns, at), j.after.AccessIn(who, ns, at))
			if j.full() {
				return
			}
		}
	}
}

// compare goes through two sorted lists of answers side by side.
func (j *judgement) compare(who string, before, after []directory.Access) {
	for len(before) > 0 || len(after) > 0 {
		var a, b directory.Access
		switch {
		case len(after) == 0 || len(before) > 0 && before[0].Entity.Compare(after[0].Entity) < 0:
			a, before = before[0], before[1:]
			b.Entity = a.Entity
		case len(before) == 0 || after[0].Entity.Compare(before[0].Entity) < 0:
			b, after = after[0], after[1:]
			a.Entity = b.Entity
		default:
			a, before = before[0], before[1:]
			b, after = after[0], after[1:]
		}
		j.weigh(who, &a, &b)
	}
}

// weigh judges what becomes of one person's access at one entity.
func (j *judgement) weigh(who string, a, b *directory.Access) {
	gained, lost := b.Effective&^a.Effective, a.Effective&^b.Effective
	newRoles, oldRoles := rolesOnlyIn(b, a), rolesOnlyIn(a, b)
	if gained == 0 && lost == 0 && len(newRoles) == 0 && len(oldRoles) == 0 {
		return
	}
	j.any = true
	sensitive := a.Entity.Level.Sensitive()
	if j.staff {
		// Staff of a group, R23: as long as nothing sensitive changes hands.
		hands := gained | lost
		for _, r := range slices.Concat(newRoles, oldRoles) {
			hands |= r.Permissions
		}
		if hands&sensitive == 0 {
			return
		}
	}
	p := j.powerAt(a.Entity)
	for _, r := range newRoles {
		j.mayGrant(p, r.Permissions, "role "+r.Role.Name)
	}
	if gained != 0 {
		j.mayGrant(p, gained, list(gained, a.Entity.Level))
	}
	if lost != 0 || len(oldRoles) > 0 {
		j.mayTake(p, who, a.Effective, taken(lost, oldRoles, a.Entity.Level))
	}
}

func taken(lost catalogue.Set, roles []directory.HeldRole, l catalogue.Level) string {
	if len(roles) == 0 {
		return list(lost, l)
	}
	names := make([]string, 0, len(roles))
	for _, r := range roles {
		names = append(names, r.Role.Name)
	}
	return fmt.Sprintf("role %s", strings.Join(names, ", "))
}

// rolesOnlyIn are the roles that one answer has and another has not.
func rolesOnlyIn(a, b *directory.Access) []directory.HeldRole {
	var out []directory.HeldRole
	for _, r := range a.Roles {
		if !slices.ContainsFunc(b.Roles, func(o directory.HeldRole) bool { return o.Role == r.Role }) {
			out = append(out, r)
		}
	}
	return out
}
