package controllers

import (
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

func roleTemplateKind() kind[*provostv1.RoleTemplate] {
	return kind[*provostv1.RoleTemplate]{
		name:     directory.KindRoleTemplate,
		new:      func() *provostv1.RoleTemplate { return &provostv1.RoleTemplate{} },
		list:     func() client.ObjectList { return &provostv1.RoleTemplateList{} },
		render:   renderRoleTemplate,
		observed: func(o *provostv1.RoleTemplate) *int64 { return &o.Status.ObservedGeneration },
		lag: func(desired, current *provostv1.RoleTemplate) {
			desired.Status.Bindings, desired.Status.People = current.Status.Bindings, current.Status.People
		},
	}
}

func renderRoleTemplate(v view, o *provostv1.RoleTemplate) report {
	facts := v.Template(directory.Key{Namespace: o.Namespace, Name: o.Name}, v.now)
	o.Status.RoleCount = count(max(len(o.Spec.Roles)-len(facts.Unknown), 0))
	o.Status.Bindings = count(facts.Bindings)
	o.Status.People = count(facts.People)
	return report{ready: judge(facts, templateRolesExist)}
}

func templateRolesExist(f directory.TemplateStatus) *finding {
	if len(f.Unknown) == 0 {
		return nil
	}
	return missingBecause(provostv1.ReasonRoleNotFound,
		"Roles are listed that do not exist: %s. The others count. Create them, or correct spec.roles.", list(f.Unknown, plain))
}
