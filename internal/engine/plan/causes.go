package plan

import (
	"slices"

	"provost.dev/provost/internal/engine/directory"
)

// suspects are atoms that may have brought a difference about: those of the records that the explanations
// of two states have not in common. They are where the search for the causes begins, and no more than that.
type suspects struct {
	*atoms
	who           string
	before, after *directory.Snapshot
	ids           map[directory.ID]bool
}

// suspected compares the state before with one that some of the edits make.
func (a *atoms) suspected(d *difference, after *directory.Snapshot) []int {
	s := suspects{atoms: a, who: d.who, before: a.plan.Before, after: after, ids: map[directory.ID]bool{d.at.ID(): true}}
	was, is := s.before.Explain(d.who, d.at, d.moment(a.plan)), after.Explain(d.who, d.at, d.moment(a.plan))
	if was.SubjectState != is.SubjectState {
		s.ids[directory.ID{Kind: directory.KindPerson, Name: d.who}] = true
		s.ids[platformID] = true
	}
	s.grants(s.before, &was, &is)
	s.grants(s.after, &is, &was)
	s.applied(was.Overrides, is.Overrides)
	s.applied(was.Denies, is.Denies)
	if s.roles(&was, &is) {
		s.parents(d)
	}
	// Terms stand behind windows of grants and of memberships alike, and few of them are edited at a time.
	out := slices.Clone(a.terms)
	for id := range s.ids {
		for _, e := range a.records[id] {
			if p := a.plan.Edits[e].Person; p == "" || p == d.who {
				out = append(out, a.of[e])
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

var platformID = directory.ID{Kind: directory.KindPlatform, Name: directory.PlatformName}

// grants names what those grants rest on that count at that moment in one explanation and not in the other.
func (s *suspects) grants(in *directory.Snapshot, x, other *directory.Explanation) {
	for i := range x.Grants {
		g := &x.Grants[i]
		if g.State != directory.GrantInForce && g.State != directory.GrantWithheld ||
			slices.ContainsFunc(other.Grants, func(o directory.Grant) bool { return sameGrant(g, &o) }) {
			continue
		}
		s.ids[g.Source] = true
		s.ids[g.Role.ID()] = true
		if g.Template != nil {
			s.ids[directory.ID{Kind: directory.KindRoleTemplate, Namespace: g.Template.Namespace, Name: g.Template.Name}] = true
		}
		s.path(in, g.Subject, g.Path)
	}
}

// path names the groups on the way, and those above: they may block (R14, R15).
func (s *suspects) path(in *directory.Snapshot, subject directory.Subject, p directory.Path) {
	for _, g := range p.Groups {
		s.ids[g.GroupID()] = true
		if len(p.Included) > 0 { // and those above what is included
			for _, above := range in.GroupPath(g) {
				s.ids[above.GroupID()] = true
			}
		}
	}
	if p.BySelector {
		s.ids[directory.ID{Kind: directory.KindPerson, Name: s.who}] = true
	}
	if subject.Kind == directory.KindGroup {
		for _, g := range in.GroupPath(directory.Key{Namespace: subject.Namespace, Name: subject.Name}) {
			s.ids[g.GroupID()] = true
		}
		s.composed(subject)
	}
}

// composed names the groups on which the members of a group hang through compose (R36), and the person, of whom a selector
// there may ask.
func (s *suspects) composed(subject directory.Subject) {
	k := directory.Key{Namespace: subject.Namespace, Name: subject.Name}
	for _, in := range []*directory.Snapshot{s.before, s.after} {
		for _, g := range in.HangsOn(k) {
			s.ids[g.GroupID()] = true
			s.ids[directory.ID{Kind: directory.KindPerson, Name: s.who}] = true
		}
	}
}

func sameGrant(a, b *directory.Grant) bool {
	return a.Source == b.Source && a.Enrolment == b.Enrolment && a.Subject == b.Subject && a.Role == b.Role &&
		a.State == b.State && a.Path.Equal(b.Path)
}

// applied names the overrides or denies of which one side has what the other has not.
func (s *suspects) applied(before, after []directory.Applied) {
	has := func(list []directory.Applied, a *directory.Applied) bool {
		return slices.ContainsFunc(list, func(o directory.Applied) bool {
			return o.Source == a.Source && o.Permissions == a.Permissions && o.Subject == a.Subject && o.Everyone == a.Everyone
		})
	}
	one := func(in *directory.Snapshot, list, other []directory.Applied) {
		for i := range list {
			if a := &list[i]; !has(other, a) {
				s.ids[a.Source] = true
				s.path(in, a.Subject, a.Path)
			}
		}
	}
	one(s.before, before, after)
	one(s.after, after, before)
}

// roles names what makes a role give more or less than before: Override roles, the role itself and its
// rules. It says whether a rule withholds what it did not, or the other way round.
func (s *suspects) roles(before, after *directory.Explanation) (withheld bool) {
	for _, a := range before.Roles {
		for _, b := range after.Roles {
			if a.Role != b.Role || a.Permissions == b.Permissions && a.Withheld == b.Withheld {
				continue
			}
			s.ids[a.Role.ID()] = true
			for _, o := range slices.Concat(a.Overridden, b.Overridden) {
				s.ids[o.RoleID()] = true
			}
			if a.Withheld != b.Withheld {
				s.ids[platformID] = true
				withheld = true
			}
		}
	}
	return withheld
}

// parents names what differs at the entities above, where a rule may ask for a role (R6, R35).
func (s *suspects) parents(d *difference) {
	at := d.moment(s.plan)
	for _, in := range []*directory.Snapshot{s.before, s.after} {
		for e := d.at; e.Name != ""; {
			r, ok := in.Record(e.ID())
			if !ok {
				break
			}
			e = r.(*directory.Entity).Parent.In(d.at.Namespace)
			was, is := s.before.Explain(d.who, e, at), s.after.Explain(d.who, e, at)
			s.ids[e.ID()] = true
			s.grants(s.before, &was, &is)
			s.grants(s.after, &is, &was)
		}
	}
}
