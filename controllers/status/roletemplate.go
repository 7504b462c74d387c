package status

import (
	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

func roleTemplateKind() Kind {
	return typed[*provostv1.RoleTemplate]{
		render:   renderRoleTemplate,
		observed: func(o *provostv1.RoleTemplate) *int64 { return &o.Status.ObservedGeneration },
		lag: func(desired, current *provostv1.RoleTemplate) {
			desired.Status.Bindings, desired.Status.People = current.Status.Bindings, current.Status.People
		},
	}.kind(directory.KindRoleTemplate)
}

func renderRoleTemplate(v View, o *provostv1.RoleTemplate) Report {
	known := v.Template(directory.Key{Namespace: o.Namespace, Name: o.Name}, v.Now)
	o.Status.RoleCount = count(max(len(o.Spec.Roles)-len(known.Unknown), 0))
	o.Status.Bindings = count(known.Bindings)
	o.Status.People = count(known.People)
	return Report{ready: judge(known, templateRolesExist)}
}

func templateRolesExist(f directory.TemplateStatus) *finding {
	if len(f.Unknown) == 0 {
		return nil
	}
	return missingBecause(provostv1.ReasonRoleNotFound,
		"Roles are listed that do not exist: %s. The others count. Create them, or correct spec.roles.", names(f.Unknown))
}
