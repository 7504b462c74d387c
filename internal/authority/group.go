package authority

import (
	"fmt"
	"reflect"
	"slices"

	"provost.dev/provost/internal/directory"
)

func (j *judgement) group(p pair[directory.Group]) {
	if p.before == nil {
		j.createGroup(p.after)
	} else {
		j.changeGroup(p)
	}
	j.enrolments(p)
}

// createGroup follows R24: who may create depends on the Platform and on the parent group.
func (j *judgement) createGroup(g *directory.Group) {
	platform := j.platform()
	if g.Parent.Name == "" {
		if !platform.OpenGroups {
			j.need("only platform administrators may create top-level groups (the Platform's groupCreation is PlatformAdministrators)")
		}
		return
	}
	if !platform.OpenGroups && !platform.StaffSubgroups {
		j.need("only platform administrators may create sub-groups (the Platform's groupCreation and subgroupCreation are PlatformAdministrators)")
		return
	}
	if j.isStaff(g.Parent) {
		return
	}
	parent, member := j.parentOf(g)
	if parent == nil || !parent.LearnersMayCreateSubgroups || !member {
		j.need(fmt.Sprintf("needs to be Admin or Instructor of group %s, or a member where it says learnersMayCreateSubgroups, to create groups below it", g.Parent))
		return
	}
	j.noStrangers(g, nil)
}

func (j *judgement) parentOf(g *directory.Group) (parent *directory.Group, member bool) {
	rec, ok := j.before.Record(directory.ID{Kind: directory.KindGroup, Namespace: g.Parent.Namespace, Name: g.Parent.Name})
	if !ok {
		return nil, false
	}
	_, member = j.before.Member(g.Parent, j.who)
	return rec.(*directory.Group), member
}

// noStrangers holds a learner's sub-group to people who are members of the parent already (R23).
func (j *judgement) noStrangers(g, before *directory.Group) {
	var had []directory.Member
	if before != nil {
		had = before.Members
	}
	for _, m := range g.Members {
		if m.State != directory.MemberActive || contains(had, m) {
			continue
		}
		if _, ok := j.before.Member(g.Parent, m.Name); !ok {
			j.need(fmt.Sprintf("%s is not a member of group %s: a group that a learner made below it takes its members only", m.Name, g.Parent))
		}
	}
	if !g.Selector.Empty() && (before == nil || !reflect.DeepEqual(before.Selector, g.Selector)) {
		j.need(fmt.Sprintf("a group that a learner made below %s may not select people: list them", g.Parent))
	}
}

func (j *judgement) platform() directory.Platform {
	if rec, ok := j.before.Record(directory.ID{Kind: directory.KindPlatform, Name: directory.PlatformName}); ok {
		return *rec.(*directory.Platform)
	}
	return directory.Platform{}
}

// isStaff says whether the requester is Admin or Instructor of a group. Roles
// within a group do not flow (R16), so that it is this very group's list that counts.
func (j *judgement) isStaff(k directory.Key) bool {
	if j.before.Person(j.who, j.now).Standing != directory.StandingGood {
		return false
	}
	m, ok := j.before.Member(k, j.who)
	return ok && m.Role != directory.Learner
}

// changeGroup: staff may change the list as long as nothing sensitive changes
// hands; whoever may assign roles in an organisation of the namespace may change
// the group; anybody else needs authority for all that comes of it, and
// something must.
func (j *judgement) changeGroup(p pair[directory.Group]) {
	key := p.before.Key
	staff := j.isStaff(key)
	switch {
	case staff && onlyMembers(p):
		j.staff = true
		if p.after.Parent.Name != "" && !j.isStaff(p.after.Parent) {
			if parent, _ := j.parentOf(p.after); parent != nil && parent.LearnersMayCreateSubgroups {
				j.noStrangers(p.after, p.before)
			}
		}
	case staff, j.mayInNamespace(key.Namespace, assignRoles):
		// What comes of it is judged by effect.
	default:
		j.strangerToGroup(key)
	}
	if p.after != nil && p.before.Parent != p.after.Parent && p.after.Parent.Name != "" && !j.isStaff(p.after.Parent) &&
		!j.mayInNamespace(p.after.Parent.Namespace, assignRoles) {
		j.need(fmt.Sprintf("needs to be Admin or Instructor of group %s, to put a group below it", p.after.Parent))
	}
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

// strangerToGroup: somebody without any part in a group may change it where all
// that comes of it is theirs to give and take, and something does.
func (j *judgement) strangerToGroup(k directory.Key) {
	j.effects()
	if !j.any {
		j.need(fmt.Sprintf("needs to be Admin or Instructor of group %s, or %s at an organisation of namespace %s, to change it", k, assignRoles, k.Namespace))
	}
}

// enrolments: each one that is new, or gives something else than before, needs
// authority like a binding; one that goes, power at its entity.
func (j *judgement) enrolments(p pair[directory.Group]) {
	was, is := enrolled(p.before), enrolled(p.after)
	for _, g := range is {
		if !contains(was, g) {
			j.mayGive(g)
		}
	}
	for _, g := range was {
		if !contains(is, g) && !slices.ContainsFunc(is, func(o given) bool { return o.entity == g.entity }) {
			j.mayHandle(g.entity, "take back the enrolment")
		}
	}
}

func enrolled(g *directory.Group) []given {
	if g == nil {
		return nil
	}
	out := make([]given, 0, len(g.Enrolments))
	for _, e := range g.Enrolments {
		out = append(out, giving(e.Entity.In(g.Key.Namespace), e.Role, e.Window))
	}
	return out
}
