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
		RoleBindings:        count(c.Bindings),
		PermissionOverrides: count(c.Overrides),
		SystemDenies:        count(c.Denies),
	}
	r := Report{ready: judge(&o.Spec, platformRulesResolve)}
	var undeclaredPeople []string
	for _, a := range o.Spec.Administrators {
		if a.Kind != provostv1.AdministratorPerson {
			continue
		}
		r.DependsOn = append(r.DependsOn, directory.ID{Kind: directory.KindPerson, Name: a.Name})
		if undeclared(v, a.Name) {
			undeclaredPeople = append(undeclaredPeople, a.Name)
		}
	}
	r.notes = appendNote(r.notes, undeclaredNote(undeclaredPeople))
	return r
}

func platformRulesResolve(s *provostv1.PlatformSpec) *finding {
	var unknown []string
	for _, r := range s.RoleRules {
		if catalogue.SystemRole(string(r.Role)) == nil {
			unknown = append(unknown, string(r.Role))
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	return stuckBecause(provostv1.ReasonNotSystemRole,
		"spec.roleRules has rules for roles that are no system roles: %s. Correct the names, or put the rules into the Custom roles themselves.", names(unknown))
}
