package directory

import (
	"math/bits"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
)

// Access is what a person may do at an entity at some time, and what made it
// so. Whoever or whatever is unknown gets an empty answer.
func (s *Snapshot) Access(who string, at EntityKey, now time.Time) Access {
	out := Access{Entity: at}
	var c personRow
	i, ok := s.names.people.find(who)
	if ok {
		c = s.personAt(i, now.UnixMicro())
	}
	out.SubjectState = s.subjectStates(c)
	e, ok := s.names.entities.find(at)
	if !ok || !c.known {
		return out
	}
	if g := s.byEntity.at(e); g != nil {
		s.fill(&question{s, i, c.groups, e, g, now.UnixMicro(), nil}, &out)
	}
	return out
}

// fill works an answer out. Where the subject state is not good, the roles are still named,
// since they are held, but nothing comes of them.
func (s *Snapshot) fill(q *question, out *Access) {
	g := q.grants
	until := always.to
	sooner := func(sp span) {
		if sp.open(q.now) && sp.to < until {
			until = sp.to
		}
	}
	var room [heldWords]uint64
	held := q.held(room[:0])
	for w, word := range held {
		for ; word != 0; word &= word - 1 {
			i := w*64 + bits.TrailingZeros64(word)
			r := s.heldRole(q, &g.roles[i], held)
			out.Roles = append(out.Roles, r)
			if !r.Withheld {
				out.FromRoles |= r.Permissions
			}
		}
	}
	slices.SortFunc(out.Roles, func(a, b HeldRole) int { return strings.Compare(a.Role.Name, b.Role.Name) })
	q.eachGrant(func(lg localGrant) { sooner(lg.span) })
	until = min(until, q.membershipsEnd())

	set := out.FromRoles
	if over, replaced := q.overridden(); replaced {
		out.Overridden = true
		set = over
		until = always.to
		for _, o := range g.overridesOf(q.who) {
			sooner(o.span)
		}
	}
	if until != always.to {
		out.Until = time.UnixMicro(until).UTC()
	}
	out.Granted = set
	if out.SubjectState != SubjectGood {
		return
	}
	out.Denied = q.denied(set)
	out.Effective = set &^ out.Denied
}

// eachGrant calls f with every grant that reaches the person there, in force or not.
func (q *question) eachGrant(f func(localGrant)) {
	g := q.grants
	some := func(list []localGrant) {
		for _, lg := range list {
			if !g.roles[lg.role].void {
				f(lg)
			}
		}
	}
	for _, people := range g.peopleLists() {
		if i := people.find(q.who); i >= 0 {
			some(people.of(i))
		}
	}
	mine := q.groups
	for _, groups := range g.groupLists() {
		for i, j := groups.meet(mine, 0, 0); i < len(mine); i, j = groups.meet(mine, i+1, j+1) {
			some(groups.of(j))
		}
	}
}

// membershipsEnd is the first end by the clock (R12a) of a membership through which a grant that is in
// force reaches the person; always.to where there is none.
func (q *question) membershipsEnd() int64 {
	end := always.to
	if q.who == none || !q.s.byPerson.at(q.who).timed {
		return end
	}
	p := q.s.people.at(q.who)
	mine, g := q.groups, q.grants
	for _, groups := range g.groupLists() {
		for i, j := groups.meet(mine, 0, 0); i < len(mine); i, j = groups.meet(mine, i+1, j+1) {
			for _, lg := range groups.of(j) {
				if lg.span.open(q.now) && !g.roles[lg.role].void {
					end = min(end, p.member(mine[i], q.now).to)
					break
				}
			}
		}
	}
	return end
}

