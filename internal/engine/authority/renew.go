package authority

import (
	"context"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// Renewals says who has the authority to let something go on that ends: whoever may give it anew where it is given (R23).
// Platform administrators and trusted appliers may always, and are not named for it.
type Renewals struct {
	s   *directory.Snapshot
	now time.Time
	// assigners have an entity's own permission to give roles, each entity looked up once: an organisation owns many.
	assigners map[directory.EntityKey][]string
}

// NewRenewals asks a snapshot at a time.
func NewRenewals(s *directory.Snapshot, now time.Time) *Renewals {
	return &Renewals{s: s, now: now, assigners: map[directory.EntityKey][]string{}}
}

// Of are the people who have what a change of a record's windows asks of the record itself, by name; at is the entity at which the
// record gives what ends, or below which it does so at many (R34). What would come of it for single people is not judged: Judge may still refuse one of them, who would
// leave somebody with every sensitive permission of the level.
func (r *Renewals) Of(c Change, at directory.EntityKey) []string {
	return r.allowed(c, r.officersAt(at))
}

// allowed are those of some people of whom a change's record asks nothing more.
func (r *Renewals) allowed(c Change, people []string) []string {
	var out []string
	for _, who := range people {
		j := &judgement{ctx: context.Background(), before: r.s, after: r.s, change: c, now: r.now, who: who}
		if j.record(); len(j.missing) == 0 {
			out = append(out, who)
		}
	}
	return out
}

// OfMember are the people who have what a change of a group's list asks of the list itself, by name: its staff, and whoever
// assigns roles in its namespace. Who else may since all that comes of it is theirs to give is not named.
func (r *Renewals) OfMember(c Change, group directory.Key) []string {
	var officers []string
	for _, m := range r.s.Members(group, r.now) {
		if m.Role != directory.Learner {
			officers = append(officers, m.Person)
		}
	}
	for _, o := range r.s.OrganisationsIn(group.Namespace) {
		officers = append(officers, r.assignersAt(o)...)
	}
	slices.Sort(officers)
	return r.allowed(c, slices.Compact(officers))
}

// officersAt are all who have any power to give at an entity: there, from the organisation that owns it, or as its owner.
func (r *Renewals) officersAt(at directory.EntityKey) []string {
	out := slices.Clone(r.assignersAt(at))
	if ownership, owner := ownershipOf(r.s, at); ownership == directory.OwnershipPrivate {
		out = append(out, owner)
	} else if o, ok := r.s.Organisation(at); ok && o != at {
		out = append(out, r.assignersAt(o)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (r *Renewals) assignersAt(at directory.EntityKey) []string {
	known, ok := r.assigners[at]
	if !ok {
		for _, x := range r.s.WhoCan(AssignPermission(at.Level), at, r.now) {
			known = append(known, x.Person)
		}
		r.assigners[at] = known
	}
	return known
}
