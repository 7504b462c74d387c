package directory

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
)

// Explain is Access with everything that bears on it: each way in which a role
// is, was, will be or would be given to the person at the entity, and each
// override and deny in force.
func (s *Snapshot) Explain(who string, at EntityKey, now time.Time) Explanation {
	out := Explanation{Access: s.Access(who, at, now), Person: who, Found: s.entityFound(at)}
	e, ok := s.names.entities.find(at)
	if !ok || s.entities.at(e) == nil {
		return out
	}
	// Of somebody whom nothing names there is one thing to say: what is denied to everyone.
	i, p := uint32(none), &person{}
	if known, ok := s.names.people.find(who); ok && s.people.at(known) != nil {
		i, p = known, s.people.at(known)
	}
	x := &explainer{
		s: s, w: s.world(), key: at, found: out.Found,
		person: p, entity: s.entities.at(e),
		q: question{s, i, p.groupsAt(now.UnixMicro()), e, s.entities.at(e).grants, now.UnixMicro(), nil},
	}
	for _, h := range out.Roles {
		if h.Withheld {
			x.withheld = append(x.withheld, h.Role)
		}
	}
	x.bindings()
	x.enrolments()
	x.selections()
	slices.SortStableFunc(x.grants, func(a, b Grant) int {
		return cmp.Or(a.Source.Compare(b.Source), strings.Compare(a.Enrolment, b.Enrolment), strings.Compare(a.Role.Name, b.Role.Name),
			-cmp.Compare(a.Subject.Kind, b.Subject.Kind), // the person's own name before groups
			strings.Compare(a.Subject.Namespace, b.Subject.Namespace), strings.Compare(a.Subject.Name, b.Subject.Name))
	})
	out.Grants = x.grants
	if out.Found {
		out.Overrides, out.Denies = x.overrides(), x.denies()
	}
	return out
}

type explainer struct {
	s        *Snapshot
	w        world
	q        question
	person   *person
	entity   *entity
	key      EntityKey
	found    bool
	withheld []RoleName
	grants   []Grant
}

func (x *explainer) bindings() {
	for _, b := range x.entity.bindings {
		node := x.s.bindings.at(b)
		direct := contains(node.people, x.q.who)
		if !direct && !intersect(node.groups, x.person.groups) {
			continue
		}
		grant := Grant{Source: node.rec.ID(), Term: node.rec.Term}
		grant.Window, grant.TermProblem = x.s.WindowOf(node.rec.Term, node.rec.Window)
		for _, g := range node.groups {
			x.through(g, grant, node.rec.Role, node.span)
		}
		if direct {
			grant.Subject = PersonSubject(x.s.names.people.key(x.q.who))
			x.add(grant, node.rec.Role, node.span)
		}
	}
}

func (x *explainer) enrolments() {
	for _, g := range x.entity.enrolling {
		if !contains(x.person.groups, g) {
			continue
		}
		rec := x.s.groups.at(g).dated
		for _, e := range rec.Enrolments {
			if e.Selects == nil && e.Entity.In(x.key.Namespace) == x.key {
				grant := Grant{Source: rec.ID(), Enrolment: e.Name, Window: e.Window, Term: e.Term}
				_, grant.TermProblem = x.s.timetable().span(e.Term, e.Window)
				x.through(g, grant, e.Role, spanOf(e.Window))
			}
		}
	}
}

// selections are the bindings and enrolments that reach the entity as one of many (R34).
func (x *explainer) selections() {
	for _, i := range x.s.selectionsAt(x.q.at) {
		sel := x.s.selections.at(i)
		grant := Grant{Source: sel.id, Enrolment: sel.enrolment, Selects: sel.EntitySelector, Window: sel.window, Term: sel.term}
		_, grant.TermProblem = x.s.timetable().span(sel.term, sel.window)
		if contains(sel.people, x.q.who) {
			is := grant
			is.Subject = PersonSubject(x.s.names.people.key(x.q.who))
			x.add(is, sel.role, sel.span)
		}
		for _, g := range sel.groups {
			if contains(x.person.groups, g) {
				x.through(g, grant, sel.role, sel.span)
			}
		}
	}
}

