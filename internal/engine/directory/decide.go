package directory

import (
	"math/bits"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
)

// Can says whether a person has a permission at an entity at some time: the
// decision, and the hot path. It allocates nothing. Whoever or whatever is
// unknown has no permission, and a permission of another level is not had.
//
// It is small enough for the compiler to put in the caller's place, which then
// hands on a bit rather than a copy of the whole Permission.
func (s *Snapshot) Can(who string, p catalogue.Permission, at EntityKey, now time.Time) bool {
	return p.Level == at.Level && s.has(who, p.Set(), at, now)
}

func (s *Snapshot) has(who string, p catalogue.Set, at EntityKey, now time.Time) bool {
	q := question{s: s, now: now.UnixMicro()}
	return q.find(who, at) && q.effective(p) != 0
}

// Permissions is everything that a person may do at an entity at some time (R8-R11).
func (s *Snapshot) Permissions(who string, at EntityKey, now time.Time) catalogue.Set {
	q := question{s: s, now: now.UnixMicro()}
	if !q.find(who, at) {
		return 0
	}
	return q.effective(at.Level.All())
}

// question is one person at one entity at one time, found.
type question struct {
	s      *Snapshot
	who    uint32
	groups []uint32
	at     uint32
	grants *grants
	now    int64
	// newcomer is set where it is about nobody in particular.
	newcomer *Newcomer
}

// possible are the unsettled groups that the person might be in (R36): denies concern those too.
func (q *question) possible() []uint32 {
	switch {
	case q.newcomer != nil:
		return q.newcomer.possible
	case q.who == none || !q.s.byPerson.at(q.who).unsure:
		return nil
	}
	return q.s.people.at(q.who).possibleAt(q.now)
}

// find finds the two. It is false where there can be no permission: the person
// or the entity is unknown, or the person may have none (R11).
func (q *question) find(who string, at EntityKey) bool {
	s := q.s
	var ok bool
	if q.at, ok = s.names.entities.find(at); !ok {
		return false
	}
	// What is given at this very entity, and nothing of what is given above it (R3).
	if q.grants = s.byEntity.at(q.at); q.grants == nil {
		return false
	}
	if q.who, ok = s.names.people.find(who); !ok {
		return false
	}
	c := s.byPerson.at(q.who)
	q.groups = c.groups
	if c.timed { // R12a
		q.groups = unrolled(c.groups, q.now)
	}
	return c.known && s.subjectStates(c) == SubjectGood
}

func (s *Snapshot) subjectStates(c personRow) SubjectState {
	switch {
	case c.suspended:
		return SubjectSuspended
	case !c.declared && s.platform != nil && s.platform.DeclaredPeople:
		return SubjectUndeclared
	}
	return SubjectGood
}

// effective is what the person has of a set of permissions.
func (q *question) effective(of catalogue.Set) catalogue.Set {
	set, replaced := q.overridden()
	if !replaced {
		set = q.fromRoles(of)
	}
	set &= of
	return set &^ q.denied(set)
}

// overridden is what the PermissionOverrides in force list, and whether there are any (R9).
func (q *question) overridden() (set catalogue.Set, any bool) {
	for _, o := range q.grants.overridesOf(q.who) {
		if !o.span.open(q.now) {
			continue
		}
		if !any {
			set, any = o.set, true
		}
		set &= o.set
	}
	return set, any
}

// fromRoles is what the roles give (R8), of a set at least: it may stop once it
// has found all of it.
func (q *question) fromRoles(of catalogue.Set) catalogue.Set {
	g := q.grants
	// Where no role is withheld, what counts now adds up as what counts always does.
	adds := !g.rules && (g.shared == nil || g.plain)
	now := g.timed && adds
	var set catalogue.Set
	if g.personal {
		set = g.given(&g.people, g.people.find(q.who), q.now, now)
	}
	mine := q.groups
	for i, j := g.groups.meet(mine, 0, 0); i < len(mine); i, j = g.groups.meet(mine, i+1, j+1) {
		if set |= g.groups.constant[j]; now {
			set |= g.open(&g.groups, j, q.now)
		}
	}
	if g.shared != nil && g.plain {
		set |= q.selected(now)
	}
	if adds || set&of == of {
		return set
	}
	var room [heldWords]uint64
	held := q.held(room[:0])
	for w, word := range held {
		for ; word != 0; word &= word - 1 {
			r := &g.roles[w*64+bits.TrailingZeros64(word)]
			if r.set&^set != 0 && !q.withheld(r, held) {
				set |= r.set
			}
		}
	}
	return set
}

