package directory

import (
	"slices"
	"time"
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
