package directory

import (
	"slices"
	"strings"
	"time"
)

// IdleDenies are the SystemDenies whose window is open and which take nothing
// from anybody: nobody whom they concern has, where they hold, what they take.
func (s *Snapshot) IdleDenies(now time.Time) []string {
	idle := map[uint32]bool{}
	for i, d := range all(s.denials) {
		if d.span.open(now.UnixMicro()) {
			idle[i] = true
		}
	}
	for at, e := range all(s.entities) {
		if len(idle) == 0 {
			return nil
		}
		g := s.byEntity.at(at)
		if g == nil {
			continue
		}
		for d := range s.scoped(at, e) {
			if idle[d.id] && s.takes(d, at, g, now) {
				delete(idle, d.id)
			}
		}
	}
	var out []string
	for i := range idle {
		out = append(out, s.names.denies.key(i))
	}
	slices.SortFunc(out, strings.Compare)
	return out
}

// takes says whether a deny takes something from somebody at an entity in its scope.
func (s *Snapshot) takes(d indexedDeny, at uint32, g *grants, now time.Time) bool {
	set := d.sets[g.level]
	found := false
	s.eachAt(g, func(i uint32) {
		c := s.personAt(i, now.UnixMicro())
		if found || set == 0 || s.subjectStates(c) != SubjectGood || !d.concerns(i, c.groups, s.possibleAt(i, c, now)) {
			return
		}
		q := question{s, i, c.groups, at, g, now.UnixMicro(), nil}
		has, replaced := q.overridden()
		if !replaced {
			has = q.fromRoles(set)
		}
		found = has&set != 0
	})
	return found
}

// KeepsOut are the groups that keep a person out of a group at some time, from that one up:
// their lists say Removed, or they are Listed and do not list the person (R14,
// R15). What keeps nobody out who is declared in the group itself is not among them.
func (s *Snapshot) KeepsOut(k Key, who string, now time.Time) []Key {
	g, ok := s.names.groups.find(k)
	if !ok {
		return nil
	}
	i, ok := s.names.people.find(who)
	if !ok || s.people.at(i) == nil {
		return nil
	}
	var out []Key
	for _, b := range s.blocking(s.people.at(i), g, now.UnixMicro()) {
		out = append(out, s.names.groups.key(b))
	}
	return out
}
