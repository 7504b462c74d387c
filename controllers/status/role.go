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
	known, ready := directory.RoleStatus{}, []finding(nil)
	switch {
	case o.Spec.Type != provostv1.RoleTypeSystem:
		known = v.Role(directory.Key{Namespace: o.Namespace, Name: o.Name}, v.Now)
		ready, _ = told(v, directory.ID{Kind: directory.KindRole, Namespace: o.Namespace, Name: o.Name})
	case o.Namespace == directory.SystemNamespace && catalogue.SystemRole(o.Name) != nil:
		known = v.SystemRole(o.Name, v.Now)
	default: // it says System, and is none that this release shows
		ready = []finding{asCondition(findings.SystemRole())}
	}
	s := &o.Status
	s.Permissions = known.Permissions.IDs(known.Level)
	s.PermissionCount = count(known.Permissions.Len())
	s.Bindings = count(known.Bindings)
	s.People = count(known.People)
	return Report{ready: first(ready, inOrder)}
}
