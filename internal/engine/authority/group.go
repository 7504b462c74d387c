package authority

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/directory"
)

// group judges who may touch a group at all. What comes of it for people is
// judged by effect, like that of any other change.
func (j *judgement) group(p pair[directory.Group]) {
	switch {
	case p.before == nil:
		j.createGroup(p.after)
	case onlyMembers(p):
		j.changeMembers(p)
	default:
		j.alterGroup(p)
	}
	if p.after != nil {
		j.noStrangers(p)
		j.noCycle(p)
		j.noCircle()
	}
	j.enrolments(p)
}

// onlyMembers says whether nothing but the list of members differs.
func onlyMembers(p pair[directory.Group]) bool {
	if p.after == nil {
		return false
	}
	same := *p.after
	same.Members = p.before.Members
	return reflect.DeepEqual(*p.before, same)
}

// rankIn is the requester's role within a group, as far as changing the group
// goes. Roles within a group do not flow (R16), so that it is this very group's
// list that counts; whoever assigns roles in an organisation of its namespace
// counts as an Admin.
func (j *judgement) rankIn(k directory.Key) directory.MemberRole {
	if j.assignsIn(k.Namespace) {
		return directory.Admin
	}
	m, _ := j.before.Member(k, j.who, j.now)
	return m.Role
}

// isStaff says whether the requester is Admin or Instructor of a group (R23).
func (j *judgement) isStaff(k directory.Key) bool {
	m, ok := j.before.Member(k, j.who, j.now)
	return ok && m.Role != directory.Learner
}

// changeMembers: staff add and remove members as long as nothing sensitive
// changes hands (R23), and give or take no role within the group above their
// own. Anybody else needs authority for all that comes of it, and of each entry
// something must come.
func (j *judgement) changeMembers(p pair[directory.Group]) {
	key := p.before.Key
	rank, entries := j.rankIn(key), differing(p.before.Members, p.after.Members)
	j.staff = j.isStaff(key)
	if rank == directory.Learner && len(entries) == 0 {
		j.needStaff(key)
	}
	j.ranks(key, rank, entries)
	if rank == directory.Learner {
		for _, e := range entries {
			j.guest = append(j.guest, e.name)
		}
	}
}

// ranks keeps a role within the group, which is power over its list, to those who have as much.
func (j *judgement) ranks(k directory.Key, rank directory.MemberRole, entries []entry) {
	for _, e := range entries {
		if e.role > rank {
			j.need(fmt.Sprintf("needs to be %s of group %s, to change the entry of %s, who is or would be %s there",
				e.role, k, e.name, e.role))
		}
	}
}

// entry is somebody of whom an entry in a list differs, with the higher of its two roles; once for each such entry.
type entry struct {
	name string
	role directory.MemberRole
}

func differing(before, after []directory.Member) []entry {
	type key struct{ name, id string }
	of := func(m *directory.Member) key { return key{m.Name, m.ID} }
	was := make(map[key]directory.Member, len(before))
	for _, m := range before {
		was[of(&m)] = m
	}
	var out []entry
	for _, m := range after {
		old, had := was[of(&m)]
		if !had || old != m {
			out = append(out, entry{m.Name, max(old.Role, m.Role)})
		}
		delete(was, of(&m))
	}
	for _, m := range was {
		out = append(out, entry{m.Name, m.Role})
	}
	slices.SortFunc(out, func(a, b entry) int { return cmp.Or(strings.Compare(a.name, b.name), cmp.Compare(a.role, b.role)) })
	return out
}

func (j *judgement) needStaff(k directory.Key) {
	j.need(fmt.Sprintf("needs to be Admin or Instructor of group %s, or %s at an organisation of namespace %s, to change it", k, assignRoles,
		k.Namespace))
}

// guests: somebody without any part in a group may enter people where all that
// comes of it is his to give and take, and something does.
func (j *judgement) guests() {
	for _, who := range j.guest {
		if !j.affected[who] {
			j.needStaff(one(j.change).(*directory.Group).Key)
			return
		}
	}
}

// alterGroup is for more than the list of members: its Admins, and whoever may
// assign roles in an organisation of its namespace.
func (j *judgement) alterGroup(p pair[directory.Group]) {
	key := p.before.Key
	rank := j.rankIn(key)
	if rank != directory.Admin {
		j.need(fmt.Sprintf("needs to be Admin of group %s, or %s at an organisation of namespace %s, to change more than its members",
			key, assignRoles, key.Namespace))
	}
	if p.after == nil {
		return
	}
	j.ranks(key, rank, differing(p.before.Members, p.after.Members))
	if p.before.Parent != p.after.Parent {
		j.moveGroup(p.after)
	}
}

// enrolments: each one that is new, or gives something else than before, needs
// authority like a binding; one that goes, power at its entity.
func (j *judgement) enrolments(p pair[directory.Group]) {
	was, is := enrolled(j.before, p.before), enrolled(j.after, p.after)
	for _, g := range is {
		if !slices.ContainsFunc(was, g.same) {
			j.mayGive(g)
		}
	}
	for _, g := range was {
		if !slices.ContainsFunc(is, g.samePlace) {
			j.handle(g, "take back the enrolment")
		}
	}
}

// enrolled is what a group's enrolments give, at the times that a snapshot's terms make of their windows (R33).
func enrolled(s *directory.Snapshot, g *directory.Group) []given {
	if g == nil {
		return nil
	}
	g = s.DatedGroup(g)
	out := make([]given, 0, len(g.Enrolments))
	for _, e := range g.Enrolments {
		out = append(out, giving(g.Key.Namespace, e.Entity, e.Selects, e.Role, e.Window))
	}
	return out
}
