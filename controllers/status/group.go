package status

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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
	known := v.Group(key, v.Now)
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
	s.Members = members(v.Members(key, v.Now), o.Namespace)
	s.Enrolments = selecting(o.Spec.Enrolments, known.Enrolments)

	id := directory.ID{Kind: directory.KindGroup, Namespace: o.Namespace, Name: o.Name}
	ready, notes := told(v, id)
	ready = slices.DeleteFunc(ready, func(f finding) bool { return f.state == good }) // an enrolment that is over
	return Report{
		ready:    first(ready, inOrder),
		notes:    appendNote(notes, ruleNote(v, id, known.Enrolments)),
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
		if !m.Until.IsZero() {
			until := metav1.NewTime(m.Until.Truncate(time.Second))
			e.Until = &until
		}
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
