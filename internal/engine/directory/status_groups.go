package directory

import (
	"slices"
	"time"
)

// Group returns the status of a group at some time.
func (s *Snapshot) Group(k Key, now time.Time) GroupStatus {
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
	f.MemberCount = s.membersAt(i, now.UnixMicro())
	f.DeclaredCount = s.declaredAt(i, now.UnixMicro())
	f.Path = s.GroupPath(k)
	if g.cyclic {
		f.Cycle, f.OnCycle = s.cycle(i)
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
	f.Unsettled, f.References, f.Circle = g.unsettled, s.references(i), s.circleOf(g.circle)
	for i := range g.rec.Members {
		if name := g.rec.Members[i].Name; s.undeclared(name) {
			f.Undeclared = append(f.Undeclared, name)
		}
	}
	slices.Sort(f.Undeclared)
	f.Undeclared = slices.Compact(f.Undeclared)
	for n, e := range g.rec.Enrolments {
		if e.Selects != nil {
			f.Enrolments = append(f.Enrolments, s.selectionStatus(selectionKey{true, k, n}, now))
			continue
		}
		f.Enrolments = append(f.Enrolments, s.grantStatus(e.Entity.In(k.Namespace), e.Role, nil, []uint32{i}, e.Term, e.Window, now))
	}
	return f
}

// declaredAt counts the people whom a group itself declares at a moment.
func (s *Snapshot) declaredAt(g uint32, now int64) int {
	node := s.groups.at(g)
	if node.made != nil {
		return s.composedAt(g, now)
	}
	return len(slices.DeleteFunc(sorted(slices.Concat(node.active, node.selected)), func(i uint32) bool {
		p := s.people.at(i)
		return p.timed != nil && !p.declaredBy(g, now)
	}))
}

// GroupPath is a group and the groups above it in effect, topmost first; the group alone where it is on
// or below a cycle, or is not known.
func (s *Snapshot) GroupPath(k Key) []Key {
	out := []Key{k}
	i, ok := s.names.groups.find(k)
	if !ok || s.groups.at(i) == nil || s.groups.at(i).cyclic {
		return out
	}
	for at := s.groups.at(i).up; at != none; at = s.groups.at(at).up {
		out = append(out, s.names.groups.key(at))
	}
	slices.Reverse(out)
	return out
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
