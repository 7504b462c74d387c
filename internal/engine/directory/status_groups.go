package directory

import (
	"slices"
)

// Group returns the status of a group.
func (s *Snapshot) Group(k Key) GroupStatus {
	f := GroupStatus{Key: k, Path: []Key{k}}
	i, ok := s.names.groups.find(k)
	if !ok {
		return f
	}
	g := s.groups.at(i)
	if g == nil {
		return f
	}
	f.Declared = g.rec != nil
	f.ParentState = g.state
	f.MemberCount = g.members
	f.DeclaredCount = len(sorted(slices.Concat(g.active, g.selected)))
	if g.cyclic {
		f.Cycle, f.OnCycle = s.cycle(i)
	} else {
		for at := g.up; at != none; at = s.groups.at(at).up {
			f.Path = append(f.Path, s.names.groups.key(at))
		}
		slices.Reverse(f.Path)
	}
	for _, c := range g.children {
		if s.groups.at(c).up == i {
			f.Subgroups = append(f.Subgroups, s.names.groups.key(c))
		}
	}
	slices.SortFunc(f.Subgroups, Key.Compare)
	if g.rec == nil {
		return f
	}
	for _, m := range g.rec.Members {
		if s.undeclared(m.Name) {
			f.Undeclared = append(f.Undeclared, m.Name)
		}
	}
	slices.Sort(f.Undeclared)
	for _, e := range g.rec.Enrolments {
		f.Enrolments = append(f.Enrolments, s.grantStatus(e.Entity.In(k.Namespace), e.Role, nil, []uint32{i}, e.Window))
	}
	return f
}

// undeclared says whether a name lacks the Person record that the Platform asks for (R11).
func (s *Snapshot) undeclared(who string) bool {
	if s.platform == nil || !s.platform.DeclaredPeople {
		return false
	}
	i, ok := s.names.people.find(who)
	return !ok || s.people.at(i) == nil || s.people.at(i).rec == nil
}

// cycle names the cycle that a group is on or below, from its least key on (R17).
func (s *Snapshot) cycle(g uint32) (keys []Key, on bool) {
	// Walk until a group comes again: that one is on the cycle.
	seen := map[uint32]struct{}{}
	at := g
	for {
		if _, again := seen[at]; again {
			break
		}
		seen[at] = struct{}{}
		at = s.groups.at(at).up
	}
	for start := at; ; {
		keys = append(keys, s.names.groups.key(at))
		on = on || at == g
		if at = s.groups.at(at).up; at == start {
			break
		}
	}
	least := 0
	for i := range keys {
		if keys[i].Compare(keys[least]) < 0 {
			least = i
		}
	}
	return slices.Concat(keys[least:], keys[:least]), on
}
