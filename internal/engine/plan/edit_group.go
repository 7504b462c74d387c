package plan

import (
	"slices"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

func groupEdits(a, b *directory.Group) []Edit {
	e := &editor[directory.Group]{id: a.ID()}
	e.field("spec.parentRef", "parent changed", a.Parent.String(), b.Parent.String(), func(g *directory.Group) { g.Parent = b.Parent })
	e.field("spec.membership", "membership changed", membership(a.Listed), membership(b.Listed),
		func(g *directory.Group) { g.Listed = b.Listed })
	memberEdits(e, a.Members, b.Members)
	e.changed("spec.memberSelector", "selector changed", expressions(a.Selector), expressions(b.Selector),
		func(g *directory.Group) { g.Selector = b.Selector })
	e.names("spec.compose.include", "included group", a.Compose.Include, b.Compose.Include,
		func(g *directory.Group) *[]string { return &g.Compose.Include })
	e.names("spec.compose.require", "required group", a.Compose.Require, b.Compose.Require,
		func(g *directory.Group) *[]string { return &g.Compose.Require })
	e.names("spec.compose.exclude", "excluded group", a.Compose.Exclude, b.Compose.Exclude,
		func(g *directory.Group) *[]string { return &g.Compose.Exclude })
	e.changed("spec.allowedSubgroups", "allowedSubgroups changed", a.AllowedSubgroups, b.AllowedSubgroups,
		func(g *directory.Group) { g.AllowedSubgroups = b.AllowedSubgroups })
	enrolmentEdits(e, a.Enrolments, b.Enrolments)
	e.silent("spec.entityRef", "entity changed", a.Entity != b.Entity)
	e.silent("spec.learnersMayCreateSubgroups", "learnersMayCreateSubgroups changed",
		a.LearnersMayCreateSubgroups != b.LearnersMayCreateSubgroups)
	e.silent("spec.visibility", "visibility changed", a.Visibility != b.Visibility)
	e.silent("spec.memberVisibility", "memberVisibility changed", a.MemberVisibility != b.MemberVisibility)
	return e.edits
}

func membership(listed bool) string {
	if listed {
		return "Listed"
	}
	return "Cascading"
}

func expressions(s *directory.Selector) []directory.Expression {
	if s == nil {
		return nil
	}
	return s.Expressions
}

func memberEdits(e *editor[directory.Group], before, after []directory.Member) {
	was, is := byEntry(before), byEntry(after)
	for i, m := range before {
		if _, stays := is[entryOf(m)]; !stays {
			e.add(Edit{Field: at("spec.members", i), Gone: true, Person: m.Name, Class: ClassMemberRemoved, Value: memberAs(m)},
				func(g *directory.Group) {
					g.Members = slices.DeleteFunc(g.Members, func(o directory.Member) bool { return entryOf(o) == entryOf(m) })
				})
		}
	}
	for i, m := range after {
		j, known := was[entryOf(m)]
		if !known {
			e.add(Edit{Field: at("spec.members", i), Person: m.Name, Class: ClassMemberAdded, Value: memberAs(m)},
				func(g *directory.Group) { g.Members = append(g.Members, m) })
			continue
		}
		entryEdits(e, at("spec.members", i), before[j], m)
	}
}

// entryEdits are those of one entry that stays (R12a).
func entryEdits(e *editor[directory.Group], field string, was, is directory.Member) {
	entry := func(g *directory.Group) *directory.Member {
		return &g.Members[slices.IndexFunc(g.Members, func(o directory.Member) bool { return entryOf(o) == entryOf(is) })]
	}
	name := memberName(is)
	if was.State != is.State {
		e.add(Edit{
			Field: field + ".state", Person: is.Name, Class: ClassMemberChanged,
			Value: name + ": " + was.State.String() + " -> " + is.State.String(),
		}, func(g *directory.Group) { entry(g).State = is.State })
	}
	for _, limit := range []struct {
		name    string
		was, is time.Time
		of      func(*directory.Member) *time.Time
	}{
		{"notBefore", was.Window.NotBefore, is.Window.NotBefore, func(m *directory.Member) *time.Time { return &m.Window.NotBefore }},
		{"notAfter", was.Window.NotAfter, is.Window.NotAfter, func(m *directory.Member) *time.Time { return &m.Window.NotAfter }},
	} {
		if !limit.was.Equal(limit.is) {
			e.add(Edit{
				Field: field + "." + limit.name, Person: is.Name, Class: Class("entry's " + limit.name + " changed"),
				Value: name + ": " + fromTo(moment(limit.was), moment(limit.is)),
			}, func(g *directory.Group) { *limit.of(entry(g)) = limit.is })
		}
	}
	if was.Term != is.Term {
		e.add(Edit{
			Field: field + ".termRef", Person: is.Name, Class: "entry's term changed",
			Value: name + ": " + fromTo(was.Term.String(), is.Term.String()),
		}, func(g *directory.Group) { entry(g).Term = is.Term })
	}
	if was.Role != is.Role {
		e.add(Edit{
			Field: field + ".role", Person: is.Name, Class: "member's role changed", NoEffect: true,
			Value: name + ": " + was.Role.String() + " -> " + is.Role.String(),
		}, nil)
	}
}

// entryKey is what tells the entries of a group's list apart (R12a).
type entryKey struct{ name, id string }

func entryOf(m directory.Member) entryKey { return entryKey{m.Name, m.ID} }

func byEntry(members []directory.Member) map[entryKey]int {
	out := make(map[entryKey]int, len(members))
	for i, m := range members {
		out[entryOf(m)] = i
	}
	return out
}

// memberName is the name of an entry: the person's, with the ID where there is one.
func memberName(m directory.Member) string {
	if m.ID == "" {
		return m.Name
	}
	return m.Name + "/" + m.ID
}

// memberAs is an entry in words: its name, and the state where it is not Active.
func memberAs(m directory.Member) string {
	if m.State == directory.MemberActive {
		return memberName(m)
	}
	return memberName(m) + " (" + m.State.String() + ")"
}

func enrolmentEdits(e *editor[directory.Group], before, after []directory.Enrolment) {
	was, is := map[string]int{}, map[string]int{}
	for i, x := range before {
		was[x.Name] = i
	}
	for i, x := range after {
		is[x.Name] = i
	}
	for i, x := range before {
		if _, stays := is[x.Name]; !stays {
			e.add(Edit{Field: at("spec.enrolments", i), Gone: true, Class: "enrolment removed", Value: x.Name}, func(g *directory.Group) {
				g.Enrolments = slices.DeleteFunc(g.Enrolments, func(o directory.Enrolment) bool { return o.Name == x.Name })
			})
		}
	}
	for i, x := range after {
		field := at("spec.enrolments", i)
		j, known := was[x.Name]
		if !known {
			e.add(Edit{Field: field, Class: "enrolment added", Value: x.Name},
				func(g *directory.Group) { g.Enrolments = append(g.Enrolments, x) })
			continue
		}
		old := before[j]
		entry := func(g *directory.Group) *directory.Enrolment {
			return &g.Enrolments[slices.IndexFunc(g.Enrolments, func(o directory.Enrolment) bool { return o.Name == x.Name })]
		}
		e.where(field+".", "enrolment's entity changed", where{old.Entity, old.Selects}, where{x.Entity, x.Selects},
			func(g *directory.Group) { entry(g).Entity, entry(g).Selects = x.Entity, x.Selects })
		e.field(field+".roleRef", "enrolment's role changed", roleRef(old.Role), roleRef(x.Role),
			func(g *directory.Group) { entry(g).Role = x.Role })
		e.window(field+".", old.Window, x.Window, func(g *directory.Group) *directory.Window { return &entry(g).Window })
		e.term(field+".termRef", "enrolment's term changed", old.Term, x.Term,
			func(g *directory.Group) *directory.Key { return &entry(g).Term })
		e.silent(field, "enrolment changed", !old.ReviewBy.Equal(x.ReviewBy) || old.Justification != x.Justification)
	}
}
