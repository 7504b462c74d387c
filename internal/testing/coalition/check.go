package coalition

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// Request is a change that somebody asks for.
type Request struct {
	Who           string
	ID            directory.ID
	Before, After directory.Record
}

// Step looks at an allowed request by somebody who has accomplices (R22a). It says
// what is wrong with it: that it gives or takes what is not the requester's to give
// or take, or leaves them all with more power than they had. made are the records
// that they made themselves, under names that were free.
func Step(before, after *World, r Request, accomplices []string, made map[directory.ID]bool, names ...directory.EntityKey) string {
	p := probesFor(before, after)
	s := &step{r: r, before: p.into(before), after: p.into(after), made: made, plain: before}
	levels := selectedLevels(before, after)
	s.next = [2]*World{s.before.withThoseToCome(levels), s.after.withThoseToCome(levels)}
	if wrong := s.effects(); wrong != "" {
		return wrong
	}
	if wrong := s.waiting(); wrong != "" {
		return "once nothing keeps people out: " + wrong
	}
	return Growth(s.before, s.after, append([]string{r.Who}, accomplices...), made, names...)
}

type step struct {
	r             Request
	before, after *World
	plain         *World // before, without probes
	// next are the two worlds with entities to come.
	next [2]*World
	made map[directory.ID]bool
	// gainsOnly asks what roles people come to hold, and neither of what they lose nor of what denies let them go from.
	gainsOnly bool
}

// effects is (i): what the request gives and takes is the requester's to give and take.
func (s *step) effects() string {
	people := append(s.before.s.People(), s.after.s.People()...)
	slices.Sort(people)
	people = slices.Compact(people)
	times := append(slices.Clone(s.before.times()), s.after.times()...)
	slices.SortFunc(times, time.Time.Compare)
	times = slices.CompactFunc(times, time.Time.Equal)
	var keys []directory.EntityKey
	for _, w := range []*World{s.before, s.after, s.next[0], s.next[1]} {
		each(w, func(e *directory.Entity) { keys = append(keys, e.Key) })
	}
	slices.SortFunc(keys, directory.EntityKey.Compare)
	for _, k := range slices.Compact(keys) {
		may := s.own(k)
		for _, who := range people {
			for _, at := range times {
				if wrong := s.effect(may, who, k, at); wrong != "" {
					return fmt.Sprintf("%s at %s (%s)", wrong, k, at.Format(time.DateTime))
				}
			}
		}
	}
	return ""
}

// own is what the requester may give and take at an entity, R23 to the letter.
func (s *step) own(k directory.EntityKey) *reach {
	w := s.plain
	if w.entity(k) == nil {
		w = s.after
	}
	r := &reach{has: []catalogue.Set{s.plain.s.Permissions(s.r.Who, k, s.plain.Now)}}
	if isToCome(k) {
		w = s.next[1]
		r.has[0] = s.next[0].s.Permissions(s.r.Who, k, s.plain.Now)
	}
	r.assigns = r.has[0].Has(permission(k.Level, assignIDs[k.Level]))
	r.whole = r.has[0] == k.Level.All()
	o, owner := w.belongs(k)
	if owner == s.r.Who {
		a := w.s.Access(owner, k, w.Now)
		r.whole = r.whole || (w == s.plain || s.made[k.ID()]) && a.SubjectState == directory.SubjectGood && !a.Overridden &&
			!w.denied(owner, k, w.Now).Has(permission(k.Level, assignIDs[k.Level]))
	}
	if o.Name != "" {
		there := s.plain.s.Permissions(s.r.Who, o, s.plain.Now)
		r.organisation = there.Has(permission(o.Level, "assign_roles"))
		r.whole = r.whole || there == o.Level.All()
	}
	switch {
	case r.whole || r.organisation:
		r.gives = k.Level.All()
	case r.assigns:
		r.gives = r.has[0] | k.Level.All()&^k.Level.Sensitive()
	}
	return r
}

func (s *step) effect(may *reach, who string, k directory.EntityKey, at time.Time) string {
	probe := strings.HasPrefix(who, "probe-") || isToCome(k)
	before, after := s.before, s.after
	if isToCome(k) {
		before, after = s.next[0], s.next[1]
	}
	a, b := s.beforehand(before.s.Access(who, k, at), who, k, at), after.s.Access(who, k, at)
	if s.joins(who) {
		a = s.before.s.Access(probeOf(s.r.After.(*directory.Group).Parent), k, at)
	}
	if !s.gainsOnly && s.before.entity(k) != nil && s.after.entity(k) != nil && !s.joins(who) && !isToCome(k) {
		if free := s.before.denied(who, k, at) &^ s.after.denied(who, k, at); free != 0 {
			return fmt.Sprintf("%s was let go by a deny of %v", who, free.IDs(k.Level))
		}
	}
	gained := held(&b)&^held(&a) | b.Granted&^a.Granted | b.Effective&^a.Effective
	lost := held(&a)&^held(&b) | a.Granted&^b.Granted
	all := k.Level.Sensitive()
	if more := gained &^ may.gives &^ s.byList(k); more != 0 {
		return fmt.Sprintf("%s was given %v", who, more.IDs(k.Level))
	}
	if !may.whole && all != 0 && (b.Granted.Has(all) && !a.Granted.Has(all) || byRoles(&b).Has(all) && !byRoles(&a).Has(all)) {
		return fmt.Sprintf("%s was given the last of all that is sensitive", who)
	}
	if s.gainsOnly || probe || lost == 0 || s.before.entity(k) == nil {
		return ""
	}
	owner, _ := s.plain.belongs(k)
	if !may.takes(k, owner, held(&a)) && (lost&all != 0 || !s.staff()) {
		return fmt.Sprintf("%s had %v taken, and holds %v", who, lost.IDs(k.Level), (held(&a) & all).IDs(k.Level))
	}
	return ""
}

// joins says whether somebody is the probe of a group that is created: he has no more
// by it than whoever joins the group above.
func (s *step) joins(who string) bool {
	g, ok := s.r.After.(*directory.Group)
	return ok && s.r.Before == nil && g.Parent.Name != "" && who == probeOf(g.Key)
}

func byRoles(a *directory.Access) catalogue.Set {
	var set catalogue.Set
	for _, r := range a.Roles {
		set |= r.Permissions
	}
	return set
}

// byList is what staff of the group that changes may give by its list: what is not sensitive.
func (s *step) byList(k directory.EntityKey) catalogue.Set {
	if !s.staff() {
		return 0
	}
	return k.Level.All() &^ k.Level.Sensitive()
}

// staff says whether the requester changes the list of a group of which he is staff, and nothing else of it.
func (s *step) staff() bool {
	g, ok := s.r.Before.(*directory.Group)
	if !ok || s.r.After == nil {
		return false
	}
	m, member := s.plain.s.Member(g.Key, s.r.Who, s.plain.Now)
	return member && m.Role != directory.Learner
}
