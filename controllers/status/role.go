package status

import (
	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

func roleKind() Kind {
	return typed[*provostv1.Role]{
		render:   renderRole,
		observed: func(o *provostv1.Role) *int64 { return &o.Status.ObservedGeneration },
		lag: func(desired, current *provostv1.Role) {
			desired.Status.Bindings, desired.Status.People = current.Status.Bindings, current.Status.People
		},
		// A system role is held all over the place.
		countsOnly: func(o *provostv1.Role) bool { return o.Spec.Type == provostv1.RoleTypeSystem },
	}.kind(directory.KindRole)
}

func renderRole(v View, o *provostv1.Role) Report {
	judged := judgedRole{spec: &o.Spec}
	if o.Spec.Type == provostv1.RoleTypeSystem {
		if shown := catalogue.SystemRole(o.Name); shown != nil && o.Namespace == directory.SystemNamespace {
			judged.RoleStatus = v.SystemRole(o.Name, v.Now)
		} else {
			judged.astray = true
		}
	} else {
		judged.RoleStatus = v.Role(directory.Key{Namespace: o.Namespace, Name: o.Name}, v.Now)
	}
	s := &o.Status
	s.Permissions = judged.Permissions.IDs(judged.Level)
	s.PermissionCount = count(judged.Permissions.Len())
	s.Bindings = count(judged.Bindings)
	s.People = count(judged.People)
	return Report{ready: judge(judged,
		roleAstray, roleFits, roleOverridesSystemRole, roleKnowsPermissions, roleEntityExists, roleAlone, roleRulesResolve)}
}

// judgedRole is what the policies of a role judge.
type judgedRole struct {
	directory.RoleStatus
	spec *provostv1.RoleSpec
	// astray: the object says System and is none that this release shows.
	astray bool
}

func roleAstray(f judgedRole) *finding {
	if !f.astray {
		return nil
	}
	return stuckBecause(provostv1.ReasonInvalid,
		"System roles come with the release and are shown in %s; this object is none of them and has no effect. Delete it, or make it a Custom role.", directory.SystemNamespace)
}

func roleFits(f judgedRole) *finding {
	if f.Problem != directory.RoleInvalid {
		return nil
	}
	return stuckBecause(provostv1.ReasonInvalid,
		"The role is of the level %s and its entity is not, so it has no effect. Make spec.level and spec.entityRef.kind the same.", f.spec.Level)
}

func roleOverridesSystemRole(f judgedRole) *finding {
	if f.spec.Type != provostv1.RoleTypeOverride || f.Problem != directory.RoleNotFound {
		return nil
	}
	return stuckBecause(provostv1.ReasonNotSystemRole,
		"There is no system role %s of the level %s, so nothing is replaced. Correct spec.overrides; kubectl get roles.provost.dev -n %s lists the system roles.",
		f.spec.Overrides, f.spec.Level, directory.SystemNamespace)
}

func roleKnowsPermissions(f judgedRole) *finding {
	if len(f.Unknown) == 0 {
		return nil
	}
	return stuckBecause(provostv1.ReasonUnknownPermission,
		"The level %s has no such permissions: %s. The others count. Correct spec.permissions.", f.spec.Level, names(f.Unknown))
}

func roleEntityExists(f judgedRole) *finding {
	if f.spec.Type == provostv1.RoleTypeSystem || f.EntityFound || f.spec.EntityRef == nil {
		return nil
	}
	return missingBecause(provostv1.ReasonEntityNotFound,
		"%s/%s does not exist in this namespace, so the role has no effect. Create it, or correct spec.entityRef.", f.spec.EntityRef.Kind, f.spec.EntityRef.Name)
}

// roleAlone reports that Overrides contradict each other; all of them say so (rule R5).
func roleAlone(f judgedRole) *finding {
	if len(f.Conflicts) == 0 {
		return nil
	}
	return stuckBecause(provostv1.ReasonConflict,
		"%s is overridden at this entity by %s too. What all of them allow is in effect. Delete all but one.",
		f.spec.Overrides, findings.Names(f.Conflicts, func(k directory.Key) string { return k.Name }))
}

func roleRulesResolve(f judgedRole) *finding {
	if len(f.UnknownRules) == 0 {
		return nil
	}
	return missingBecause(provostv1.ReasonRoleNotFound,
		"The rules of the role name roles that do not exist there: %s. Nobody can hold them. Create them, or correct spec.requires and spec.exclusiveWith.", names(f.UnknownRules))
}
