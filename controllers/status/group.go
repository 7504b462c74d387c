package status

import (
	"fmt"
	"slices"
	"strings"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

func groupKind() Kind {
	return typed[*provostv1.Group]{
		render:   renderGroup,
		observed: func(o *provostv1.Group) *int64 { return &o.Status.ObservedGeneration },
	}.kind(directory.KindGroup)
}

func renderGroup(v View, o *provostv1.Group) Report {
	key := directory.Key{Namespace: o.Namespace, Name: o.Name}
	known := v.Group(key)
	s := &o.Status
	s.Parent = ""
	if p := o.Spec.ParentRef; p != nil {
		s.Parent = groupName(parentKey(o), o.Namespace)
	}
	s.Path = nil
	for _, k := range known.Path[:min(len(known.Path), provostv1.MaxPathItems)] {
		s.Path = append(s.Path, groupName(k, o.Namespace))
	}
	s.Depth = count(max(len(known.Path)-1, 0))
	s.Declared = count(known.DeclaredCount)
	s.MemberCount = count(known.MemberCount)
	s.Subgroups = count(len(known.Subgroups))
	s.Members = members(v.Members(key), o.Namespace)

	judged := judgedGroup{GroupStatus: known, parent: parentKey(o), spec: &o.Spec, view: v}
	chain := []policy[judgedGroup]{groupCycle, groupParentExists, groupParentAdmits}
	return Report{
		ready:    judge(judged, append(chain, groupEnrolments)...),
		notes:    groupNotes(judged),
		OnAccess: hasRules(v, known.Enrolments),
		Again:    nextReview(v, reviewTimes(o.Spec.Enrolments)...),
	}
}

// parentKey is the parent that the group names; no name where it names none.
func parentKey(o *provostv1.Group) directory.Key {
	p := o.Spec.ParentRef
	if p == nil {
		return directory.Key{}
	}
	k := directory.Key{Namespace: string(p.Namespace), Name: string(p.Name)}
	if k.Namespace == "" {
		k.Namespace = o.Namespace
	}
	return k
}

// members lists the first members with what they are members through.
func members(all []directory.Membership, namespace string) []provostv1.EffectiveMember {
	var out []provostv1.EffectiveMember
	for _, m := range all[:min(len(all), provostv1.MaxStatusMembers)] {
		e := provostv1.EffectiveMember{Name: m.Person}
		if !m.Direct {
			for _, k := range m.Through[:min(len(m.Through), provostv1.MaxMemberThrough)] {
				e.Through = append(e.Through, groupName(k, namespace))
			}
		}
		out = append(out, e)
	}
	return out
}

// groupName writes a group as a namespace sees it.
func groupName(k directory.Key, namespace string) string {
	if k.Namespace == namespace {
		return k.Name
	}
	return k.String()
}

// judgedGroup is what the policies of a group judge.
type judgedGroup struct {
	directory.GroupStatus
	parent directory.Key
	spec   *provostv1.GroupSpec
	view   View
}

// groupCycle says the same to all groups on or below one cycle (rule R17).
func groupCycle(f judgedGroup) *finding {
	if len(f.Cycle) == 0 {
		return nil
	}
	around := append(slices.Clone(f.Cycle), f.Cycle[0])
	names := make([]string, len(around))
	for i, k := range around {
		names[i] = k.String()
	}
	return stuckBecause(provostv1.ReasonCycle,
		"The parents form a cycle: %s. The groups on it, and below it, have only the members that they declare themselves. Change spec.parentRef of one of them.",
		strings.Join(names, " > "))
}

func groupParentExists(f judgedGroup) *finding {
	if f.ParentState != directory.ParentNotFound {
		return nil
	}
	return missingBecause(provostv1.ReasonParentNotFound,
		"The parent group %s does not exist, so this is a top-level group for now. Create it, or correct spec.parentRef.", f.parent)
}

func groupParentAdmits(f judgedGroup) *finding {
	if f.ParentState != directory.ParentNotAllowed {
		return nil
	}
	return stuckBecause(provostv1.ReasonParentNotAllowed,
		"The parent group %s admits no sub-groups of the namespace %s, so this is a top-level group. Admit it in spec.allowedSubgroups of the parent, or correct spec.parentRef.",
		f.parent, f.Key.Namespace)
}

// groupEnrolments judges the enrolments like bindings; the first that is not in order speaks.
func groupEnrolments(f judgedGroup) *finding {
	for i, known := range f.Enrolments {
		if i >= len(f.spec.Enrolments) {
			break // the snapshot is of another generation; the object comes again
		}
		e := &f.spec.Enrolments[i]
		g := judgedGrant{GrantStatus: known, ref: e.RoleRef, namespace: f.Key.Namespace, now: f.view.Now}
		if found := judge(g, grantOrder...); found.state != good {
			found.message = fmt.Sprintf("Enrolment %s: %s", e.Name, found.message)
			return &found
		}
	}
	return nil
}

// groupNotes are the conditions beside Ready. Each speaks of the group as a whole.
func groupNotes(f judgedGroup) []note {
	var notes []note
	if n := undeclaredNote(f.Undeclared); n != nil {
		notes = append(notes, *n)
	}
	var due, unjustified []string
	for _, e := range f.spec.Enrolments {
		if over(e.Window, f.view.Now) {
			continue
		}
		if reviewDue(e.ReviewBy, f.view.Now) {
			due = append(due, string(e.Name))
		}
		if e.Justification == "" {
			unjustified = append(unjustified, string(e.Name))
		}
	}
	if len(due) > 0 {
		notes = append(notes, note{provostv1.ConditionReviewDue, provostv1.ReasonReviewByPassed, fmt.Sprintf(
			"It is time to review the enrolments %s: spec.enrolments[].reviewBy has passed. Nothing is revoked. Set a later reviewBy, or delete the enrolment.", names(due))})
	}
	if len(unjustified) > 0 {
		if n := unjustifiedNote(f.view.Justification, "The enrolments "+names(unjustified)+" have"); n != nil {
			notes = append(notes, *n)
		}
	}
	if n := ruleNote(f.view, directory.ID{Kind: directory.KindGroup, Namespace: f.Key.Namespace, Name: f.Key.Name}, f.Enrolments); n != nil {
		notes = append(notes, *n)
	}
	return notes
}
