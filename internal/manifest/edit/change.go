package edit

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// Reason is why an entry changes.
type Reason uint8

// The reasons.
const (
	// Asked: it is what was asked for.
	Asked Reason = iota
	// Below: the group is below the one that the person leaves (R14).
	Below
	// Selected: a selector at or below the group would bring the person back (R14).
	Selected
	// KeepsAbove: the person was in the groups above through this one only, and stays there.
	KeepsAbove
)

// Change is what happens to one entry of a group's list.
type Change struct {
	Group  directory.Key
	Person string
	// Before and After are the entry; nil where there is none.
	Before, After *directory.Member
	Reason        Reason
}

// Plan is a set of changes and what comes of them.
type Plan struct {
	Group directory.Key
	// Now is the moment of which it tells (R12a).
	Now time.Time
	// Changes are sorted by group: the one asked about, those below it, those above; and by person as they were named.
	Changes []Change
	// Unchanged says of people why nothing changes for them.
	Unchanged []Unchanged
	// People are those for whom something changes, in the order in which they were named.
	People []string
	// Before and After are the manifests without the changes and with them.
	Before, After *directory.Snapshot
}

// Unchanged is somebody for whom there is nothing to do.
type Unchanged struct{ Person, Why string }

// Outcome is what the changes mean for one person.
type Outcome struct {
	Person string
	// Joined and Left are the groups that the person is in after the changes only, and before them only.
	Joined, Left []directory.Key
	// Still are the groups above the one that was left, and that one, of which the person is a member all the same, through what.
	Still []directory.Membership
	// StillIn names the group of each of Still.
	StillIn []directory.Key
	// KeptOut are the groups that keep the person out of the group in spite of an Active entry there (R14, R15).
	KeptOut []directory.Bar
	// SubjectState tells of somebody who has no permission whatever the groups say (R11).
	SubjectState directory.SubjectState
}

// Outcomes are what the changes mean, for each person of the plan.
func (p *Plan) Outcomes() []Outcome {
	path := p.After.Group(p.Group, p.Now).Path
	out := make([]Outcome, 0, len(p.People))
	for _, who := range p.People {
		before, after := p.Before.Person(who, p.Now), p.After.Person(who, p.Now)
		o := Outcome{Person: who, SubjectState: after.SubjectState, Joined: without(after.Groups, before.Groups),
			Left: without(before.Groups, after.Groups)}
		for _, k := range slices.Backward(path) {
			if m, ok := p.After.Member(k, who, p.Now); ok {
				o.Still, o.StillIn = append(o.Still, m), append(o.StillIn, k)
			}
		}
		if m, ok := entryOf(p.After, p.Group, who); ok && m.State == directory.MemberActive && !slices.Contains(o.StillIn, p.Group) {
			o.KeptOut = p.After.Bars(p.Group, who, p.Now)
		}
		out = append(out, o)
	}
	return out
}

func without(list, gone []directory.Key) []directory.Key {
	return slices.DeleteFunc(slices.Clone(list), func(k directory.Key) bool { return slices.Contains(gone, k) })
}

// draft gathers changes and shows what would come of them.
type draft struct {
	plan  *Plan
	index map[entryName]int // into plan.Changes
	order []directory.Key   // of the groups, for those who read the plan
}

type entryName struct {
	group  directory.Key
	person string
}

func newDraft(s *directory.Snapshot, group directory.Key, order []directory.Key, now time.Time) *draft {
	return &draft{plan: &Plan{Group: group, Now: now, Before: s, After: s}, index: map[entryName]int{}, order: order}
}

// set makes an entry what it should be; nil is none.
func (d *draft) set(k directory.Key, person string, after *directory.Member, why Reason) {
	name := entryName{k, person}
	if i, ok := d.index[name]; ok {
		d.plan.Changes[i].After, d.plan.Changes[i].Reason = after, why
		return
	}
	c := Change{Group: k, Person: person, After: after, Reason: why}
	if m, ok := entryOf(d.plan.Before, k, person); ok {
		c.Before = &m
	}
	d.index[name] = len(d.plan.Changes)
	d.plan.Changes = append(d.plan.Changes, c)
	if !slices.Contains(d.plan.People, person) {
		d.plan.People = append(d.plan.People, person)
	}
}

