package controllers

import (
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/directory"
)

func systemDenyKind() kind[*provostv1.SystemDeny] {
	return kind[*provostv1.SystemDeny]{
		name:     directory.KindSystemDeny,
		new:      func() *provostv1.SystemDeny { return &provostv1.SystemDeny{} },
		list:     func() client.ObjectList { return &provostv1.SystemDenyList{} },
		render:   renderSystemDeny,
		observed: func(o *provostv1.SystemDeny) *int64 { return &o.Status.ObservedGeneration },
		lag:      func(desired, current *provostv1.SystemDeny) { desired.Status.People = current.Status.People },
	}
}

func renderSystemDeny(v view, o *provostv1.SystemDeny) report {
	facts, _ := v.Deny(o.Name)
	o.Status.People = count(facts.People)
	o.Status.PermissionCount = count(facts.Permissions)
	judged := denyFacts{DenyFacts: facts, spec: &o.Spec, window: windowOf(o.Spec.Window), now: v.now}
	return report{
		ready: judge(judged, denyOver, denyKnowsPermissions, denyEntityExists, denyGroupsExist, denyToCome, denyInForce),
		notes: appendNote(nil, undeclaredNote(facts.Undeclared)),
	}
}

// denyFacts is what the policies of a SystemDeny judge.
type denyFacts struct {
	directory.DenyFacts
	spec   *provostv1.SystemDenySpec
	window directory.Window
	now    time.Time
}

func denyOver(f denyFacts) *finding { return windowOver(f.window, f.now) }

func denyKnowsPermissions(f denyFacts) *finding {
	if len(f.Unknown) == 0 {
		return nil
	}
	return stuckBecause(provostv1.ReasonUnknownPermission,
		"No level has such permissions: %s. The others are taken away. Correct spec.permissions.", list(f.Unknown, plain))
}

func denyEntityExists(f denyFacts) *finding {
	if f.EntityFound {
		return nil
	}
	e := f.spec.Scope.EntityRef
	return missingBecause(provostv1.ReasonEntityNotFound,
		"%s/%s does not exist in the namespace %s. What names it as its parent is covered all the same. Create it, or correct spec.scope.entityRef.", e.Kind, e.Name, e.Namespace)
}

func denyGroupsExist(f denyFacts) *finding {
	if len(f.MissingGroups) == 0 {
		return nil
	}
	return missingBecause(provostv1.ReasonGroupNotFound,
		"Among the subjects are groups that do not exist: %s. From the others it is taken away. Create them, or take them out of spec.subjects.", list(f.MissingGroups, directory.Key.String))
}

func denyToCome(f denyFacts) *finding { return windowToCome(f.window, f.now) }

func denyInForce(denyFacts) *finding {
	return goodBecause(provostv1.ReasonSucceeded, "In effect: it wins over every role and every PermissionOverride.")
}
