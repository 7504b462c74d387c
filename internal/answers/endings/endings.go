// Package endings lists what the clock is about to take away, and who could let it go on.
package endings

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/text/words"
)

// Ending is one window that closes: of a binding, an enrolment, a PermissionOverride or a membership (R12a).
type Ending struct {
	Source directory.ID
	// Enrolment names the one of a group's enrolments; "" for the others.
	Enrolment string
	// Field is where it stands in the source, down to the end itself, or to the reference to the Term that ends it (R33).
	Field string
	Term  directory.Key // no name: none ends it
	// Role is what is given; of a PermissionOverride it has no name, and Permissions counts what that lists.
	Role        directory.RoleRef
	Permissions int
	// Entity is where the role is, or, with Selects, the entity that it looks under (R34); of a membership there is none.
	Entity  directory.EntityKey
	Selects *directory.EntitySelector
	// Member is the role within the group of a membership that ends; nil for the others.
	Member   *directory.MemberRole
	Subjects []directory.Subject
	At       time.Time
	// Renewers are the people who have the authority to let it go on, by name.
	Renewers []string
}

// Ask lists what ends after a time and not later than another, by who could renew it, by its end and by its entity. namespace
// limits it to one; "" is all.
func Ask(s *directory.Snapshot, namespace string, now, until time.Time) []Ending {
	var out []Ending
	renewals := authority.NewRenewals(s, now)
	seen := map[directory.ID]bool{}
	for _, t := range s.Transitions(now, until) {
		if seen[t.Source] || namespace != "" && t.Source.Namespace != namespace {
			continue
		}
		seen[t.Source] = true
		if rec, ok := s.Record(t.Source); ok {
			out = append(out, endingsOf(s, rec, renewals, func(w directory.Window) bool {
				return w.NotAfter.After(now) && !w.NotAfter.After(until) && w.NotBefore.Before(w.NotAfter)
			})...)
		}
	}
	slices.SortStableFunc(out, func(a, b Ending) int {
		return cmp.Or(slices.Compare(a.Renewers, b.Renewers), a.At.Compare(b.At), a.Entity.Compare(b.Entity),
			a.Source.Compare(b.Source), strings.Compare(a.Enrolment, b.Enrolment))
	})
	return out
}

// endingsOf are those of one record whose window is one that closes in time.
func endingsOf(s *directory.Snapshot, rec directory.Record, renewals *authority.Renewals, closes func(directory.Window) bool) []Ending {
	switch r := rec.(type) {
	case *directory.RoleBinding:
		w, _ := s.WindowOf(r.Term, r.Window)
		if !closes(w) {
			return nil
		}
		later, at := *r, placeOf(r.Entity, r.Selects).In(r.Key.Namespace)
		field, term := prolong(&later.Term, &later.Window, w)
		return []Ending{{
			Source: r.ID(), Field: "spec." + field, Term: term, Role: r.Role, Entity: at, Selects: r.Selects, Subjects: r.Subjects, At: w.NotAfter,
			Renewers: renewals.Of(authority.Change{Before: r, After: &later}, at),
		}}
	case *directory.PermissionOverride:
		if !closes(r.Window) {
			return nil
		}
		later, at := *r, r.Entity.In(r.Key.Namespace)
		later.Window.NotAfter = time.Time{}
		return []Ending{{
			Source: r.ID(), Field: "spec.notAfter", Permissions: len(r.Permissions), Entity: at, At: r.Window.NotAfter,
			Subjects: []directory.Subject{directory.PersonSubject(r.Person)}, Renewers: renewals.Of(authority.Change{Before: r, After: &later}, at),
		}}
	case *directory.Group:
		var out []Ending
		for i, e := range r.Enrolments {
			w, _ := s.WindowOf(e.Term, e.Window)
			if !closes(w) {
				continue
			}
			later, at := *r, placeOf(e.Entity, e.Selects).In(r.Key.Namespace)
			later.Enrolments = slices.Clone(r.Enrolments)
			field, term := prolong(&later.Enrolments[i].Term, &later.Enrolments[i].Window, w)
			out = append(out, Ending{
				Source: r.ID(), Enrolment: e.Name, Field: fmt.Sprintf("spec.enrolments[%d].%s", i, field), Term: term, Role: e.Role, Entity: at,
				Selects:  e.Selects,
				Subjects: []directory.Subject{directory.GroupSubject(r.Key)}, At: w.NotAfter,
				Renewers: renewals.Of(authority.Change{Before: r, After: &later}, at),
			})
		}
		return append(out, membershipsOf(s, r, renewals, closes)...)
	}
	return nil
}

// prolong takes the end from a window that is open at some times: its own, or that of the term that it names (R33), with which the term
// goes. It says which field ends it, and which term.
func prolong(term *directory.Key, dates *directory.Window, is directory.Window) (field string, by directory.Key) {
	if term.Name == "" || dates.NotAfter.Equal(is.NotAfter) {
		dates.NotAfter = time.Time{}
		return "notAfter", by
	}
	by = *term
	*term, *dates = directory.Key{}, directory.Window{NotBefore: is.NotBefore}
	return "termRef", by
}

