package status

import (
	"cmp"
	"slices"
	"strings"
	"time"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

func systemDenyKind() Kind {
	return typed[*provostv1.SystemDeny]{
		render:   renderSystemDeny,
		observed: func(o *provostv1.SystemDeny) *int64 { return &o.Status.ObservedGeneration },
		lag:      func(desired, current *provostv1.SystemDeny) { desired.Status.People = current.Status.People },
		loud:     true,
	}.kind(directory.KindSystemDeny)
}

func renderSystemDeny(v View, o *provostv1.SystemDeny) Report {
	known, _ := v.Deny(o.Name)
	o.Status.People = count(known.People)
	o.Status.PermissionCount = count(known.Permissions)
	judged := judgedDeny{DenyStatus: known, window: windowOf(o.Spec.Window), now: v.Now}
	if r, _ := v.Record(directory.ID{Kind: directory.KindSystemDeny, Name: o.Name}); r != nil {
		judged.holes = findings.Holes(v.Snapshot, r.(*directory.SystemDeny), v.Now, false)
	}
	notes := appendNote(nil, unknownPeopleNote(judged.holes))
	others := slices.DeleteFunc(known.Undeclared, func(p string) bool { return slices.Contains(known.Unnamed, p) })
	return Report{
		ready: judge(judged, denyOver, denyKnowsPermissions, denyHasNoHoles, denyToCome, denyInForce),
		notes: appendNote(notes, undeclaredNote(others)),
	}
}

// judgedDeny is what the policies of a SystemDeny judge.
type judgedDeny struct {
	directory.DenyStatus
	holes  []findings.Hole
	window directory.Window
	now    time.Time
}

func denyOver(f judgedDeny) *finding { return windowOver(f.window, f.now) }

// denyKnowsPermissions tells of the holes too: they are not to wait until the permissions are corrected.
func denyKnowsPermissions(f judgedDeny) *finding {
	if len(f.Unknown) == 0 {
		return nil
	}
	found := stuckBecause(provostv1.ReasonUnknownPermission,
		"No level has such permissions: %s. The others are taken away. Correct spec.permissions.", names(f.Unknown))
	if holes := denyHasNoHoles(f); holes != nil {
		found.message += " " + holes.message
	}
	return found
}

// denyHasNoHoles tells of all holes at once: each of them lets somebody keep what was to be taken.
func denyHasNoHoles(f judgedDeny) *finding {
	var reason string
	var messages []string
	for _, h := range f.holes {
		if h.Grave {
			reason = cmp.Or(reason, holeReason(h))
			messages = append(messages, holeText(h))
		}
	}
	if reason == "" {
		return nil
	}
	return missingBecause(reason, "%s", strings.Join(messages, " "))
}

// holeReason is the reason of a condition that tells of a hole.
func holeReason(h findings.Hole) string {
	switch h.Missing.Kind {
	case directory.KindNamespace:
		return provostv1.ReasonNamespaceNotFound
	case directory.KindGroup:
		return provostv1.ReasonGroupNotFound
	case directory.KindPerson:
		return provostv1.ReasonPersonNotDeclared
	default:
		return provostv1.ReasonEntityNotFound
	}
}

// unknownPeopleNote says that nothing else names some of the people, where they need not be declared.
func unknownPeopleNote(holes []findings.Hole) *note {
	i := slices.IndexFunc(holes, func(h findings.Hole) bool { return h.Rule == findings.UnknownPerson && !h.Grave })
	if i < 0 {
		return nil
	}
	return &note{provostv1.ConditionUnknownPeople, provostv1.ReasonNotNamed, holeText(holes[i])}
}

// holeText is a hole as the sentences of a condition.
func holeText(h findings.Hole) string {
	capital := func(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
	return capital(h.Message) + ". " + capital(h.Remedy) + "."
}

func denyToCome(f judgedDeny) *finding { return windowToCome(f.window, f.now) }

func denyInForce(judgedDeny) *finding {
	return goodBecause(provostv1.ReasonSucceeded, "In effect: it wins over every role and every PermissionOverride.")
}
