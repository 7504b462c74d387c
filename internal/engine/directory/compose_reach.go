package directory

import (
	"maps"
	"slices"
)

// Feeders are a group and all whose members may be its own: the groups in effect below it, and those that any of them
// include, whether or not they do so in effect (R36), in order.
func (s *Snapshot) Feeders(k Key) []Key {
	g, ok := s.names.groups.find(k)
	if !ok {
		return nil
	}
	var out []Key
	walkDown(&s.groups, g, map[uint32]struct{}{}, true, func(d uint32) { out = append(out, s.names.groups.key(d)) })
	slices.SortFunc(out, Key.Compare)
	return out
}

// Carriers are the groups of which whoever is declared in a group may be a member: the group, those in effect above it, and
// those that include any of them (R36), in order.
func (s *Snapshot) Carriers(k Key) []Key {
	g, ok := s.names.groups.find(k)
	if !ok || s.groups.at(g) == nil {
		return []Key{k}
	}
	var out []Key
	walk(&s.groups, g, map[uint32]struct{}{}, func(g uint32, node *group) []uint32 {
		out = append(out, s.names.groups.key(g))
		return upwards(node, node.includers)
	})
	slices.SortFunc(out, Key.Compare)
	return out
}

// Circles are those of R36, each once, in the order of the groups that close them.
func (s *Snapshot) Circles() []Circle {
	var out []Circle
	seen := map[*circle]struct{}{}
	for _, g := range s.linked {
		c := s.groups.at(g).circle
		if _, again := seen[c]; c == nil || again {
			continue
		}
		seen[c] = struct{}{}
		out = append(out, *s.circleOf(c))
	}
	slices.SortFunc(out, func(a, b Circle) int { return slices.CompareFunc(a.Groups, b.Groups, Key.Compare) })
	return slices.CompactFunc(out, func(a, b Circle) bool { return slices.Equal(a.Groups, b.Groups) })
}

// Unsettled are the groups that are so (R36), in order.
func (s *Snapshot) Unsettled() []Key {
	var out []Key
	for _, g := range s.linked {
		if s.groups.at(g).unsettled {
			out = append(out, s.names.groups.key(g))
		}
	}
	slices.SortFunc(out, Key.Compare)
	return out
}

// HangsOn are the groups on which the members of a group hang where compositions bear on it (R36), existing or not, with those
// above and below them; none where no composition does.
func (s *Snapshot) HangsOn(k Key) []Key {
	g, ok := s.names.groups.find(k)
	if !ok || s.groups.at(g) == nil || !s.groups.at(g).linked {
		return nil
	}
	var out []Key
	walk(&s.groups, g, map[uint32]struct{}{}, func(g uint32, node *group) []uint32 {
		out = append(out, s.names.groups.key(g))
		return upwards(node, append(slices.Concat(node.names[:]...), childrenInEffect(&s.groups, g, node)...))
	})
	slices.SortFunc(out, Key.Compare)
	return out
}

// BearsOn are the groups whose members hang on who is in a group, existing or not: it, those in effect above it and below it, and
// likewise those that name any of them in their compose (R36), in order.
func (s *Snapshot) BearsOn(k Key) []Key {
	seen := map[Key]bool{}
	for next := []Key{k}; len(next) > 0; {
		at := next[0]
		next = next[1:]
		for _, x := range slices.Concat([]Key{at}, s.GroupPath(at), s.Subtree(at)) {
			if seen[x] {
				continue
			}
			seen[x] = true
			if g, ok := s.names.groups.find(x); ok && s.groups.at(g) != nil {
				for _, n := range s.groups.at(g).namers {
					if by := s.names.groups.key(n); !seen[by] {
						next = append(next, by)
					}
				}
			}
		}
	}
	return slices.SortedFunc(maps.Keys(seen), Key.Compare)
}

// upwards is the group above one, and others.
func upwards(node *group, others []uint32) []uint32 {
	if node.up == none {
		return others
	}
	return append([]uint32{node.up}, others...)
}
