package plan

import (
	"provost.dev/provost/internal/engine/directory"
)

func (e *editor) group(a, b *directory.Group) {
	e.field("spec.parentRef", "parent changed", a.Parent.String(), b.Parent.String())
	e.field("spec.membership", "membership changed", membership(a.Listed), membership(b.Listed))
	e.members(a.Members, b.Members)
	e.changed("spec.memberSelector", "selector changed", expressions(a.Selector), expressions(b.Selector))
	e.changed("spec.allowedSubgroups", "allowedSubgroups changed", a.AllowedSubgroups, b.AllowedSubgroups)
	e.enrolments(a.Enrolments, b.Enrolments)
	e.silent("spec.entityRef", "entity changed", a.Entity != b.Entity)
	e.silent("spec.learnersMayCreateSubgroups", "learnersMayCreateSubgroups changed",
		a.LearnersMayCreateSubgroups != b.LearnersMayCreateSubgroups)
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

func (e *editor) members(before, after []directory.Member) {
	was, is := byName(before), byName(after)
	for i, m := range before {
		if _, stays := is[m.Name]; !stays {
			e.add(Edit{Field: at("spec.members", i), Gone: true, Person: m.Name, Class: ClassMemberRemoved, Value: memberAs(m)})
		}
	}
	for i, m := range after {
		j, known := was[m.Name]
		switch {
		case !known:
			e.add(Edit{Field: at("spec.members", i), Person: m.Name, Class: ClassMemberAdded, Value: memberAs(m)})
		case before[j].State != m.State:
			e.add(Edit{
				Field: at("spec.members", i) + ".state", Person: m.Name, Class: ClassMemberChanged,
				Value: m.Name + ": " + before[j].State.String() + " -> " + m.State.String(),
			})
		case before[j].Role != m.Role:
			e.add(Edit{
				Field: at("spec.members", i) + ".role", Person: m.Name, Class: "member's role changed", NoEffect: true,
				Value: m.Name + ": " + before[j].Role.String() + " -> " + m.Role.String(),
			})
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

func (e *editor) enrolments(before, after []directory.Enrolment) {
	was, is := map[string]int{}, map[string]int{}
	for i, x := range before {
		was[x.Name] = i
	}
	for i, x := range after {
		is[x.Name] = i
	}
	for i, x := range before {
		if _, stays := is[x.Name]; !stays {
			e.add(Edit{Field: at("spec.enrolments", i), Gone: true, Class: "enrolment removed", Value: x.Name})
		}
	}
	for i, x := range after {
		field := at("spec.enrolments", i)
		j, known := was[x.Name]
		if !known {
			e.add(Edit{Field: field, Class: "enrolment added", Value: x.Name})
			continue
		}
		old := before[j]
		e.field(field+".entityRef", "enrolment's entity changed", old.Entity.String(), x.Entity.String())
		e.field(field+".roleRef", "enrolment's role changed", roleRef(old.Role), roleRef(x.Role))
		e.window(field+".", old.Window, x.Window)
		e.silent(field, "enrolment changed", !old.ReviewBy.Equal(x.ReviewBy) || old.Justification != x.Justification)
	}
}