// through adds a grant to a group once for every path on which it reaches the person: now, or else
// when the person is next a member of the group, or was last (R12a).
func (x *explainer) through(g uint32, grant Grant, ref RoleRef, sp span) {
	member, ever := x.person.nearest(g, x.q.now)
	if !ever {
		return
	}
	grant.Subject, grant.Membership = GroupSubject(x.s.names.groups.key(g)), member.window()
	at := x.q.now
	switch {
	case at < member.from:
		grant.State, at = GrantNotMemberYet, member.from
	case at >= member.to:
		grant.State, at = GrantMemberNoLonger, member.to-1
	}
	for _, path := range x.s.paths(x.person, g, at) {
		grant.Path = path
		x.add(grant, ref, sp)
	}
}

// add adds a grant once for every role that its reference means.
func (x *explainer) add(grant Grant, ref RoleRef, sp span) {
	resolutions, template, found := x.s.resolutions(x.key, ref)
	if template != nil && !found {
		grant.Template, grant.State, grant.Problem = template, GrantNothing, RoleTemplateNotFound
		x.grants = append(x.grants, grant)
		return
	}
	grant.Template = template
	for _, r := range resolutions {
		is := grant
		is.Role, is.Problem = r.Role, r.Problem
		if s := x.state(r, sp, grant.TermProblem); s != GrantInForce && s != GrantWithheld || grant.State == GrantInForce {
			is.State = s
		}
		x.grants = append(x.grants, is)
	}
}

func (x *explainer) state(r RoleResolution, sp span, problem TermProblem) GrantState {
	switch {
	case !x.found:
		return GrantEntityNotFound
	case r.Problem != RoleOK:
		return GrantNothing
	case problem != TermOK:
		return GrantOutOfTerm
	case x.q.now >= sp.to || sp.from >= sp.to:
		return GrantExpired
	case x.q.now < sp.from:
		return GrantNotYet
	case slices.Contains(x.withheld, r.Role):
		return GrantWithheld
	}
	return GrantInForce
}

func (x *explainer) overrides() []Applied {
	var out []Applied
	for _, o := range x.q.grants.overridesOf(x.q.who) {
		if o.span.open(x.q.now) {
			rec := x.s.overrides.at(o.id).rec
			out = append(out, Applied{Source: rec.ID(), Permissions: o.set, Window: rec.Window})
		}
	}
	slices.SortFunc(out, func(a, b Applied) int { return a.Source.Compare(b.Source) })
	return out
}

func (x *explainer) denies() []Applied {
	var out []Applied
	for d := range x.s.scoped(x.q.at, x.entity) {
		if d.sets[x.key.Level] == 0 || !d.span.open(x.q.now) || !d.concerns(x.q.who, x.q.groups, x.q.possible()) {
			continue
		}
		a := Applied{Source: d.rec.ID(), Permissions: d.sets[x.key.Level], Window: d.rec.Window, Everyone: d.rec.Everyone}
		switch {
		case d.rec.Everyone:
		case contains(d.people, x.q.who):
			a.Subject = PersonSubject(x.s.names.people.key(x.q.who))
		default:
			var first Key // by name: numbers depend on what came first
			for _, g := range d.groups {
				if k := x.s.names.groups.key(g); contains(x.q.groups, g) && (a.Path.Groups == nil || k.Compare(first) < 0) {
					first, a.Subject, a.Path = k, GroupSubject(k), x.s.paths(x.person, g, x.q.now)[0]
				}
			}
			for _, g := range d.groups { // of an unsettled group, those who might be in it (R36)
				if k := x.s.names.groups.key(g); a.Path.Groups == nil && contains(x.q.possible(), g) && (!a.Unsettled || k.Compare(first) < 0) {
					first, a.Subject, a.Unsettled = k, GroupSubject(k), true
				}
			}
		}
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b Applied) int { return a.Source.Compare(b.Source) })
	return out
}

// gives says whether a role gives a permission at an entity.
func (w world) gives(name RoleName, entity uint32, p catalogue.Permission) bool {
	set, _ := w.permissions(name, entity)
	return set.Has(p.Set())
}
