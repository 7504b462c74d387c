package directory

import (
	"slices"
	"strings"
)

// Members are the effective members of a group (R13-R18), by name.
func (s *Snapshot) Members(k Key) []Membership {
	g, ok := s.names.groups.find(k)
	if !ok {
		return nil
	}
	through := map[uint32][]uint32{}
	s.subtree(g, func(d uint32) {
		node := s.groups.at(d)
		if node == nil {
			return
		}
		for _, list := range [2][]uint32{node.active, node.selected} {
			for _, i := range list {
				if contains(s.people.at(i).groups, g) {
					through[i] = append(through[i], d)
				}
			}
		}
	})
	out := make([]Membership, 0, len(through))
	for i, list := range through {
		out = append(out, s.membership(g, i, sorted(list)))
	}
	slices.SortFunc(out, func(a, b Membership) int { return strings.Compare(a.Person, b.Person) })
	s.addRoles(g, out)
	return out
}

// Member is one person's membership of a group, and whether there is one.
func (s *Snapshot) Member(k Key, who string) (Membership, bool) {
	g, ok := s.names.groups.find(k)
	if !ok {
		return Membership{}, false
	}
	i, ok := s.names.people.find(who)
	if !ok {
		return Membership{}, false
	}
	p := s.people.at(i)
	if p == nil || !contains(p.groups, g) {
		return Membership{}, false
	}
	out := []Membership{s.membership(g, i, s.declaring(p, g))}
	s.addRoles(g, out)
	return out[0], true
}

func (s *Snapshot) membership(g, i uint32, through []uint32) Membership {
	m := Membership{Person: s.names.people.key(i), Direct: slices.Contains(through, g)}
	for _, d := range through {
		m.Through = append(m.Through, s.names.groups.key(d))
	}
	slices.SortFunc(m.Through, Key.Compare)
	return m
}

// addRoles fills in the roles within the group, which its own Active entries give and nothing else (R16).
func (s *Snapshot) addRoles(g uint32, members []Membership) {
	node := s.groups.at(g)
	if node == nil || node.rec == nil {
		return
	}
	roles := map[string]MemberRole{}
	for _, m := range node.rec.Members {
		if m.State == MemberActive && m.Role != Learner {
			roles[m.Name] = m.Role
		}
	}
	for i := range members {
		members[i].Role = roles[members[i].Person]
	}
}

// declaring are the groups at or below a group that declare a person, sorted by number.
func (s *Snapshot) declaring(p *person, g uint32) []uint32 {
	var out []uint32
	for _, list := range [2][]uint32{p.active, p.selected} {
		for _, d := range list {
			if d == g || !s.groups.at(d).cyclic && s.isBelow(d, g) {
				out = append(out, d)
			}
		}
	}
	return sorted(out)
}

func (s *Snapshot) isBelow(d, g uint32) bool {
	for d != none {
		if d == g {
			return true
		}
		d = s.groups.at(d).up
	}
	return false
}

// Path is how a person comes to be a member of a group: the group that
// declares the person and those above it, up to the group asked about. It is
// the shortest such path; empty where the person is no member.
func (s *Snapshot) Path(who string, k Key) Path {
	g, ok := s.names.groups.find(k)
	if !ok {
		return Path{}
	}
	i, ok := s.names.people.find(who)
	if !ok || s.people.at(i) == nil || !contains(s.people.at(i).groups, g) {
		return Path{}
	}
	paths := s.paths(s.people.at(i), g)
	slices.SortStableFunc(paths, func(a, b Path) int { return len(a.Groups) - len(b.Groups) })
	return paths[0]
}

// paths are all the ways in which a member of a group came to be one, in the order of the declaring groups' keys.
func (s *Snapshot) paths(p *person, g uint32) []Path {
	var out []Path
	for _, d := range s.declaring(p, g) {
		path := Path{BySelector: !contains(p.active, d)}
		for at := d; ; at = s.groups.at(at).up {
			path.Groups = append(path.Groups, s.names.groups.key(at))
			if at == g {
				break
			}
		}
		out = append(out, path)
	}
	slices.SortFunc(out, func(a, b Path) int { return a.Groups[0].Compare(b.Groups[0]) })
	return out
}