func (s *Snapshot) heldRole(q *question, r *localRole, held []uint64) HeldRole {
	h := HeldRole{Role: r.name, Permissions: r.set, Withheld: q.withheld(r, held)}
	for _, o := range r.overridden {
		h.Overridden = append(h.Overridden, s.names.roles.key(o))
	}
	slices.SortFunc(h.Overridden, Key.Compare)
	for i := range r.rules {
		if q.met(&r.rules[i], held) {
			continue
		}
		u := UnmetRule{AtParent: r.rules[i].atParent, Enforcement: r.rules[i].enforcement}
		if r.rules[i].exclude {
			u.Excludes = r.rules[i].named
		} else {
			u.Requires = r.rules[i].named
		}
		h.Unmet = append(h.Unmet, u)
	}
	return h
}

// says whether there is anything to tell of an answer: a role is held, or something replaced or taken.
func (a *Access) says() bool {
	return len(a.Roles) > 0 || a.Overridden || a.Denied != 0
}

// AccessOf is what a person may do everywhere: an answer for each entity at
// which the person holds a role, has it replaced or has something taken, in
// the order of the entities' keys.
func (s *Snapshot) AccessOf(who string, now time.Time) []Access {
	return s.accessWhere(who, now, func(uint32) bool { return true })
}

// AccessIn is AccessOf within one namespace.
func (s *Snapshot) AccessIn(who, ns string, now time.Time) []Access {
	n, ok := s.names.namespaces.find(ns)
	if !ok {
		return nil
	}
	return s.accessWhere(who, now, func(e uint32) bool { return s.entities.at(e).namespace == n })
}

func (s *Snapshot) accessWhere(who string, now time.Time, where func(entity uint32) bool) []Access {
	i, ok := s.names.people.find(who)
	if !ok {
		return nil
	}
	p := s.people.at(i)
	if p == nil {
		return nil
	}
	row := s.personAt(i, now.UnixMicro())
	subjectStates := s.subjectStates(row)
	var out []Access
	for _, e := range s.concerning(p) {
		g := s.byEntity.at(e)
		if g == nil || !where(e) {
			continue
		}
		a := Access{Entity: s.names.entities.key(e), SubjectState: subjectStates}
		s.fill(&question{s, i, row.groups, e, g, now.UnixMicro(), nil}, &a)
		if a.says() {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b Access) int { return a.Entity.Compare(b.Entity) })
	return out
}

// concerning are the entities at which something may be given to a person, or replaced, whatever the time is.
func (s *Snapshot) concerning(p *person) []uint32 {
	out := slices.Concat(p.direct, p.overridden)
	for _, g := range p.groups {
		out = append(out, s.groups.at(g).at...)
	}
	for _, sel := range s.selectionsOf(p) {
		s.eachSelected(sel, func(e uint32) { out = append(out, e) })
	}
	return sorted(out)
}

// WhoCan is everybody who has a permission at an entity, by name, each with the whole answer.
func (s *Snapshot) WhoCan(p catalogue.Permission, at EntityKey, now time.Time) []Reached {
	if p.Level != at.Level {
		return nil
	}
	return s.reached(at, now, func(a *Access) bool { return a.Effective.Has(p.Set()) })
}

// WhoHas is everybody of whom there is something to say at an entity, by name.
func (s *Snapshot) WhoHas(at EntityKey, now time.Time) []Reached {
	return s.reached(at, now, (*Access).says)
}

func (s *Snapshot) reached(at EntityKey, now time.Time, want func(*Access) bool) []Reached {
	e, ok := s.names.entities.find(at)
	if !ok {
		return nil
	}
	g := s.byEntity.at(e)
	if g == nil {
		return nil
	}
	var everybody []uint32
	s.eachAt(g, func(i uint32) { everybody = append(everybody, i) })
	var out []Reached
	for _, i := range sorted(everybody) {
		c := s.personAt(i, now.UnixMicro())
		a := Access{Entity: at, SubjectState: s.subjectStates(c)}
		s.fill(&question{s, i, c.groups, e, g, now.UnixMicro(), nil}, &a)
		if want(&a) {
			out = append(out, Reached{s.names.people.key(i), a})
		}
	}
	slices.SortFunc(out, func(a, b Reached) int { return strings.Compare(a.Person, b.Person) })
	return out
}
