package plan

import (
	"slices"

	"provost.dev/provost/internal/engine/directory"
)

func bindingEdits(a, b *directory.RoleBinding) []Edit {
	type kind = directory.RoleBinding
	e := &editor[kind]{id: a.ID()}
	e.where("spec.", "entity changed", where{a.Entity, a.Selects}, where{b.Entity, b.Selects},
		func(r *kind) { r.Entity, r.Selects = b.Entity, b.Selects })
	e.field("spec.roleRef", "role changed", roleRef(a.Role), roleRef(b.Role), func(r *kind) { r.Role = b.Role })
	e.subjects(a.Subjects, b.Subjects, func(r *kind) *[]directory.Subject { return &r.Subjects })
	e.window("spec.", a.Window, b.Window, func(r *kind) *directory.Window { return &r.Window })
	e.term("spec.termRef", "term changed", a.Term, b.Term, func(r *kind) *directory.Key { return &r.Term })
	e.silent("spec.reviewBy", "reviewBy changed", !a.ReviewBy.Equal(b.ReviewBy))
	e.silent("spec.justification", "justification changed", a.Justification != b.Justification)
	return e.edits
}

func roleEdits(a, b *directory.Role) []Edit {
	type kind = directory.Role
	e := &editor[kind]{id: a.ID()}
	e.field("spec.level", "level changed", a.Level.String(), b.Level.String(), func(r *kind) { r.Level = b.Level })
	e.changed("spec.type", "type changed", a.Type, b.Type, func(r *kind) { r.Type = b.Type })
	e.field("spec.entityRef", "entity changed", a.Entity.String(), b.Entity.String(), func(r *kind) { r.Entity = b.Entity })
	e.field("spec.overrides", "overridden role changed", a.Overrides, b.Overrides, func(r *kind) { r.Overrides = b.Overrides })
	e.names("spec.permissions", "permission", a.Permissions, b.Permissions, func(r *kind) *[]string { return &r.Permissions })
	if !slices.Equal(a.Requires, b.Requires) {
		e.add(Edit{Field: "spec.requires", Class: "requires changed"}, func(r *kind) { r.Requires = b.Requires })
	}
	if !slices.Equal(a.ExclusiveWith, b.ExclusiveWith) {
		e.add(Edit{Field: "spec.exclusiveWith", Class: "exclusiveWith changed"}, func(r *kind) { r.ExclusiveWith = b.ExclusiveWith })
	}
	e.silent("spec.complements", "complements changed", !slices.Equal(a.Complements, b.Complements))
	return e.edits
}

func templateEdits(a, b *directory.RoleTemplate) []Edit {
	e := &editor[directory.RoleTemplate]{id: a.ID()}
	e.names("spec.roles", "role", a.Roles, b.Roles, func(t *directory.RoleTemplate) *[]string { return &t.Roles })
	return e.edits
}

func overrideEdits(a, b *directory.PermissionOverride) []Edit {
	type kind = directory.PermissionOverride
	e := &editor[kind]{id: a.ID()}
	e.field("spec.person", "person changed", a.Person, b.Person, func(o *kind) { o.Person = b.Person })
	e.field("spec.entityRef", "entity changed", a.Entity.String(), b.Entity.String(), func(o *kind) { o.Entity = b.Entity })
	e.names("spec.permissions", "permission", a.Permissions, b.Permissions, func(o *kind) *[]string { return &o.Permissions })
	e.window("spec.", a.Window, b.Window, func(o *kind) *directory.Window { return &o.Window })
	e.silent("spec.reason", "reason changed", a.Reason != b.Reason)
	return e.edits
}

func denyEdits(a, b *directory.SystemDeny) []Edit {
	type kind = directory.SystemDeny
	e := &editor[kind]{id: a.ID()}
	e.subjects(a.Subjects, b.Subjects, func(d *kind) *[]directory.Subject { return &d.Subjects })
	e.field("spec.everyone", "everyone changed", yes(a.Everyone), yes(b.Everyone), func(d *kind) { d.Everyone = b.Everyone })
	e.names("spec.permissions", "permission", a.Permissions, b.Permissions, func(d *kind) *[]string { return &d.Permissions })
	e.changed("spec.scope", "scope changed", a.Scope, b.Scope, func(d *kind) { d.Scope = b.Scope })
	e.window("spec.", a.Window, b.Window, func(d *kind) *directory.Window { return &d.Window })
	e.silent("spec.reason", "reason changed", a.Reason != b.Reason)
	return e.edits
}

func yes(b bool) string {
	if b {
		return "true"
	}
	return ""
}

func entityEdits(a, b *directory.Entity) []Edit {
	type kind = directory.Entity
	e := &editor[kind]{id: a.ID()}
	e.field("spec.parentRef", "parent changed", a.Parent.String(), b.Parent.String(), func(n *kind) { n.Parent = b.Parent })
	e.field("spec.ownership", "ownership changed", a.Ownership.String(), b.Ownership.String(), func(n *kind) { n.Ownership = b.Ownership })
	e.field("spec.owner", "owner changed", a.Owner, b.Owner, func(n *kind) { n.Owner = b.Owner })
	e.silent("spec.termRef", "term changed", a.Term != b.Term)
	e.silent("spec.visibility", "visibility changed", a.Visibility != b.Visibility)
	e.attributes(a.Attributes, b.Attributes, func(n *kind) { n.Attributes = b.Attributes })
	return e.edits
}

func personEdits(a, b *directory.Person) []Edit {
	state := func(suspended bool) string {
		if suspended {
			return "Suspended"
		}
		return "Active"
	}
	e := &editor[directory.Person]{id: a.ID()}
	e.field("spec.state", "state changed", state(a.Suspended), state(b.Suspended), func(p *directory.Person) { p.Suspended = b.Suspended })
	e.silent("spec.username", "username changed", a.Username != b.Username)
	e.attributes(a.Attributes, b.Attributes, func(p *directory.Person) { p.Attributes = b.Attributes })
	for i := range e.edits {
		e.edits[i].Person = a.Name
	}
	return e.edits
}

func platformEdits(a, b *directory.Platform) []Edit {
	people := func(declared bool) string {
		if declared {
			return "Declared"
		}
		return "Any"
	}
	type kind = directory.Platform
	e := &editor[kind]{id: a.ID()}
	e.field("spec.people", "people changed", people(a.DeclaredPeople), people(b.DeclaredPeople),
		func(p *kind) { p.DeclaredPeople = b.DeclaredPeople })
	e.field("spec.timeZone", classTimeZone, a.TimeZone, b.TimeZone, func(p *kind) { p.TimeZone = b.TimeZone })
	e.changed("spec.roleRules", "roleRules changed", a.RoleRules, b.RoleRules, func(p *kind) { p.RoleRules = b.RoleRules })
	e.silent("spec.administrators", "administrators changed", !slices.Equal(a.Administrators, b.Administrators))
	e.silent("spec.trustedAppliers", "trustedAppliers changed", !slices.Equal(a.TrustedAppliers, b.TrustedAppliers))
	e.silent("spec", "settings changed", a.MatchNames != b.MatchNames || a.OpenGroups != b.OpenGroups ||
		a.StaffSubgroups != b.StaffSubgroups ||
		a.Limits != b.Limits)
	return e.edits
}

func namespaceEdits(a, b *directory.Namespace) []Edit {
	e := &editor[directory.Namespace]{id: a.ID()}
	e.labels("metadata.labels", a.Labels, b.Labels, func(n *directory.Namespace) { n.Labels = b.Labels })
	return e.edits
}
