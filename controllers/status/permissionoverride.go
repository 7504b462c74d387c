package status

import (
	"time"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest/effective"
)

func permissionOverrideKind() Kind {
	return typed[*provostv1.PermissionOverride]{
		render:   renderPermissionOverride,
		observed: func(o *provostv1.PermissionOverride) *int64 { return &o.Status.ObservedGeneration },
	}.kind(directory.KindPermissionOverride)
}

func renderPermissionOverride(v View, o *provostv1.PermissionOverride) Report {
	known, _ := v.Override(directory.Key{Namespace: o.Namespace, Name: o.Name}, v.Now)
	window := windowOf(o.Spec.Window)
	s := &o.Status
	s.Entity = string(o.Spec.EntityRef.Kind) + "/" + string(o.Spec.EntityRef.Name)
	s.Until = until(window)
	s.PermissionCount = count(known.Permissions.Len())
	s.Replaced = known.Replaced.IDs(known.Entity.Level)
	judged := judgedOverride{OverrideStatus: known, spec: &o.Spec, window: window, now: v.Now}
	return Report{ready: judge(judged, overrideOver, overrideEntityExists, overridePersonDeclared, overrideKnowsPermissions,
		overrideAlone, overrideToCome, overrideInForce)}
}

// judgedOverride is what the policies of a PermissionOverride judge.
type judgedOverride struct {
	directory.OverrideStatus
	spec   *provostv1.PermissionOverrideSpec
	window directory.Window
	now    time.Time
}

func overrideOver(f judgedOverride) *finding { return windowOver(f.window, f.now) }

func overrideEntityExists(f judgedOverride) *finding {
	if f.EntityFound {
		return nil
	}
	return missingBecause(provostv1.ReasonEntityNotFound,
		"%s/%s does not exist in this namespace, so there is nothing to replace. Create it, or correct spec.entityRef.", f.spec.EntityRef.Kind, f.spec.EntityRef.Name)
}

func overridePersonDeclared(f judgedOverride) *finding {
	if f.SubjectState != directory.SubjectUndeclared {
		return nil
	}
	return missingBecause(provostv1.ReasonPersonNotDeclared,
		"%s has no Person object, which the Platform asks for (people: Declared), and so no permission. Declare the person, or correct spec.person.", f.spec.Person)
}

func overrideKnowsPermissions(f judgedOverride) *finding {
	if len(f.Unknown) == 0 {
		return nil
	}
	return stuckBecause(provostv1.ReasonUnknownPermission,
		"The level %s has no such permissions: %s. The others count. Correct spec.permissions.", f.spec.EntityRef.Kind, names(f.Unknown))
}

// overrideAlone reports that several decide for one person at one entity; all of them say so (rule R9).
func overrideAlone(f judgedOverride) *finding {
	if len(f.Conflicts) == 0 {
		return nil
	}
	return stuckBecause(provostv1.ReasonConflict,
		"%s has further PermissionOverrides at this entity: %s. What all of them allow is in effect. Delete all but one.",
		f.spec.Person, findings.Names(f.Conflicts, func(k directory.Key) string { return k.Name }))
}

func overrideToCome(f judgedOverride) *finding { return windowToCome(f.window, f.now) }

func overrideInForce(f judgedOverride) *finding {
	if f.SubjectState == directory.SubjectSuspended {
		return goodBecause(provostv1.ReasonSucceeded, "In effect, but %s is suspended and has no permission anywhere.", f.spec.Person)
	}
	return goodBecause(provostv1.ReasonSucceeded, "In effect: the roles of %s do not count at %s.", f.spec.Person, effective.EntityName(f.Entity))
}

// windowOf reads a window as the engine has it.
func windowOf(w provostv1.Window) directory.Window {
	var out directory.Window
	if w.NotBefore != nil {
		out.NotBefore = w.NotBefore.Time
	}
	if w.NotAfter != nil {
		out.NotAfter = w.NotAfter.Time
	}
	return out
}
