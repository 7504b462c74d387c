package controllers

import (
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

func roleKind() kind[*provostv1.Role] {
	return kind[*provostv1.Role]{
		name:     directory.KindRole,
		new:      func() *provostv1.Role { return &provostv1.Role{} },
		list:     func() client.ObjectList { return &provostv1.RoleList{} },
		render:   renderRole,
		observed: func(o *provostv1.Role) *int64 { return &o.Status.ObservedGeneration },
		lag: func(desired, current *provostv1.Role) {
			desired.Status.Bindings, desired.Status.People = current.Status.Bindings, current.Status.People
		},
		// A system role is held all over the place.
		countsOnly: func(o *provostv1.Role) bool { return o.Spec.Type == provostv1.RoleTypeSystem },
	}
}

func renderRole(v view, o *provostv1.Role) report {
	judged := roleFacts{spec: &o.Spec}
	if o.Spec.Type == provostv1.RoleTypeSystem {
		if shown := catalogue.SystemRole(o.Name); shown != nil && o.Namespace == directory.SystemNamespace {
			judged.RoleStatus = v.SystemRole(o.Name, v.now)
		} else {
			judged.astray = true
		}
	} else {
		judged.RoleStatus = v.Role(directory.Key{Namespace: o.Namespace, Name: o.Name}, v.now)
	}
	s := &o.Status
	s.Permissions = judged.Permissions.IDs(judged.Level)
	s.PermissionCount = count(judged.Permissions.Len())
	s.Bindings = count(judged.Bindings)
	s.People = count(judged.People)
	return report{ready: judge(judged,
		roleAstray, roleFits, roleOverridesSystemRole, roleKnowsPermissions, roleEntityExists, roleAlone, roleRulesResolve)}
}

// roleFacts is what the policies of a role judge.
type roleFacts struct {
	directory.RoleStatus
	spec *provostv1.RoleSpec
	// astray: the object says System and is none that this release shows.
	astray bool
}

func roleAstray(f roleFacts) *finding {
	if !f.astray {
		return nil
	}
	return stuckBecause(provostv1.ReasonInvalid,
		"System roles come with the release and are shown in %s; this object is none of them and has no effect. Delete it, or make it a Custom role.", directory.SystemNamespace)
}

func roleFits(f roleFacts) *finding {
	if f.Problem != directory.RoleInvalid {
		return nil
	}
	return stuckBecause(provostv1.ReasonInvalid,
		"The role is of the level %s and its entity is not, so it has no effect. Make spec.level and spec.entityRef.kind the same.", f.spec.Level)
}

func roleOverridesSystemRole(f roleFacts) *finding {
	if f.spec.Type != provostv1.RoleTypeOverride || f.Problem != directory.RoleNotFound {
		return nil
	}
	return stuckBecause(provostv1.ReasonNotSystemRole,
		"There is no system role %s of the level %s, so nothing is replaced. Correct spec.overrides; kubectl get roles.provost.dev -n %s lists the system roles.",
		f.spec.Overrides, f.spec.Level, directory.SystemNamespace)
}

func roleKnowsPermissions(f roleFacts) *finding {
	if len(f.Unknown) == 0 {
		return nil
	}
	return stuckBecause(provostv1.ReasonUnknownPermission,
		"The level %s has no such permissions: %s. The others count. Correct spec.permissions.", f.spec.Level, list(f.Unknown, plain))
}

func roleEntityExists(f roleFacts) *finding {
	if f.spec.Type == provostv1.RoleTypeSystem || f.EntityFound || f.spec.EntityRef == nil {
		return nil
	}
	return missingBecause(provostv1.ReasonEntityNotFound,
		"%s/%s does not exist in this namespace, so the role has no effect. Create it, or correct spec.entityRef.", f.spec.EntityRef.Kind, f.spec.EntityRef.Name)
}

// roleAlone reports that Overrides contradict each other; all of them say so (rule R5).
func roleAlone(f roleFacts) *finding {
	if len(f.Conflicts) == 0 {
		return nil
	}
	return stuckBecause(provostv1.ReasonConflict,
		"%s is overridden at this entity by %s too. What all of them allow is in effect. Delete all but one.",
		f.spec.Overrides, list(f.Conflicts, func(k directory.Key) string { return k.Name }))
}

func roleRulesResolve(f roleFacts) *finding {
	if len(f.UnknownRules) == 0 {
		return nil
	}
	return missingBecause(provostv1.ReasonRoleNotFound,
		"The rules of the role name roles that do not exist there: %s. Nobody can hold them. Create them, or correct spec.requires and spec.exclusiveWith.", list(f.UnknownRules, plain))
}
