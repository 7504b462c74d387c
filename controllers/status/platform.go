package status

import (
	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

func platformKind() Kind {
	return typed[*provostv1.Platform]{
		render:   renderPlatform,
		observed: func(o *provostv1.Platform) *int64 { return &o.Status.ObservedGeneration },
		lag:      func(desired, current *provostv1.Platform) { desired.Status.Counts = current.Status.Counts },
	}.kind(directory.KindPlatform)
}

func renderPlatform(v View, o *provostv1.Platform) Report {
	c := v.Counts()
	o.Status.Revision = v.Revision
	o.Status.StatusesBehind = count(v.Behind)
	o.Status.Counts = &provostv1.PlatformCounts{
		Organisations:       count(c.Entities[catalogue.Organisation]),
		Campuses:            count(c.Entities[catalogue.Campus]),
		Courses:             count(c.Entities[catalogue.Course]),
		Modules:             count(c.Entities[catalogue.Module]),
		Sessions:            count(c.Entities[catalogue.Session]),
		Tasks:               count(c.Entities[catalogue.Task]),
		People:              count(c.People),
		Groups:              count(c.Groups),
		Roles:               count(c.Roles),
		RoleTemplates:       count(c.Templates),
		Terms:               count(c.Terms),
		RoleBindings:        count(c.Bindings),
		PermissionOverrides: count(c.Overrides),
		SystemDenies:        count(c.Denies),
	}
	ready, notes := told(v, directory.ID{Kind: directory.KindPlatform, Name: directory.PlatformName})
	r := Report{ready: first(ready, inOrder), notes: notes}
	for _, a := range o.Spec.Administrators {
		if a.Kind == provostv1.AdministratorPerson {
			r.DependsOn = append(r.DependsOn, directory.ID{Kind: directory.KindPerson, Name: a.Name})
		}
	}
	return r
}
