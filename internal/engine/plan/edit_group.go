package plan

import (
	"slices"

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
	e.changed("spec.allowedSubgroups", "allowedSubgroups changed", a.AllowedSubgroups, b.AllowedSubgroups,
		func(g *directory.Group) { g.AllowedSubgroups = b.AllowedSubgroups })
	enrolmentEdits(e, a.Enrolments, b.Enrolments)
	e.silent("spec.entityRef", "entity changed", a.Entity != b.Entity)
	e.silent("spec.learnersMayCreateSubgroups", "learnersMayCreateSubgroups changed",
		a.LearnersMayCreateSubgroups != b.LearnersMayCreateSubgroups)
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
	was, is := byName(before), byName(after)
	for i, m := range before {
		if _, stays := is[m.Name]; !stays {
			e.add(Edit{Field: at("spec.members", i), Gone: true, Person: m.Name, Class: ClassMemberRemoved, Value: memberAs(m)},
				func(g *directory.Group) {
					g.Members = slices.DeleteFunc(g.Members, func(o directory.Member) bool { return o.Name == m.Name })
				})
		}
	}
	for i, m := range after {
		j, known := was[m.Name]
		switch {
		case !known:
			e.add(Edit{Field: at("spec.members", i), Person: m.Name, Class: ClassMemberAdded, Value: memberAs(m)},
				func(g *directory.Group) { g.Members = append(g.Members, m) })
		case before[j].State != m.State:
			e.add(Edit{
				Field: at("spec.members", i) + ".state", Person: m.Name, Class: ClassMemberChanged,
				Value: m.Name + ": " + before[j].State.String() + " -> " + m.State.String(),
			}, func(g *directory.Group) {
				if at := slices.IndexFunc(g.Members, func(o directory.Member) bool { return o.Name == m.Name }); at >= 0 {
					g.Members[at] = m
				}
			})
		case before[j].Role != m.Role:
			e.add(Edit{
				Field: at("spec.members", i) + ".role", Person: m.Name, Class: "member's role changed", NoEffect: true,
				Value: m.Name + ": " + before[j].Role.String() + " -> " + m.Role.String(),
			}, nil)
		}
	}
}

// byName finds entries; of several for one person the last one is meant.
func byName(members []directory.Member) map[string]int {
	out := make(map[string]int, len(members))
	for i, m := range members {
		out[m.Name] = i
	}
	return out
}

// memberAs is an entry in words: the name, and the state where it is not Active.
func memberAs(m directory.Member) string {
	if m.State == directory.MemberActive {
		return m.Name
	}
	return m.Name + " (" + m.State.String() + ")"
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
		e.field(field+".entityRef", "enrolment's entity changed", old.Entity.String(), x.Entity.String(),
			func(g *directory.Group) { entry(g).Entity = x.Entity })
		e.field(field+".roleRef", "enrolment's role changed", roleRef(old.Role), roleRef(x.Role),
			func(g *directory.Group) { entry(g).Role = x.Role })
		e.window(field+".", old.Window, x.Window, func(g *directory.Group) *directory.Window { return &entry(g).Window })
		e.silent(field, "enrolment changed", !old.ReviewBy.Equal(x.ReviewBy) || old.Justification != x.Justification)
	}
}
