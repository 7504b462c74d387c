package authority

import (
	"fmt"
	"reflect"
	"slices"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

// createGroup follows R24: who may create depends on the Platform and on the parent group.
func (j *judgement) createGroup(g *directory.Group) {
	platform := j.platform()
	switch {
	case g.Parent.Name == "":
		if !platform.OpenGroups {
			j.need("only platform administrators may set up top-level groups (the Platform's groupCreation is PlatformAdministrators)")
		}
	case !platform.OpenGroups && !platform.StaffSubgroups:
		j.need("only platform administrators may set up sub-groups " +
			"(the Platform's groupCreation and subgroupCreation are PlatformAdministrators)")
	case !exists(j.before, g.Parent.GroupID()):
		j.missingReferent("group " + g.Parent.String())
	case !j.isStaff(g.Parent) && !j.learns(g.Parent):
		j.need(fmt.Sprintf("needs to be Admin or Instructor of group %s, or a member where it says learnersMayCreateSubgroups, to set up "+
			"groups below it", g.Parent))
	default:
		j.admitted(g)
	}
}

// moveGroup: whoever could create the group where it is to stand may put it
// there, and whoever assigns roles in an organisation of that place's namespace.
func (j *judgement) moveGroup(g *directory.Group) {
	ns := g.Parent.Namespace
	if g.Parent.Name == "" {
		ns = g.Key.Namespace
	}
	if !j.assignsIn(ns) {
		j.createGroup(g)
	} else if g.Parent.Name != "" {
		j.admitted(g)
	}
}

// admitted refuses to name a parent that would not have the group: it would stand
// at the top (R18), where not everybody may create groups.
func (j *judgement) admitted(g *directory.Group) {
	if j.after.Group(g.Key, j.now).ParentState == directory.ParentNotAllowed {
		j.need(findings.NotAdmitted(g.Parent, g.Key.Namespace) + ": its spec.allowedSubgroups would have to")
	}
}

// learns says whether the requester is a member of a group whose learners may create sub-groups.
func (j *judgement) learns(k directory.Key) bool {
	_, member := j.before.Member(k, j.who, j.now)
	return member && j.opensToLearners(k)
}

func (j *judgement) opensToLearners(k directory.Key) bool {
	rec, ok := j.before.Record(k.GroupID())
	return ok && rec.(*directory.Group).LearnersMayCreateSubgroups
}

// noStrangers holds the groups below one in which learners may create sub-groups
// to people who are members there already (R23): nobody becomes a member of it by
// way of a sub-group, unless its own staff do that.
func (j *judgement) noStrangers(p pair[directory.Group]) {
	j.noStrangersIn(p.after.Key, j.joining(p))
	for _, above := range j.learnersAbove(p.after.Key) {
		if !p.after.Selector.Empty() && (p.before == nil || !reflect.DeepEqual(p.before.Selector, p.after.Selector)) {
			j.need(fmt.Sprintf("a group that a learner made below %s may not select people: list them", above))
		}
	}
}

// noStrangersIn holds a group to it, of some of the people in it.
func (j *judgement) noStrangersIn(k directory.Key, people []string) {
	for _, above := range j.learnersAbove(k) {
		for _, who := range people {
			if j.comesInto(above, who) {
				j.need(fmt.Sprintf("%s is not a member of group %s: in a group that a learner made below it, only its members may be", who, above))
			}
		}
	}
}

// learnersAbove are the groups above one in which learners may create sub-groups, and of which the requester is not staff.
func (j *judgement) learnersAbove(k directory.Key) []directory.Key {
	path := j.after.Group(k, j.now).Path
	return slices.DeleteFunc(slices.Clone(path[:max(0, len(path)-1)]), func(above directory.Key) bool {
		return !j.opensToLearners(above) || j.rankIn(above) != directory.Learner
	})
}

// joining are the people whom a change of a group may bring into it.
func (j *judgement) joining(p pair[directory.Group]) []string {
	var out []string
	if p.before != nil && onlyMembers(p) {
		for _, e := range differing(p.before.Members, p.after.Members) {
			out = append(out, e.name)
		}
		return out
	}
	return j.after.EverMembers(p.after.Key)
}

// comesInto says whether somebody is a member of a group by the change, now or at a later moment, who
// would be none then without it (R12a).
func (j *judgement) comesInto(k directory.Key, who string) bool {
	for _, at := range j.times(j.before.MembershipTransitions(who, j.now), j.after.MembershipTransitions(who, j.now)) {
		_, was := j.before.Member(k, who, at)
		if _, is := j.after.Member(k, who, at); is && !was {
			return true
		}
	}
	return false
}

// noCycle refuses to put a group on a cycle, or below one: that takes something
// from everybody above it and is never meant (R17).
func (j *judgement) noCycle(p pair[directory.Group]) {
	if p.before != nil && p.before.Parent == p.after.Parent {
		return
	}
	if cycle := j.after.Group(p.after.Key, j.now).Cycle; len(cycle) > 0 {
		j.need(fmt.Sprintf("would put group %s on a cycle (%s)", p.after.Key, findings.Cycle(cycle)))
	}
}

func (j *judgement) platform() directory.Platform {
	if rec, ok := j.before.Record(platformID); ok {
		return *rec.(*directory.Platform)
	}
	return directory.Platform{}
}
