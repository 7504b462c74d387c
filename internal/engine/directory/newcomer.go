package directory

import (
	"slices"
	"time"
)

// Newcomer stands for whoever may come into a group next: a person of whom
// nothing is said but that the group declares him. What a newcomer would have is
// what the group carries, be it empty or full today.
//
// A group that is named and does not exist carries what names it.
type Newcomer struct {
	s        *Snapshot
	groups   []uint32
	possible []uint32 // unsettled groups (R36): denies concern whoever might be in them
}

// Newcomer is whoever comes into a group next, or into several at once. Require and exclude do not keep such a person out
// (R36): whoever passes them has what the group carries.
func (s *Snapshot) Newcomer(groups ...Key) Newcomer { return s.newcomer(true, &Person{}, groups) }

// Outsider is whoever comes into these groups and is in no others: require and exclude keep such a person out where they do.
func (s *Snapshot) Outsider(groups ...Key) Newcomer { return s.newcomer(false, &Person{}, groups) }

// Undeclared is an Outsider who has no Person: what excludes a group with a selector keeps such a person out, too.
func (s *Snapshot) Undeclared(groups ...Key) Newcomer { return s.newcomer(false, nil, groups) }

// ClosedToUndeclared are the groups that keep out whoever has no Person, since they exclude one that chooses people by their
// attributes (R36).
func (s *Snapshot) ClosedToUndeclared() []Key {
	var out []Key
	for _, g := range s.composing {
		made := s.groups.at(g).made
		if made != nil && slices.ContainsFunc(made.exclude, func(e exclusion) bool { return e.selective }) {
			out = append(out, s.names.groups.key(g))
		}
	}
	return out
}

// Composes says whether any group is made of others (R36).
func (s *Snapshot) Composes() bool { return len(s.composing) > 0 }

// Shut are the groups that nobody passes, since a name of require or exclude is missing, or of one of exclude nobody can tell who all
// its members are (R36).
func (s *Snapshot) Shut() []Key {
	var out []Key
	for _, g := range s.composing {
		if made := s.groups.at(g).made; made != nil && made.shut {
			out = append(out, s.names.groups.key(g))
		}
	}
	return out
}

func (s *Snapshot) newcomer(passes bool, rec *Person, groups []Key) Newcomer {
	p := &person{rec: rec}
	for _, k := range groups {
		if g, ok := s.names.groups.find(k); ok && s.groups.at(g) != nil {
			p.active = with(p.active, g)
		}
	}
	if len(s.composing) > 0 {
		x := asking{p: p, groups: &s.groups, newcomer: passes}
		carried, possible := x.answer()
		return Newcomer{s, carried, possible}
	}
	return Newcomer{s: s, groups: closure(p, &s.groups, 0)}
}

// Access is what the newcomer would have at an entity at some time, if nothing
// stood against the person (R11).
func (n Newcomer) Access(at EntityKey, now time.Time) Access {
	out := Access{Entity: at}
	e, ok := n.s.names.entities.find(at)
	if !ok {
		return out
	}
	if g := n.s.byEntity.at(e); g != nil {
		n.s.fill(&question{n.s, none, n.groups, e, g, now.UnixMicro(), &n}, &out)
	}
	return out
}

// AccessOf is Access at every entity at which there is something to say, in the order of their keys.
func (n Newcomer) AccessOf(now time.Time) []Access {
	var out []Access
	for _, e := range n.s.concerning(&person{groups: n.groups, possible: n.possible}) {
		if a := n.Access(n.s.names.entities.key(e), now); a.says() {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b Access) int { return a.Entity.Compare(b.Entity) })
	return out
}

// AccessTransitions are the times after a given one at which the answers may change by
// the clock alone, in order.
func (n Newcomer) AccessTransitions(after time.Time) []time.Time {
	p := &person{groups: n.groups, possible: n.possible}
	return n.s.accessTransitions(none, p, after, n.s.concerning(p))
}

// AccessTransitionsAt are AccessTransitions at one entity alone.
func (n Newcomer) AccessTransitionsAt(at EntityKey, after time.Time) []time.Time {
	e, ok := n.s.names.entities.find(at)
	if !ok || n.s.entities.at(e) == nil {
		return nil
	}
	return n.s.accessTransitions(none, &person{groups: n.groups, possible: n.possible}, after, []uint32{e})
}

// Denied says whether a SystemDeny has the newcomer among its subjects, whatever the time is.
func (n Newcomer) Denied(deny string) bool {
	i, ok := n.s.names.denies.find(deny)
	if !ok || n.s.denials.at(i) == nil {
		return false
	}
	return n.s.denials.at(i).concerns(none, n.groups, n.possible)
}
