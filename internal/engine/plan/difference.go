package plan

import (
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// difference is what becomes of one person's access to one entity.
type difference struct {
	who string
	at  directory.EntityKey
	// from is when; zero for now.
	from         time.Time
	gained, lost catalogue.Set
	// before and after are all that the person may do there on each side.
	before, after catalogue.Set
	// lifted is what a SystemDeny took before and is there after.
	lifted                 catalogue.Set
	rolesGained, rolesLost []string
}

// moment is when it begins.
func (d *difference) moment(p *Plan) time.Time {
	if d.from.IsZero() {
		return p.Now
	}
	return d.from
}

// comparison gathers the differences.
type comparison struct {
	in    *Input
	timed bool
	found []difference
}

// namespace compares what somebody may do in a namespace: now, and at every later
// moment at which the clock changes it. Of a later moment only that counts which
// was not so before: what is granted from tomorrow on is granted by this change.
func (c *comparison) namespace(who, ns string) {
	start := len(c.found)
	c.moment(who, ns, c.in.Now, start)
	if !c.timed {
		return
	}
	times := append(c.in.Before.AccessTransitions(who, ns, c.in.Now), c.in.After.AccessTransitions(who, ns, c.in.Now)...)
	slices.SortFunc(times, time.Time.Compare)
	for _, at := range slices.CompactFunc(times, time.Time.Equal) {
		c.moment(who, ns, at, start)
	}
}

// moment compares two sorted lists of answers side by side.
func (c *comparison) moment(who, ns string, now time.Time, start int) {
	known := len(c.found)
	directory.SideBySide(c.in.Before.AccessIn(who, ns, now), c.in.After.AccessIn(who, ns, now), func(a, b *directory.Access) {
		if a.Effective == b.Effective {
			return
		}
		d := difference{
			who: who, at: a.Entity, before: a.Effective, after: b.Effective,
			gained: b.Effective &^ a.Effective, lost: a.Effective &^ b.Effective, lifted: a.Denied & b.Effective,
		}
		d.rolesGained, d.rolesLost = effectiveOnlyIn(b, a), effectiveOnlyIn(a, b)
		if now.After(c.in.Now) {
			d.from = now
			d.without(c.found[start:known])
			if d.gained|d.lost == 0 {
				return
			}
		}
		c.found = append(c.found, d)
	})
}

// without takes away what was so at earlier moments.
func (d *difference) without(earlier []difference) {
	for i := range earlier {
		e := &earlier[i]
		if e.at != d.at {
			continue
		}
		d.gained &^= e.gained
		d.lost &^= e.lost
		d.rolesGained = slices.DeleteFunc(d.rolesGained, func(r string) bool { return slices.Contains(e.rolesGained, r) })
		d.rolesLost = slices.DeleteFunc(d.rolesLost, func(r string) bool { return slices.Contains(e.rolesLost, r) })
	}
}

// effectiveOnlyIn are the names of the roles that give something in one answer and are not held in the other.
func effectiveOnlyIn(a, b *directory.Access) []string {
	if a.SubjectState != directory.SubjectGood {
		return nil
	}
	var out []string
	for _, r := range a.Roles {
		if r.Withheld {
			continue
		}
		held := b.SubjectState == directory.SubjectGood && slices.ContainsFunc(b.Roles, func(o directory.HeldRole) bool {
			return o.Role == r.Role && !o.Withheld
		})
		if !held {
			out = append(out, r.Role.Name)
		}
	}
	return out
}
