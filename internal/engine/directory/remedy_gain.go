package directory

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
)

// Gain is what comes with an edit besides the permission that it is made for.
type Gain struct {
	// Sensitive are the sensitive permissions that the person would gain, at the entity or at any
	// other, each ID once and in order.
	Sensitive []string
	// Entities is at how many other entities the person would gain anything.
	Entities int
	// People is how many other people would gain anything.
	People int
	// Permissions is how many permissions the person would gain at the entity, beside the one asked about.
	Permissions int
}

// Compare orders by privilege, the least first: by the number of sensitive permissions, of other
// entities, of other people, and of permissions.
func (g Gain) Compare(o Gain) int {
	return cmp.Or(cmp.Compare(len(g.Sensitive), len(o.Sensitive)), cmp.Compare(g.Entities, o.Entities),
		cmp.Compare(g.People, o.People), cmp.Compare(g.Permissions, o.Permissions))
}

// asked is a question whose answer is no.
type asked struct {
	who string
	p   catalogue.Permission
	at  EntityKey
	now time.Time
}

// trial tries edits: what comes of each from one snapshot on.
type trial struct {
	asked
	from *Snapshot
	// has is what the person has there.
	has map[EntityKey]catalogue.Set
}

func (s *Snapshot) trial(a asked) *trial { return &trial{a, s, s.effective(a.who, a.now)} }

// effective is what a person may do, by entity.
func (s *Snapshot) effective(who string, now time.Time) map[EntityKey]catalogue.Set {
	out := map[EntityKey]catalogue.Set{}
	for _, a := range s.AccessOf(who, now) {
		if a.Effective != 0 {
			out[a.Entity] = a.Effective
		}
	}
	return out
}

// those are the remedies that give the permission, each with its Gain. What takes something away from
// the person is left out, unless to take something away is what it is about.
func (t *trial) those(remedies []Remedy) []Remedy {
	var out []Remedy
	for i := range remedies {
		r := remedies[i]
		after, delta := t.from.With(t.from.edit(&r, t.asked)...)
		if !after.Can(t.who, t.p, t.at, t.now) {
			continue
		}
		gain, loses := t.gain(after, delta)
		if loses && len(r.Taken) == 0 {
			continue
		}
		r.Gain = gain
		out = append(out, r)
	}
	return out
}

// gain is what the person and others have after a change and had not before; loses says that the
// person has something no longer.
func (t *trial) gain(after *Snapshot, delta Delta) (out Gain, loses bool) {
	is := after.effective(t.who, t.now)
	sensitive := map[string]bool{}
	for e, set := range is {
		more := set &^ t.has[e]
		if e == t.at {
			more &^= t.p.Set()
			out.Permissions = more.Len()
		} else if more != 0 {
			out.Entities++
		}
		for _, id := range (more & e.Level.Sensitive()).IDs(e.Level) {
			sensitive[id] = true
		}
	}
	for e, set := range t.has {
		loses = loses || set&^is[e] != 0
	}
	out.Sensitive = slices.Sorted(maps.Keys(sensitive))
	others := map[string]bool{}
	for who, ns := range delta.Keys() {
		if who != t.who && !others[who] && t.from.gains(after, who, ns, t.now) {
			others[who] = true
		}
	}
	out.People = len(others)
	return out, loses
}

// gains says whether a person has something in a namespace of a later snapshot that the person has not in this one.
func (s *Snapshot) gains(after *Snapshot, who, ns string, now time.Time) bool {
	for _, a := range after.AccessIn(who, ns, now) {
		if a.Effective&^s.Permissions(who, a.Entity, now) != 0 {
			return true
		}
	}
	return false
}

// measureNeeded gives each of the edits that are needed its Gain, which is what it adds to all the
// others of them, and returns the snapshot in which all of them are made.
func (s *Snapshot) measureNeeded(needed []Remedy, a asked) *Snapshot {
	cleared := s.with(needed, -1, a)
	for i := range needed {
		without := s.with(needed, i, a)
		after, delta := without.With(without.edit(&needed[i], a)...)
		needed[i].Gain, _ = without.trial(a).gain(after, delta)
	}
	return cleared
}

// with is the snapshot in which remedies are followed, but for one of them.
func (s *Snapshot) with(remedies []Remedy, but int, a asked) *Snapshot {
	out := s
	for i := range remedies {
		if i != but {
			out, _ = out.With(out.edit(&remedies[i], a)...)
		}
	}
	return out
}
