package controllers

import (
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

func permissionOverrideKind() kind[*provostv1.PermissionOverride] {
	return kind[*provostv1.PermissionOverride]{
		name:     directory.KindPermissionOverride,
		new:      func() *provostv1.PermissionOverride { return &provostv1.PermissionOverride{} },
		list:     func() client.ObjectList { return &provostv1.PermissionOverrideList{} },
		render:   renderPermissionOverride,
		observed: func(o *provostv1.PermissionOverride) *int64 { return &o.Status.ObservedGeneration },
	}
}

func renderPermissionOverride(v view, o *provostv1.PermissionOverride) report {
	facts, _ := v.Override(directory.Key{Namespace: o.Namespace, Name: o.Name}, v.now)
	window := windowOf(o.Spec.Window)
	s := &o.Status
	s.Entity = string(o.Spec.EntityRef.Kind) + "/" + string(o.Spec.EntityRef.Name)
	s.Until = until(window)
	s.PermissionCount = count(facts.Permissions.Len())
	s.Replaced = facts.Replaced.IDs(facts.Entity.Level)
	judged := overrideFacts{OverrideStatus: facts, spec: &o.Spec, window: window, now: v.now}
	return report{ready: judge(judged, overrideOver, overrideEntityExists, overridePersonDeclared, overrideKnowsPermissions,
		overrideAlone, overrideToCome, overrideInForce)}
}

// overrideFacts is what the policies of a PermissionOverride judge.
type overrideFacts struct {
	directory.OverrideStatus
	spec   *provostv1.PermissionOverrideSpec
	window directory.Window
	now    time.Time
}

func overrideOver(f overrideFacts) *finding { return windowOver(f.window, f.now) }

func overrideEntityExists(f overrideFacts) *finding {
	if f.EntityFound {
		return nil
	}
	return missingBecause(provostv1.ReasonEntityNotFound,
		"%s/%s does not exist in this namespace, so there is nothing to replace. Create it, or correct spec.entityRef.", f.spec.EntityRef.Kind, f.spec.EntityRef.Name)
}

func overridePersonDeclared(f overrideFacts) *finding {
	if f.SubjectState != directory.SubjectUndeclared {
		return nil
	}
	return missingBecause(provostv1.ReasonPersonNotDeclared,
		"%s has no Person object, which the Platform asks for (people: Declared), and so no permission. Declare the person, or correct spec.person.", f.spec.Person)
}

func overrideKnowsPermissions(f overrideFacts) *finding {
	if len(f.Unknown) == 0 {
		return nil
	}
	return stuckBecause(provostv1.ReasonUnknownPermission,
		"The level %s has no such permissions: %s. The others count. Correct spec.permissions.", f.spec.EntityRef.Kind, list(f.Unknown, plain))
}

// overrideAlone reports that several decide for one person at one entity; all of them say so (rule R9).
func overrideAlone(f overrideFacts) *finding {
	if len(f.Conflicts) == 0 {
		return nil
	}
	return stuckBecause(provostv1.ReasonConflict,
		"%s has further PermissionOverrides at this entity: %s. What all of them allow is in effect. Delete all but one.",
		f.spec.Person, list(f.Conflicts, func(k directory.Key) string { return k.Name }))
}

func overrideToCome(f overrideFacts) *finding { return windowToCome(f.window, f.now) }

func overrideInForce(f overrideFacts) *finding {
	if f.SubjectState == directory.SubjectSuspended {
		return goodBecause(provostv1.ReasonSucceeded, "In effect, but %s is suspended and has no permission anywhere.", f.spec.Person)
	}
	return goodBecause(provostv1.ReasonSucceeded, "In effect: the roles of %s do not count at %s.", f.spec.Person, entityName(f.Entity))
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
