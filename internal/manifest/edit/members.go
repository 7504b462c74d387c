package edit

import (
	"fmt"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

// Add plans to list people in a group. A state or role that is nil is the default for a new entry; in one that is there
// already the state becomes Active, and the role and the window stay. What comes of it is told as of now.
func Add(
	s *directory.Snapshot, group directory.Key, people []string, state *directory.MemberState, role *directory.MemberRole,
	now time.Time,
) (*Plan, error) {
	if err := repeated(s, []directory.Key{group}, asSet(people)); err != nil {
		return nil, err
	}
	if err := untimely(s, group, people, now); err != nil {
		return nil, err
	}
	d := newDraft(s, group, []directory.Key{group}, now)
	for _, who := range people {
		entry, listed := entryOf(s, group, who)
		after := *active(s, group, who)
		if state != nil {
			after.State = *state
		}
		if role != nil {
			after.Role = *role
		}
		if listed && after == entry {
			d.plan.Unchanged = append(d.plan.Unchanged, Unchanged{who, "is listed so already"})
			continue
		}
		d.set(group, who, &after, Asked)
	}
	d.apply()
	return d.finish(), nil
}

// Remove plans to take people out of a group and of every group below it (R14):
//   - their entries there go, whatever their state, but for those that say Removed;
//   - whom a selector would bring back is Removed in the group;
//   - who was in the groups above through this one only is listed in the nearest of them, unless everywhere is set.
func Remove(s *directory.Snapshot, group directory.Key, people []string, everywhere bool, now time.Time) (*Plan, error) {
	status := s.Group(group, now)
	if len(status.Cycle) > 0 {
		return nil, fmt.Errorf("in Group %s, %s; mend that first, so that it is clear which groups are below it", group,
			findings.GroupParent(status, directory.Key{})[0].Message)
	}
	below := subtree(s, group, now)
	if err := repeated(s, slices.Concat(below, status.Path), asSet(people)); err != nil {
		return nil, err
	}
	above := slices.Clone(status.Path)
	slices.Reverse(above)
	d := newDraft(s, group, slices.Concat(below, above[1:]), now)
	lists := entriesIn(s, below, asSet(people))
	for _, who := range people {
		for _, k := range lists[who] {
			why := Below
			if k == group {
				why = Asked
			}
			d.set(k, who, nil, why)
		}
	}
	d.apply()
	for _, who := range people {
		if _, member := d.plan.After.Member(group, who, now); member {
			after, _ := entryOf(s, group, who)
			after.Name, after.State = who, directory.MemberRemoved
			d.set(group, who, &after, Selected)
		}
	}
	d.apply()
	if !everywhere {
		for _, who := range people {
			if k, lost := nearestLost(s, d.plan.After, status.Path, who, now); lost {
				d.set(k, who, active(s, k, who), KeepsAbove)
			}
		}
		d.apply()
	}
	plan := d.finish()
	for _, who := range people {
		if !slices.Contains(plan.People, who) {
			plan.Unchanged = append(plan.Unchanged, Unchanged{who, notThere(s, group, who, now)})
		}
	}
	return plan, plan.check(below, status.Path, everywhere)
}

// active is somebody's entry in a group as one that is Active.
func active(s *directory.Snapshot, group directory.Key, who string) *directory.Member {
	m, _ := entryOf(s, group, who)
	m.Name, m.State = who, directory.MemberActive
	return &m
}

// untimely refuses people whose entry has a window that is not open: it would not count for being Active.
func untimely(s *directory.Snapshot, group directory.Key, people []string, now time.Time) error {
	for _, who := range people {
		if m, ok := datedEntryOf(s, group, who); ok && !m.Window.Contains(now) {
			return fmt.Errorf("the group %s has an entry of %s that does not count now; edit its notBefore, notAfter or termRef in its file", group,
				who)
		}
	}
	return nil
}

// check holds the plan to what Remove promises, by the engine.
func (p *Plan) check(below, path []directory.Key, everywhere bool) error {
	for _, who := range p.People {
		after := p.After.Person(who, p.Now).Groups
		for _, k := range after {
			if slices.Contains(below, k) {
				return fmt.Errorf("%s would still be a member of Group %s; nothing was changed", who, k)
			}
		}
		for _, k := range p.Before.Person(who, p.Now).Groups {
			kept := slices.Contains(after, k) || slices.Contains(below, k)
			if !kept && (!everywhere || !slices.Contains(path, k)) {
				return fmt.Errorf("%s would no longer be a member of Group %s; nothing was changed", who, k)
			}
		}
	}
	return nil
}

// nearestLost is the nearest group above from which a person would be gone.
func nearestLost(before, after *directory.Snapshot, path []directory.Key, who string, now time.Time) (directory.Key, bool) {
	for _, k := range slices.Backward(path[:len(path)-1]) {
		if _, was := before.Member(k, who, now); !was {
			continue
		}
		if _, is := after.Member(k, who, now); !is {
			return k, true
		}
	}
	return directory.Key{}, false
}

// notThere says why somebody need not be taken out of a group.
func notThere(s *directory.Snapshot, group directory.Key, who string, now time.Time) string {
	if m, ok := datedEntryOf(s, group, who); ok && m.State == directory.MemberRemoved && m.Open(now) {
		return "is kept out already: the entry says Removed"
	}
	if by := s.KeepsOut(group, who, now); len(by) > 0 {
		return "is no member, and " + names(by) + " would let nobody of that name in"
	}
	return "is no member, and no group at or below it lists or selects that name"
}

// subtree is a group with all groups in effect below it.
func subtree(s *directory.Snapshot, group directory.Key, now time.Time) []directory.Key {
	out := []directory.Key{group}
	for i := 0; i < len(out); i++ {
		out = append(out, s.Group(out[i], now).Subgroups...)
	}
	return out
}

// entriesIn are the groups that list each person, but for those that say Removed.
func entriesIn(s *directory.Snapshot, groups []directory.Key, people map[string]bool) map[string][]directory.Key {
	out := map[string][]directory.Key{}
	for _, k := range groups {
		g := groupRecord(s, k)
		if g == nil {
			continue
		}
		for _, m := range g.Members {
			if people[m.Name] && m.State != directory.MemberRemoved {
				out[m.Name] = append(out[m.Name], k) // be the entry open or not: it may open
			}
		}
	}
	return out
}

func asSet(list []string) map[string]bool {
	out := make(map[string]bool, len(list))
	for _, x := range list {
		out[x] = true
	}
	return out
}
