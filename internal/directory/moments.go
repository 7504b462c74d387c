package directory

import (
	"slices"
	"time"
)

// Moments are the times after a given one at which what a person may do in a
// namespace may change by the clock alone, in order: where a window of a grant,
// override or deny that bears on the person there opens or closes.
func (s *Snapshot) Moments(who, ns string, after time.Time) []time.Time {
	i, ok := s.names.people.find(who)
	if !ok || s.people.at(i) == nil {
		return nil
	}
	n, ok := s.names.namespaces.find(ns)
	if !ok {
		return nil
	}
	p := s.people.at(i)
	since := after.UnixMicro()
	var at []int64
	note := func(sp span) {
		for _, m := range [2]int64{sp.from, sp.to} {
			if m > since && m != always.to {
				at = append(at, m)
			}
		}
	}
	for _, e := range s.concerning(p) {
		node := s.entities.at(e)
		if node.namespace != n || node.grants == nil {
			continue
		}
		q := question{s: s, who: i, person: p, at: e, entity: node}
		q.eachGrant(func(g localGrant) { note(g.span) })
		for _, o := range node.grants.overridesOf(i) {
			note(o.span)
		}
		for d := range s.scoped(e, node) {
			if d.span != always && d.concerns(i, p) {
				note(d.span)
			}
		}
	}
	slices.Sort(at)
	at = slices.Compact(at)
	out := make([]time.Time, len(at))
	for j, m := range at {
		out[j] = time.UnixMicro(m).UTC()
	}
	return out
}
