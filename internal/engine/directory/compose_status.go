package directory

import "slices"

// declares says whether a group declares a person at a moment, by its list, its selector or what it
// includes (R12, R12a, R36).
func (s *Snapshot) declares(g uint32, p *person, now int64) bool {
	made := s.groups.at(g).made
	if made == nil {
		return p.declaredBy(g, now)
	}
	return (p.declaredBy(g, now) || len(s.includesOf(made, p, now)) > 0) && !s.keptOut(made, p, now)
}

// includesOf are the groups that a group includes and of which the person is a member.
func (s *Snapshot) includesOf(made *composition, p *person, now int64) []uint32 {
	if made == nil {
		return nil
	}
	mine := p.groupsAt(now)
	return slices.DeleteFunc(slices.Clone(made.include), func(x uint32) bool { return !contains(mine, x) })
}

// keptOut says whether require or exclude of a group block a person at a moment (R36).
func (s *Snapshot) keptOut(made *composition, p *person, now int64) bool {
	if made == nil {
		return false
	}
	mine := p.groupsAt(now)
	return made.keepsOut(p, func(g uint32) bool { return contains(mine, g) }, s.unless(p, now))
}

// unless are the groups of which a suspended person would be a member otherwise.
func (s *Snapshot) unless(p *person, now int64) []uint32 {
	if len(p.dormant) == 0 {
		return nil
	}
	active := *p
	active.selected, active.dormant = sorted(slices.Concat(p.selected, p.dormant)), nil
	out, _ := memberships(&active, &s.groups, true, now)
	return out
}

// composedAt counts the people whom a group that is made of others declares at a moment.
func (s *Snapshot) composedAt(g uint32, now int64) int {
	node := s.groups.at(g)
	people := slices.Concat(node.active, node.selected)
	for _, x := range node.made.include {
		s.eachMemberAt(x, now, func(i uint32) { people = append(people, i) })
	}
	return len(slices.DeleteFunc(sorted(people), func(i uint32) bool { return !s.declares(g, s.people.at(i), now) }))
}

// references are the names in a group's compose, with what they came to.
func (s *Snapshot) references(g uint32) []Reference {
	node := s.groups.at(g)
	var out []Reference
	for list, names := range node.names {
		for _, x := range names {
			is := Reference{List: ComposeList(list), Name: s.names.groups.key(x)}
			at := s.groups.at(x)
			switch {
			case at == nil || at.rec == nil:
				is.State = ReferenceMissing
			case slices.Contains(node.made.broken, brokenEdge{g, is.List, x}):
				is.State = ReferenceOnCircle
			case at.unsettled || at.cyclic:
				is.State = ReferenceUnsettled
			}
			out = append(out, is)
		}
	}
	return out
}

func (s *Snapshot) circleOf(c *circle) *Circle {
	if c == nil {
		return nil
	}
	out := &Circle{By: s.names.groups.key(c.by.group), List: c.by.list, Names: s.names.groups.key(c.by.named)}
	for _, g := range c.groups {
		out.Groups = append(out.Groups, s.names.groups.key(g))
	}
	return out
}
