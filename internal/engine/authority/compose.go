package authority

import (
	"slices"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

// groupsNamedBy are the groups to which a group refers: its parent and those of which it is made.
func groupsNamedBy(g *directory.Group) []directory.ID {
	var out []directory.ID
	if g.Parent.Name != "" {
		out = append(out, g.Parent.GroupID())
	}
	for _, name := range g.Compose.All() {
		out = append(out, directory.Key{Namespace: g.Key.Namespace, Name: name}.GroupID())
	}
	return out
}

// noCircle refuses to close a circle of groups that are made of each other: what closes one counts as missing, which takes
// something from people and is never meant (R36).
func (j *judgement) noCircle() {
	was := j.before.Circles()
	for _, c := range j.after.Circles() {
		if !slices.ContainsFunc(was, func(o directory.Circle) bool { return slices.Equal(o.Groups, c.Groups) }) {
			j.need("would close a circle: " + findings.CircleOf(c))
		}
	}
}

// restricts says whether a change of a group adds to those whom its compose keeps out: a name of require or exclude that
// was not there before.
func restricts(p pair[directory.Group]) bool {
	return p.before != nil && p.after != nil &&
		(adds(p.before.Compose.Require, p.after.Compose.Require) || adds(p.before.Compose.Exclude, p.after.Compose.Exclude))
}

// entered are the newcomers of a group in whose list somebody is entered whom its compose keeps out (R36): what the group
// carries is given to him on the day on which nothing does so any more, be it a group that is missing today.
func (j *judgement) entered(p pair[directory.Group]) []arrival {
	if j.without(waiting) {
		return nil
	}
	k := p.after.Key
	for _, e := range differing(p.before.Members, p.after.Members) {
		for _, by := range j.after.KeepsOut(k, e.name, j.now) {
			rec, ok := j.after.Record(by.GroupID())
			if ok && !rec.(*directory.Group).Compose.Empty() && declares(p.after, e.name) {
				out := []arrival{{group: k, before: j.before.Newcomer(), after: j.after.Newcomer(k)}}
				if lists := listedAbove(j.after, k); len(lists) > 0 { // he may be on those, too
					out = append(out, arrival{group: k, before: j.before.Newcomer(lists...), after: j.after.Newcomer(append(lists, k)...)})
				}
				return out
			}
		}
	}
	return nil
}

// declares says whether a group's list has an Active entry of somebody.
func declares(g *directory.Group, who string) bool {
	return slices.ContainsFunc(g.Members, func(m directory.Member) bool { return m.Name == who && m.State == directory.MemberActive })
}

// settling are the groups that may bring people into one which the change settles: a SystemDeny reached everybody who might
// be in it before, and does no longer (R36).
func (j *judgement) settling() []directory.Key {
	return j.feedersOfNoMore((*directory.Snapshot).Unsettled)
}

// unshut are the groups that may bring people into one that nobody passed before the change, and somebody may after it.
func (j *judgement) unshut() []directory.Key { return j.feedersOfNoMore((*directory.Snapshot).Shut) }

// opened are the groups that may bring people into one which the change opens to whoever has no Person: it excluded a group that
// chose by attributes, and that does so no longer (R36).
func (j *judgement) opened() []directory.Key {
	if j.without(opening) {
		return nil
	}
	return j.feedersOfNoMore((*directory.Snapshot).ClosedToUndeclared)
}

// feedersOfNoMore are the groups that may bring people into one of which something is no longer so after the change.
func (j *judgement) feedersOfNoMore(are func(*directory.Snapshot) []directory.Key) []directory.Key {
	var out []directory.Key
	still := are(j.after)
	for _, k := range are(j.before) {
		if !slices.Contains(still, k) {
			out = slices.Concat(out, j.before.Feeders(k), j.after.Feeders(k))
		}
	}
	return out
}
