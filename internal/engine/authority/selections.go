package authority

import (
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

// powerOver is what a requester may give and take by what selects (R34): at the organisation that owns the entity below which it
// looks, with the reach of R23 for the level of the role.
func (j *judgement) powerOver(ns string, sel *directory.EntitySelector) *power {
	s := j.before
	if !exists(s, sel.Under.In(ns).ID()) {
		s = j.after
	}
	return j.powerIn(s, ns, sel)
}

// powerIn is powerOver at the organisation that owns what is looked under in one of the two states.
func (j *judgement) powerIn(s *directory.Snapshot, ns string, sel *directory.EntitySelector) *power {
	p := &power{entity: directory.EntityKey{Level: sel.Level, Namespace: ns}, below: sel.Under.In(ns)}
	if p.owner, p.isOwned = s.OwningOrganisation(p.below); p.isOwned {
		p.organisation = j.may(assignRoles, p.owner)
		p.whole = j.before.Permissions(j.who, p.owner, j.now) == catalogue.Organisation.All()
	}
	return p
}

// mayGiveWhere notes what is missing to give the roles of a reference wherever something selects: at what is there, and at what comes.
func (j *judgement) mayGiveWhere(ns string, sel *directory.EntitySelector, ref directory.RoleRef) {
	under := sel.Under.In(ns)
	if !j.exists(under.ID()) {
		j.missingReferent(name(under))
		return
	}
	had := len(j.missing)
	defer func() { j.refused = j.refused || len(j.missing) > had }()
	p := j.powerOver(ns, sel)
	if !p.isOwned {
		j.need(name(under) + " belongs to no organisation: only platform administrators may select below it")
		return
	}
	j.needPower(p, "give "+refName(ref)+" at "+selected(sel))
	if ref.Template && !j.templateExists(directory.Key{Namespace: ns, Name: ref.Name}) {
		j.missingReferent(refName(ref))
	}
	for _, r := range j.after.GivenWhere(ns, sel, ref) {
		switch {
		case r.Problem == directory.RoleOK:
			j.mayGrant(p, r.Permissions, "role "+r.Name)
		case r.Problem == directory.RoleNotFound:
			j.missingReferent("role " + r.Name)
		case !ref.Template:
			j.need(findings.RoleProblem(r, p.entity).Line())
		}
	}
}

// mayHandleWhere notes what is missing to change something that selects, whatever it gives. What looks under nothing, or under what
// belongs to nobody, those tidy up who assign roles in an organisation of the namespace.
func (j *judgement) mayHandleWhere(ns string, sel *directory.EntitySelector, to string) {
	p := j.powerOver(ns, sel)
	if p.any() || !p.isOwned && j.assignsIn(ns) {
		return
	}
	j.needPower(p, to)
}

// selected is what a selector chooses, in a sentence: "every course under campus north".
func selected(sel *directory.EntitySelector) string {
	out := "every " + sel.Level.Word() + " under " + sel.Under.Level.Word() + " " + sel.Under.Name
	if with := sel.Match.String(); with != "" {
		out += " with " + with
	}
	return out
}

// handle is mayHandle or mayHandleWhere, whichever fits.
func (j *judgement) handle(g given, to string) {
	if g.selects != nil {
		j.mayHandleWhere(g.entity.Namespace, g.selects, to)
	} else {
		j.mayHandle(g.entity, to)
	}
}

// carried: what selects below an entity gives from now on what another organisation owns, since the entity, or one above it, changed
// hands. Nothing there need be reached yet: who makes the change gives it to what comes (R34).
func (j *judgement) carried(e directory.EntityKey) {
	for _, x := range append(j.below(e), e) {
		is, owned := j.after.OwningOrganisation(x)
		if was, before := j.before.OwningOrganisation(x); !owned || before && was == is {
			continue
		}
		for _, s := range j.after.SelectionsUnder(x) {
			if !j.over() && !j.without(selecting) {
				p := j.powerIn(j.after, s.Source.Namespace, s.Selects)
				j.needPower(p, "have "+refName(s.Role)+" given at "+selected(s.Selects))
				for _, r := range j.after.GivenWhere(x.Namespace, s.Selects, s.Role) {
					if r.Problem == directory.RoleOK {
						j.mayGrant(p, r.Permissions, "role "+r.Name)
					}
				}
			}
		}
		j.carriedRoles(x)
	}
}

// carriedRoles: roles that stand at an entity for all that lies below it (R35) count there from now on, for what comes too, as if
// whoever makes the change wrote them.
func (j *judgement) carriedRoles(x directory.EntityKey) {
	for _, id := range j.after.Naming(x) {
		rec, _ := j.after.Record(id)
		r, ok := rec.(*directory.Role)
		if !ok || r.Level <= x.Level || j.over() || j.without(spreading) {
			continue
		}
		set, _ := r.Level.Parse(r.Permissions)
		j.mayGrant(j.powerIn(j.after, x.Namespace, &directory.EntitySelector{Level: r.Level, Under: r.Entity}), set, "role "+r.Key.Name)
	}
}

// toCome begins the names of entities that stand for those to come: what selections give them shows there, whether there
// is anything of their level yet or not. No object can have such a name.
const toCome = "\x00"

func isToCome(e directory.EntityKey) bool { return strings.HasPrefix(e.Name, toCome) }

// withThoseToCome is a snapshot with an entity of the level below each that is selected by what the change bears on. A change of an
// entity is judged without: what it means for those to come counts as given by who wrote what selects.
func (j *judgement) withThoseToCome(s *directory.Snapshot) *directory.Snapshot {
	if j.without(selecting) {
		return s
	}
	var changes []directory.Change
	for _, c := range j.selections(s) {
		// What an attribute brings is for who gives it to judge.
		if _, owned := s.OwningOrganisation(c.Under()); owned && c.Selects.Match.Empty() && c.Selects.Level > c.Selects.Under.Level {
			changes = append(changes, comingBelow(c.Under(), c.Selects.Level)...)
		}
	}
	changes = append(changes, j.comingWhereDefined(s)...)
	if len(changes) > 0 {
		s, _ = s.With(changes...)
	}
	return s
}

// comingWhereDefined are entities below the place where a role that changes stands above its level (R35): selections give it
// to those to come.
func (j *judgement) comingWhereDefined(s *directory.Snapshot) []directory.Change {
	var out []directory.Change
	for _, rec := range []directory.Record{j.change.Before, j.change.After} {
		r, ok := rec.(*directory.Role)
		if !ok || r.Level <= r.Entity.Level || j.without(spreading) {
			continue
		}
		at := r.Entity.In(r.Key.Namespace)
		for _, e := range append(s.SelectedUnder(at, r.Level), at) {
			if _, owned := s.OwningOrganisation(e); owned && e.Level < r.Level {
				out = append(out, comingBelow(e, r.Level)...)
			}
		}
	}
	return out
}

// comingBelow is an entity of a level below another one, with those between them that it needs.
func comingBelow(under directory.EntityKey, level catalogue.Level) []directory.Change {
	mark := toCome + under.Level.Word() + " " + under.Name
	at := func(l catalogue.Level) directory.LocalEntity { return directory.LocalEntity{Level: l, Name: mark} }
	var out []directory.Change
	if !level.MayStandUnder(under.Level) { // by way of a course everything comes below everything
		out = append(out, directory.Upsert(&directory.Entity{Key: at(level).In(under.Namespace), Parent: at(catalogue.Course)}))
		level = catalogue.Course
	}
	return append(out, directory.Upsert(&directory.Entity{
		Key: at(level).In(under.Namespace), Parent: directory.LocalEntity{Level: under.Level, Name: under.Name},
	}))
}

// selections are those that the change bears on: its own, those of its template, and those of the groups whose members hang on
// who is in the group that changes.
func (j *judgement) selections(s *directory.Snapshot) []directory.Selecting {
	var out []directory.Selecting
	for _, rec := range []directory.Record{j.change.Before, j.change.After} {
		switch r := rec.(type) {
		case *directory.RoleBinding:
			if r.Selects != nil {
				out = append(out, directory.Selecting{Source: r.ID(), Selects: r.Selects, Role: r.Role})
			}
		case *directory.RoleTemplate:
			out = append(out, s.SelectionsOfTemplate(r.Key)...)
		case *directory.Term:
			for _, id := range s.NamingTerm(r.Key) {
				rec, _ := s.Record(id)
				out = append(out, selectionsWithin(s, rec)...)
			}
		case *directory.Group:
			for _, e := range r.Enrolments {
				if e.Selects != nil {
					out = append(out, directory.Selecting{Source: r.ID(), Enrolment: e.Name, Selects: e.Selects, Role: e.Role})
				}
			}
			groups := s.BearsOn(r.Key)
			if r.Parent.Name != "" {
				groups = append(groups, s.BearsOn(r.Parent)...)
			}
			slices.SortFunc(groups, directory.Key.Compare)
			for _, g := range slices.Compact(groups) {
				out = append(out, s.SelectionsOfGroup(g)...)
			}
		}
	}
	return out
}

// selectionsWithin are those of what names a term: of a binding, or of a group and of the groups on whose members its
// entries bear.
func selectionsWithin(s *directory.Snapshot, rec directory.Record) []directory.Selecting {
	var out []directory.Selecting
	switch r := rec.(type) {
	case *directory.RoleBinding:
		if r.Selects != nil {
			out = append(out, directory.Selecting{Source: r.ID(), Selects: r.Selects, Role: r.Role})
		}
	case *directory.Group:
		for _, g := range s.BearsOn(r.Key) {
			out = append(out, s.SelectionsOfGroup(g)...)
		}
	}
	return out
}

// created is an entity that a request makes, beside one of a free name in the same place: what selections give by the level
// and by where it stands counts as given by who wrote them, and what they give it besides as given by the requester (R34).
type created struct {
	key, plain directory.EntityKey
	s          *directory.Snapshot
}

func (j *judgement) createdEntity() *created {
	e, ok := j.change.After.(*directory.Entity)
	if !ok || j.change.Before != nil {
		return nil
	}
	like := *e
	like.Key.Name, like.Attributes = toCome+"like "+e.Key.Name, nil
	s, _ := j.before.With(directory.Upsert(&like))
	for _, sel := range s.SelectionsAt(like.Key) {
		if !sel.Selects.Match.Empty() { // also where it is the absence of an attribute that chooses
			s, _ = s.With(withoutSelection(s, sel))
		}
	}
	return &created{e.Key, like.Key, s}
}

// withoutSelection is what says a selection, without it.
func withoutSelection(s *directory.Snapshot, sel directory.Selecting) directory.Change {
	rec, _ := s.Record(sel.Source)
	g, ok := rec.(*directory.Group)
	if !ok {
		return directory.Delete(sel.Source)
	}
	c := *g
	c.Enrolments = slices.DeleteFunc(slices.Clone(g.Enrolments), func(e directory.Enrolment) bool { return e.Name == sel.Enrolment })
	return directory.Upsert(&c)
}

// before is what somebody would have at the entity by where it stands alone, and else what he had.
func (c *created) before(a *directory.Access, ask func(*directory.Snapshot, directory.EntityKey) directory.Access) *directory.Access {
	if c == nil || a.Entity != c.key {
		return a
	}
	out := ask(c.s, c.plain)
	out.Entity = c.key
	return &out
}
