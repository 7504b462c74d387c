package directory

import (
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
)

// BarKind says by what a group keeps somebody out.
type BarKind uint8

// The kinds of bar.
const (
	BarRemoved BarKind = iota // an open entry says Removed (R14)
	BarListed                 // it is Listed and does not declare the person (R15)
	BarRequire                // its compose requires a group of which the person is no member (R36)
	BarExclude                // its compose excludes a group of which the person is, or may be, a member (R36)
)

// Bar is one thing by which a group keeps a person out of itself and of all below it.
type Bar struct {
	Group Key
	Kind  BarKind
	// Named is the group that compose names, with BarRequire and BarExclude, and State what became of the name.
	Named Key
	State ReferenceState
	// Unknown says that the person is no member of the group that is excluded, but that it hangs on people's attributes
	// who is, and the person has no Person or is suspended.
	Unknown bool
}

// Bars are what keeps a person out of a group at some time, from that group up: what KeepsOut says, with the reasons.
func (s *Snapshot) Bars(k Key, who string, now time.Time) []Bar {
	g, _, p := s.pair(k, who)
	if p == nil {
		return nil
	}
	at := now.UnixMicro()
	var out []Bar
	for _, b := range s.blocking(p, g, at) {
		before := len(out)
		if p.removedBy(b, at) {
			out = append(out, Bar{Group: s.names.groups.key(b), Kind: BarRemoved})
		}
		out = append(out, s.composeBars(b, p, at)...)
		if len(out) == before {
			out = append(out, Bar{Group: s.names.groups.key(b), Kind: BarListed})
		}
	}
	return out
}

// composeBars are those names of a group's compose that keep a person out.
func (s *Snapshot) composeBars(g uint32, p *person, now int64) []Bar {
	node := s.groups.at(g)
	if node.made == nil {
		return nil
	}
	mine, unless := p.groupsAt(now), s.unless(p, now)
	var out []Bar
	for _, r := range s.references(g) {
		x, _ := s.names.groups.find(r.Name)
		bar := Bar{Group: s.names.groups.key(g), Kind: BarRequire, Named: r.Name, State: r.State}
		broken := r.State == ReferenceMissing || r.State == ReferenceOnCircle
		switch r.List {
		case ComposeInclude:
			continue
		case ComposeRequire:
			if !broken && contains(mine, x) {
				continue
			}
		case ComposeExclude:
			bar.Kind = BarExclude
			i := slices.IndexFunc(node.made.exclude, func(e exclusion) bool { return e.group == x })
			switch {
			case broken, r.State == ReferenceUnsettled:
			case contains(mine, x):
			case i >= 0 && node.made.exclude[i].selective && (p.rec == nil || contains(unless, x)):
				bar.Unknown = true
			default:
				continue
			}
		}
		out = append(out, bar)
	}
	return out
}

// IncludedThrough are the groups that a group includes and of which the person is a member at some time: by them the group
// declares the person, unless it keeps the person out (R36).
func (s *Snapshot) IncludedThrough(k Key, who string, now time.Time) []Key {
	g, _, p := s.pair(k, who)
	if p == nil || s.groups.at(g) == nil {
		return nil
	}
	var out []Key
	for _, x := range s.includesOf(s.groups.at(g).made, p, now.UnixMicro()) {
		out = append(out, s.names.groups.key(x))
	}
	slices.SortFunc(out, Key.Compare)
	return out
}

// heldBack calls f with every group that has a permission at an entity now, and with each group at or below it that would declare
// the person did not its own compose keep the person out (R36).
func (s *Snapshot) heldBack(x *Explanation, p catalogue.Permission, now time.Time, f func(by uint32, who *person, role RoleName)) {
	e, ok := s.names.entities.find(x.Entity)
	i, known := s.names.people.find(x.Person)
	if !ok || !known || s.people.at(i) == nil || s.entities.at(e) == nil || s.entities.at(e).grants == nil || len(s.composing) == 0 {
		return
	}
	who, at, grants := s.people.at(i), now.UnixMicro(), s.entities.at(e).grants
	for j, g := range grants.groups.ids {
		for _, lg := range grants.groups.of(j) {
			role := &grants.roles[lg.role]
			if !lg.span.open(at) || role.denies || !role.set.Has(p.Set()) || contains(who.groupsAt(at), g) {
				continue
			}
			s.subtree(g, func(d uint32) {
				node := s.groups.at(d)
				if node == nil || node.made == nil || !s.keptOut(node.made, who, at) {
					return
				}
				if who.declaredBy(d, at) || len(s.includesOf(node.made, who, at)) > 0 {
					f(d, who, role.name)
				}
			})
			break
		}
	}
}

// keptOutByCompose is the first group whose compose keeps the person out of what would give the permission.
func (s *Snapshot) keptOutByCompose(x *Explanation, p catalogue.Permission, now time.Time) (group ID, ok bool) {
	s.heldBack(x, p, now, func(by uint32, _ *person, _ RoleName) {
		if id := s.names.groups.key(by).GroupID(); !ok || id.Compare(group) < 0 {
			group, ok = id, true
		}
	})
	return group, ok
}

// groupsInTheWay are the groups to leave or to join where compose keeps the person out of what would give the permission: those whose
// lists have the person, where it excludes them, and those that it requires.
func (s *Snapshot) groupsInTheWay(x *Explanation, p catalogue.Permission, now time.Time) []Remedy {
	var out []Remedy
	s.heldBack(x, p, now, func(by uint32, who *person, role RoleName) {
		bars := s.composeBars(by, who, now.UnixMicro())
		if len(bars) != 1 || bars[0].State != ReferenceOK {
			return
		}
		named, _ := s.names.groups.find(bars[0].Named)
		r := Remedy{Target: bars[0].Named.GroupID(), By: s.names.groups.key(by), Role: role}
		switch {
		case bars[0].Kind == BarRequire:
			r.Kind = RemedyEnter
		case contains(who.active, named):
			r.Kind = RemedyLeave
		default:
			return
		}
		out = append(out, r)
	})
	return out
}