// placeOf is the entity at which something is given, or below which it is.
func placeOf(e directory.LocalEntity, s *directory.EntitySelector) directory.LocalEntity {
	if s != nil {
		return s.Under
	}
	return e
}

// membershipsOf are the Active entries of a group whose window is one that closes in time. One that says Removed gives when it ends.
func membershipsOf(s *directory.Snapshot, g *directory.Group, renewals *authority.Renewals, closes func(directory.Window) bool) []Ending {
	var out []Ending
	for i, m := range g.Members {
		w, _ := s.WindowOf(m.Term, m.Window)
		if m.State != directory.MemberActive || !closes(w) {
			continue
		}
		later := *g
		later.Members = slices.Clone(g.Members)
		field, term := prolong(&later.Members[i].Term, &later.Members[i].Window, w)
		out = append(out, Ending{
			Source: g.ID(), Field: fmt.Sprintf("spec.members[%d].%s", i, field), Term: term, Member: &g.Members[i].Role, At: w.NotAfter,
			Subjects: []directory.Subject{directory.PersonSubject(m.Name)},
			Renewers: renewals.OfMember(authority.Change{Before: g, After: &later}, g.Key),
		})
	}
	return out
}

// Gives is what ends, without where: a role, a template, a membership, or how many permissions an override lists.
func (e *Ending) Gives() string {
	switch {
	case e.Member != nil && *e.Member != directory.Learner:
		return "membership as " + e.Member.String()
	case e.Member != nil:
		return "membership"
	case e.Source.Kind == directory.KindPermissionOverride:
		return "override of " + words.Count(e.Permissions, "permission", "permissions")
	case e.Role.Template:
		return "template " + e.Role.Name
	}
	return e.Role.Name
}

// Where is the entity or, of a membership, the group.
func (e *Ending) Where() string {
	if e.Member != nil {
		return cite.ObjectLabel(e.Source)
	}
	if e.Selects != nil {
		return cite.Place(e.Entity.Namespace, directory.LocalEntity{}, e.Selects)
	}
	return e.Entity.String()
}

// By names the object, and the enrolment of it, that ends.
func (e *Ending) By() string {
	out := cite.ObjectLabel(e.Source)
	if e.Enrolment != "" {
		out += ", enrolment " + e.Enrolment
	}
	if e.Term.Name != "" {
		out += ", with Term " + e.Term.String()
	}
	return out
}

// Data is the output of "ending".
type Data struct {
	From    time.Time    `json:"from"`
	Until   time.Time    `json:"until"`
	Endings []EndingData `json:"endings"`
}

// EndingData is one window that closes.
type EndingData struct {
	Source    cite.Object `json:"source"`
	Enrolment string      `json:"enrolment,omitempty"`
	// Term is the term that ends it, as NAMESPACE/NAME.
	Term     string `json:"term,omitempty"`
	Role     string `json:"role,omitempty"`
	Template string `json:"template,omitempty"`
	// Member is the role within the group of a membership.
	Member string `json:"member,omitempty"`
	// Entity is left out of a membership, of which the source is the group, and of what selects, which has Selector.
	Entity   *cite.Entity   `json:"entity,omitempty"`
	Selector *cite.Selector `json:"selector,omitempty"`
	People   []string       `json:"people"`
	// Groups are NAMESPACE/NAME.
	Groups   []string  `json:"groups"`
	NotAfter time.Time `json:"notAfter"`
	Renewers []string  `json:"renewers"`
}

// DataOf is an answer for JSON and YAML; the source has the place of the end.
func DataOf(of cite.Records, list []Ending, from, until time.Time) Data {
	out := Data{From: from, Until: until, Endings: []EndingData{}}
	for _, e := range list {
		d := EndingData{
			Source: of.Object(e.Source, e.Field), Enrolment: e.Enrolment, Term: e.Term.String(), People: []string{}, Groups: []string{},
			NotAfter: e.At, Renewers: append([]string{}, e.Renewers...),
		}
		switch {
		case e.Member != nil:
			d.Member = e.Member.String()
		case e.Selects != nil:
			d.Selector = cite.SelectorOf(e.Entity.Namespace, e.Selects)
		default:
			at := cite.EntityOf(e.Entity)
			d.Entity = &at
		}
		if e.Role.Template {
			d.Template = e.Role.Name
		} else {
			d.Role = e.Role.Name
		}
		for _, x := range e.Subjects {
			if x.Kind == directory.KindGroup {
				d.Groups = append(d.Groups, directory.Key{Namespace: x.Namespace, Name: x.Name}.String())
			} else {
				d.People = append(d.People, x.Name)
			}
		}
		out.Endings = append(out.Endings, d)
	}
	return out
}