// heldWords is how many words of roles at one entity fit without allocating: 512 roles.
const heldWords = 8

// held are the roles that the person holds there, as bits: bound and valid in time, withheld or not (R6).
func (q *question) held(room []uint64) []uint64 {
	g := q.grants
	words := (len(g.roles) + 63) / 64
	for range words {
		room = append(room, 0)
	}
	if i := g.people.find(q.who); i >= 0 {
		hold(room, g.people.of(i), q.now)
	}
	mine := q.groups
	for i, j := g.groups.meet(mine, 0, 0); i < len(mine); i, j = g.groups.meet(mine, i+1, j+1) {
		hold(room, g.groups.of(j), q.now)
	}
	if g.shared != nil {
		g.shared.hold(q, room)
	}
	return room
}

// given is what the subject at a place of a list is given always, whatever the role rules, and with now what counts at a moment.
func (g *grants) given(list *grantList, i int, at int64, now bool) catalogue.Set {
	if i < 0 {
		return 0
	}
	set := list.constant[i]
	if now {
		set |= g.open(list, i, at)
	}
	return set
}

// open is what the subject at a place of a list is given at a moment and not always.
func (g *grants) open(list *grantList, i int, at int64) (set catalogue.Set) {
	for _, one := range list.of(i) {
		if one.span != always && one.span.open(at) && !g.roles[one.role].void {
			set |= g.roles[one.role].set
		}
	}
	return set
}

// selected is what selections give the person as given does.
func (q *question) selected(now bool) catalogue.Set {
	g := q.grants
	sh := g.shared
	set := g.given(&sh.people, sh.people.find(q.who), q.now, now)
	mine := q.groups
	for i, j := sh.groups.meet(mine, 0, 0); i < len(mine); i, j = sh.groups.meet(mine, i+1, j+1) {
		set |= g.given(&sh.groups, j, q.now, now)
	}
	return set
}

// hold notes the roles that the person holds through selections, but for those that mean none here.
func (sh *shared) hold(q *question, held []uint64) {
	if i := sh.people.find(q.who); i >= 0 {
		hold(held, sh.people.of(i), q.now)
	}
	mine := q.groups
	for i, j := sh.groups.meet(mine, 0, 0); i < len(mine); i, j = sh.groups.meet(mine, i+1, j+1) {
		hold(held, sh.groups.of(j), q.now)
	}
	for i := range q.grants.roles {
		if q.grants.roles[i].void {
			held[i/64] &^= 1 << (i % 64)
		}
	}
}

func hold(held []uint64, grants []localGrant, now int64) {
	for _, g := range grants {
		if g.span.open(now) {
			held[g.role/64] |= 1 << (g.role % 64)
		}
	}
}

// withheld says whether a rule with Deny of a held role is unmet (R6).
func (q *question) withheld(r *localRole, held []uint64) bool {
	if !r.denies {
		return false
	}
	for i := range r.rules {
		if r.rules[i].enforcement == Deny && !q.met(&r.rules[i], held) {
			return true
		}
	}
	return false
}

// met says whether the person meets a rule of a role held at the entity.
func (q *question) met(r *rule, held []uint64) bool {
	if r.atParent {
		return q.holdsAtParent(r.role)
	}
	i := q.grants.role(r.role)
	has := i >= 0 && held[i/64]&(1<<(i%64)) != 0
	return has != r.exclude
}

// holdsAtParent says whether the person holds a role at the nearest entity above of its level (R35). No two entities above
// one another are of one level, and only those of its level have it among their roles.
func (q *question) holdsAtParent(name RoleName) bool {
	for at := q.s.entities.at(q.at).parent; at != none; {
		above := q.s.entities.at(at)
		if above == nil || above.rec == nil {
			return false
		}
		if role := above.grants.role(name); role >= 0 {
			up := question{s: q.s, who: q.who, groups: q.groups, at: at, grants: above.grants, now: q.now}
			var room [heldWords]uint64
			held := up.held(room[:0])
			return held[role/64]&(1<<(role%64)) != 0
		}
		at = above.parent
	}
	return false
}
