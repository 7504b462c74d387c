package authority

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// effects judges the change by what it does to people (R22): for every role that
// somebody would newly hold at an entity and every permission that somebody
// would newly have, authority to grant it there; for what somebody would lose,
// authority to take it. What lies in the future counts like what is now: a
// binding that begins tomorrow is granted today.
func (j *judgement) effects() {
	j.affected = map[string]bool{}
	if j.refused {
		return
	}
	places := j.places()
	if t, ok := one(j.change).(*directory.Term); ok && j.settled(t.Key) {
		return
	}
	alike := j.alike(places)
	for _, key := range j.concerned() {
		if j.over() {
			return
		}
		if len(places) == 0 {
			j.compareIn(key.who, key.ns)
		}
		for _, e := range alike.of(key.who) {
			j.compareAt(key.who, e)
		}
	}
	j.newcomers(places)
	j.guests()
}

// compareIn compares all that somebody may do in a namespace, now and whenever
// the clock changes it.
func (j *judgement) compareIn(who, ns string) {
	for _, at := range j.times(j.before.AccessTransitions(who, ns, j.now), j.after.AccessTransitions(who, ns, j.now)) {
		if j.over() {
			return
		}
		directory.SideBySide(j.before.AccessIn(who, ns, at), j.after.AccessIn(who, ns, at),
			func(a, b *directory.Access) { j.judgeAccess(who, at, j.asCreated(who, at, a), b) })
	}
}

// compareAt is compareIn for one entity.
func (j *judgement) compareAt(who string, e directory.EntityKey) {
	for _, at := range j.times(j.before.AccessTransitionsAt(who, e, j.now), j.after.AccessTransitionsAt(who, e, j.now)) {
		a, b := j.before.Access(who, e, at), j.after.Access(who, e, at)
		j.judgeAccess(who, at, j.asCreated(who, at, &a), &b)
	}
}

// asCreated is what somebody has at an entity that the change creates by where it stands alone, and else what he has.
func (j *judgement) asCreated(who string, at time.Time, a *directory.Access) *directory.Access {
	return j.created.before(a, func(s *directory.Snapshot, e directory.EntityKey) directory.Access { return s.Access(who, e, at) })
}

// times are now and the times of two lists, in order.
func (j *judgement) times(before, after []time.Time) []time.Time {
	if j.without(timing) {
		return []time.Time{j.now}
	}
	out := append(append([]time.Time{j.now}, before...), after...)
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

type personIn struct{ who, ns string }

// concerned are those whose access may differ, in order, so that a refusal
// reads the same every time.
func (j *judgement) concerned() []personIn {
	var out []personIn
	for who, ns := range j.delta.Keys() {
		out = append(out, personIn{who, ns})
	}
	slices.SortFunc(out, func(a, b personIn) int { return cmp.Or(strings.Compare(a.who, b.who), strings.Compare(a.ns, b.ns)) })
	return out
}

// judgeAccess judges what becomes of one person's access at one entity at one time.
// What is said counts, not what is effective today: a role that is given to
// somebody suspended or denied is given, and one that is taken is taken.
func (j *judgement) judgeAccess(who string, at time.Time, a, b *directory.Access) {
	if j.whole[a.Entity] {
		return
	}
	gained, lost := gain(a, b), loss(a, b)
	given, taken := moreIn(b, a), onlyIn(a, b)
	if isToCome(a.Entity) { // from what is not there nothing is taken
		lost, taken = 0, nil
	}
	if gained == 0 && lost == 0 && len(given) == 0 && len(taken) == 0 {
		return
	}
	j.affected[who] = true
	level := a.Entity.Level
	if p := AssignPermission(level); (a.Effective &^ b.Effective).Has(p.Set()) && !isToCome(a.Entity) {
		j.loseAdministrator(a.Entity, at)
	}
	if j.staff && sensitive(level, gained|lost, given, taken) == 0 {
		return
	}
	p := j.powerAt(a.Entity)
	j.mayGain(p, who, a, b)
	if lost != 0 || len(taken) > 0 {
		has := held(a)
		if j.without(holding) {
			has = a.Effective
		}
		j.mayTake(p, who, has, takes(lost, taken, level))
	}
}

// mayGain notes what is missing for somebody to have the second answer instead of the first.
func (j *judgement) mayGain(p *power, who string, a, b *directory.Access) {
	rest, may := gain(a, b), true // what comes by another way than a role that is given
	for _, r := range moreIn(b, a) {
		may = j.mayGrant(p, r.Permissions, "role "+r.Role.Name) && may
		rest &^= r.Permissions
	}
	if rest != 0 {
		may = j.mayGrant(p, rest, short(rest, a.Entity.Level)) && may
	}
	if may && (rest != 0 || len(moreIn(b, a)) > 0) {
		j.mayComplete(p, who, a, b)
	}
}

// gain is what the second answer has that the first has not.
func gain(a, b *directory.Access) catalogue.Set {
	return b.Granted&^a.Granted | b.Effective&^a.Effective
}

// loss is what the first answer has that the second has not, be it only held.
func loss(a, b *directory.Access) catalogue.Set { return gain(b, a) | byRoles(a)&^byRoles(b) }

// held is all that somebody has been given at an entity, denied, overridden,
// withheld or suspended or not.
func held(a *directory.Access) catalogue.Set { return byRoles(a) | a.Granted }

func byRoles(a *directory.Access) catalogue.Set {
	var set catalogue.Set
	for _, r := range a.Roles {
		set |= r.Permissions
	}
	return set
}

// sensitive is what of all that changes hands is sensitive.
func sensitive(l catalogue.Level, hands catalogue.Set, roles ...[]directory.HeldRole) catalogue.Set {
	for _, list := range roles {
		for _, r := range list {
			hands |= r.Permissions
		}
	}
	return hands & l.Sensitive()
}

func takes(lost catalogue.Set, roles []directory.HeldRole, l catalogue.Level) string {
	if len(roles) == 0 {
		return short(lost, l)
	}
	names := make([]string, 0, len(roles))
	for _, r := range roles {
		names = append(names, r.Role.Name)
	}
	return "role " + strings.Join(names, ", ")
}

// onlyIn are the roles that one answer has and another has not.
func onlyIn(a, b *directory.Access) []directory.HeldRole {
	return rolesOf(a, b, func(r, other *directory.HeldRole) bool { return other == nil })
}

// moreIn are the roles that one answer has and another has not, or not as wide.
func moreIn(a, b *directory.Access) []directory.HeldRole {
	return rolesOf(a, b, func(r, other *directory.HeldRole) bool { return other == nil || r.Permissions&^other.Permissions != 0 })
}

func rolesOf(a, b *directory.Access, want func(r, other *directory.HeldRole) bool) []directory.HeldRole {
	var out []directory.HeldRole
	for i := range a.Roles {
		var other *directory.HeldRole
		if k := slices.IndexFunc(b.Roles, func(o directory.HeldRole) bool { return o.Role == a.Roles[i].Role }); k >= 0 {
			other = &b.Roles[k]
		}
		if want(&a.Roles[i], other) {
			out = append(out, a.Roles[i])
		}
	}
	return out
}
