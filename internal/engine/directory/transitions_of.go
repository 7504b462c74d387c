package directory

import (
	"slices"
	"time"
)

// AccessTransitions are the times after a given one at which what a person may do in a
// namespace may change by the clock alone, in order: where a window of a grant,
// override or deny that bears on the person there, or of a membership (R12a), opens or closes.
func (s *Snapshot) AccessTransitions(who, ns string, after time.Time) []time.Time {
	i, ok := s.names.people.find(who)
	if !ok || s.people.at(i) == nil {
		return nil
	}
	n, ok := s.names.namespaces.find(ns)
	if !ok {
		return nil
	}
	p := s.people.at(i)
	return s.accessTransitions(i, p, after, slices.DeleteFunc(s.concerning(p), func(e uint32) bool { return s.entities.at(e).namespace != n }))
}

// AccessTransitionsAt are AccessTransitions at one entity alone.
func (s *Snapshot) AccessTransitionsAt(who string, at EntityKey, after time.Time) []time.Time {
	i, ok := s.names.people.find(who)
	if !ok || s.people.at(i) == nil {
		return nil
	}
	e, ok := s.names.entities.find(at)
	if !ok || s.entities.at(e) == nil {
		return nil
	}
	return s.accessTransitions(i, s.people.at(i), after, []uint32{e})
}

// heed notes the groups to which something is given at an entity or at its parent (R6), or denied
// there, of somebody whose memberships change by the clock (R12a).
func (s *Snapshot) heed(groups map[uint32]bool, p *person, e uint32, node *entity) {
	if p.epochs == nil {
		return
	}
	add := func(list []uint32) {
		for _, g := range list {
			groups[g] = true
		}
	}
	for _, groups := range node.grants.groupLists() {
		add(groups.ids)
	}
	if up := s.entities.at(node.parent); node.parent != none && up != nil && up.grants != nil {
		for _, groups := range up.grants.groupLists() {
			add(groups.ids)
		}
	}
	for d := range s.scoped(e, node) {
		add(d.groups)
	}
}

func (s *Snapshot) accessTransitions(i uint32, p *person, after time.Time, where []uint32) []time.Time {
	since := after.UnixMicro()
	var at []int64
	note := func(sp span) {
		for _, m := range [2]int64{sp.from, sp.to} {
			if m > since && m != always.to {
				at = append(at, m)
			}
		}
	}
	heeded := map[uint32]bool{} // groups of which it matters whether the person is a member
	for _, e := range where {
		node := s.entities.at(e)
		if node.grants == nil {
			continue
		}
		q := question{s: s, who: i, groups: p.groups, at: e, grants: node.grants}
		q.eachGrant(func(g localGrant) { note(g.span) })
		s.heed(heeded, p, e, node)
		for _, o := range node.grants.overridesOf(i) {
			note(o.span)
		}
		for d := range s.scoped(e, node) {
			if d.span != always && d.concerns(i, p.groups) {
				note(d.span)
			}
		}
	}
	for _, m := range p.changes(func(g uint32) bool { return heeded[g] }) {
		note(span{m, always.to})
	}
	slices.Sort(at)
	at = slices.Compact(at)
	out := make([]time.Time, len(at))
	for j, m := range at {
		out[j] = time.UnixMicro(m).UTC()
	}
	return out
}
