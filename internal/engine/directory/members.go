package directory

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Members are the effective members of a group at some time (R12a, R13-R18), by name.
func (s *Snapshot) Members(k Key, now time.Time) []Membership {
	at := now.UnixMicro()
	g, ok := s.names.groups.find(k)
	if !ok {
		return nil
	}
	var out []Membership
	s.eachMemberAt(g, at, func(i uint32) { out = append(out, s.membership(g, i, s.declaring(s.people.at(i), g, at), at)) })
	slices.SortFunc(out, func(a, b Membership) int { return strings.Compare(a.Person, b.Person) })
	s.addRoles(g, out, now)
	return out
}

// Member is one person's membership of a group at some time, and whether there is one.
func (s *Snapshot) Member(k Key, who string, now time.Time) (Membership, bool) {
	g, i, p := s.pair(k, who)
	if p == nil || !contains(p.groupsAt(now.UnixMicro()), g) {
		return Membership{}, false
	}
	out := []Membership{s.membership(g, i, s.declaring(p, g, now.UnixMicro()), now.UnixMicro())}
	s.addRoles(g, out, now)
	return out[0], true
}

// pair are a group and a person by their numbers, and the person; nil where either was never mentioned.
func (s *Snapshot) pair(k Key, who string) (g, i uint32, p *person) {
	g, known := s.names.groups.find(k)
	if i, ok := s.names.people.find(who); ok && known {
		return g, i, s.people.at(i)
	}
	return 0, 0, nil
}

func (s *Snapshot) membership(g, i uint32, through []uint32, now int64) Membership {
	m := Membership{Person: s.names.people.key(i), Direct: slices.Contains(through, g)}
	for _, d := range through {
		m.Through = append(m.Through, s.names.groups.key(d))
	}
	slices.SortFunc(m.Through, Key.Compare)
	m.Until = s.people.at(i).member(g, now).window().NotAfter
	return m
}

// addRoles fills in the roles within the group, which its own Active entries give and nothing else
// (R16): the highest of those that are open (R12a).
func (s *Snapshot) addRoles(g uint32, members []Membership, now time.Time) {
	node := s.groups.at(g)
	if node == nil || node.rec == nil {
		return
	}
	roles := map[string]MemberRole{}
	for i := range node.dated.Members {
		if m := &node.dated.Members[i]; m.State == MemberActive && m.Role > roles[m.Name] && m.Open(now) {
			roles[m.Name] = m.Role
		}
	}
	for i := range members {
		members[i].Role = roles[members[i].Person]
	}
}

// declaring are the groups at or below a group that declare a person at a moment, sorted by number.
func (s *Snapshot) declaring(p *person, g uint32, now int64) []uint32 {
	var out []uint32
	for _, list := range [2][]uint32{p.active, p.selected} {
		for _, d := range list {
			if s.declares(d, p, now) && (d == g || !s.groups.at(d).cyclic && s.isBelow(d, g)) {
				out = append(out, d)
			}
		}
	}
	if len(s.composing) > 0 {
		for _, x := range p.groupsAt(now) {
			for _, d := range s.groups.at(x).includers {
				if (d == g || !s.groups.at(d).cyclic && s.isBelow(d, g)) && s.declares(d, p, now) {
					out = append(out, d)
				}
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

// Path is how a person comes to be a member of a group at some time: the group that
// declares the person and those above it, up to the group asked about. It is
// the shortest such path; empty where the person is no member.
func (s *Snapshot) Path(who string, k Key, now time.Time) Path {
	g, ok := s.names.groups.find(k)
	if !ok {
		return Path{}
	}
	i, ok := s.names.people.find(who)
	if !ok || s.people.at(i) == nil || !contains(s.people.at(i).groupsAt(now.UnixMicro()), g) {
		return Path{}
	}
	paths := s.paths(s.people.at(i), g, now.UnixMicro())
	slices.SortStableFunc(paths, func(a, b Path) int { return len(a.Groups) - len(b.Groups) })
	return paths[0]
}

// paths are all the ways in which a member of a group came to be one, in the order of the declaring groups' keys.
func (s *Snapshot) paths(p *person, g uint32, now int64) []Path {
	out := s.pathsInto(p, g, now)
	slices.SortFunc(out, func(a, b Path) int { return slices.CompareFunc(a.Groups, b.Groups, Key.Compare) })
	return out
}

// pathsInto are the paths in no order. A group that includes others has those of each of them too: they end, since no
// name in effect closes a circle (R36). Of what is included the shortest way is enough.
func (s *Snapshot) pathsInto(p *person, g uint32, now int64) []Path {
	var out []Path
	add := func(d uint32, path Path) {
		for at := d; ; at = s.groups.at(at).up {
			path.Groups = append(path.Groups, s.names.groups.key(at))
			if at == g {
				break
			}
		}
		out = append(out, path)
	}
	for _, d := range s.declaring(p, g, now) {
		if p.declaredBy(d, now) {
			add(d, Path{BySelector: !p.listedBy(d, now)})
		}
		for _, x := range s.includesOf(s.groups.at(d).made, p, now) {
			path := slices.MinFunc(s.pathsInto(p, x, now), Path.compare)
			path.Included = append(path.Included, len(path.Groups))
			add(d, path)
		}
	}
	return out
}

// compare puts the shorter way first.
func (p Path) compare(o Path) int {
	return cmp.Or(cmp.Compare(len(p.Groups), len(o.Groups)), slices.CompareFunc(p.Groups, o.Groups, Key.Compare))
}