// apply brings plan.After up to date. New entries come last in a list, in the order of the changes, as in the text.
func (d *draft) apply() {
	byGroup := map[directory.Key]map[string]*Change{}
	added := map[directory.Key][]directory.Member{}
	for i := range d.plan.Changes {
		c := &d.plan.Changes[i]
		if byGroup[c.Group] == nil {
			byGroup[c.Group] = map[string]*Change{}
		}
		byGroup[c.Group][c.Person] = c
		if c.Before == nil && c.After != nil {
			added[c.Group] = append(added[c.Group], *c.After)
		}
	}
	var changes []directory.Change
	for k, of := range byGroup {
		g := *groupRecord(d.plan.Before, k)
		var members []directory.Member
		for _, m := range g.Members {
			switch c := of[m.Name]; {
			case c == nil:
				members = append(members, m)
			case c.After != nil:
				members = append(members, *c.After)
			}
		}
		g.Members = slices.Concat(members, added[k])
		changes = append(changes, directory.Upsert(&g))
	}
	d.plan.After, _ = d.plan.Before.With(changes...)
}

// finish drops changes that change nothing and puts the rest in order.
func (d *draft) finish() *Plan {
	p := d.plan
	p.Changes = slices.DeleteFunc(p.Changes, func(c Change) bool {
		return c.Before == nil && c.After == nil || c.Before != nil && c.After != nil && *c.Before == *c.After
	})
	rank := map[directory.Key]int{}
	for _, c := range p.Changes {
		if _, known := rank[c.Group]; !known {
			rank[c.Group] = slices.Index(d.order, c.Group)
		}
	}
	slices.SortStableFunc(p.Changes, func(a, b Change) int { return rank[a.Group] - rank[b.Group] })
	p.People = slices.DeleteFunc(p.People, func(who string) bool {
		return !slices.ContainsFunc(p.Changes, func(c Change) bool { return c.Person == who })
	})
	return p
}

func groupRecord(s *directory.Snapshot, k directory.Key) *directory.Group {
	r, _ := s.Record(k.GroupID())
	g, _ := r.(*directory.Group)
	return g
}

// entryOf is the entry of a person in a group's list.
func entryOf(s *directory.Snapshot, k directory.Key, person string) (directory.Member, bool) {
	if g := groupRecord(s, k); g != nil {
		for _, m := range g.Members {
			if m.Name == person {
				return m, true
			}
		}
	}
	return directory.Member{}, false
}

// datedEntryOf is somebody's entry in a group with the window that its term makes (R33).
func datedEntryOf(s *directory.Snapshot, k directory.Key, person string) (directory.Member, bool) {
	m, ok := entryOf(s, k, person)
	m.Window, _ = s.WindowOf(m.Term, m.Window)
	return m, ok
}

// repeated refuses lists that have several entries of somebody: which of them is meant, nobody can say.
func repeated(s *directory.Snapshot, groups []directory.Key, people map[string]bool) error {
	var errs []error
	for _, k := range groups {
		seen := map[string]int{}
		if g := groupRecord(s, k); g != nil {
			for _, m := range g.Members {
				if seen[m.Name]++; seen[m.Name] == 2 && people[m.Name] {
					errs = append(errs, fmt.Errorf("the group %s has several entries of %s; edit the one that is meant in its file", k, m.Name))
				}
			}
		}
	}
	return errors.Join(errs...)
}

// names writes keys as text.
func names(keys []directory.Key) string {
	var out []string
	for _, k := range keys {
		out = append(out, k.String())
	}
	return strings.Join(out, ", ")
}
