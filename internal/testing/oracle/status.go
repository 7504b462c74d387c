package oracle

import (
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// What objects say about themselves: the oracle gives the fields that follow
// from the rules; counts of bindings and of holders are left out.

// Role is what a Custom or Override role says of itself (R4, R5).
func (w *World) Role(k directory.Key) directory.RoleStatus {
	r := w.role(k)
	if r == nil || r.Type == directory.RoleSystem {
		return directory.RoleStatus{}
	}
	f := directory.RoleStatus{
		Found: true, Level: r.Level, Type: r.Type, Permissions: listed(r.Level, r.Permissions),
		Unknown: unknown(r.Level, r.Permissions), EntityFound: w.entity(r.Entity.In(k.Namespace)) != nil,
		Conflicts: w.RoleConflicts(k),
	}
	system := catalogue.SystemRole(r.Overrides)
	switch {
	case r.Level < r.Entity.Level:
		f.Problem = directory.RoleInvalid
	case r.Type == directory.RoleOverride && (system == nil || system.Level != r.Level):
		f.Problem = directory.RoleNotFound
	}
	return f
}

// unknown are the listed permissions that the level does not have.
func unknown(level catalogue.Level, ids []string) []string {
	var out []string
	for _, id := range ids {
		if listed(level, []string{id}) == 0 {
			out = append(out, id)
		}
	}
	return out
}

// Template is what a RoleTemplate says of itself: the names that are neither
// system roles nor, outside of the system namespace, Custom roles of its namespace.
func (w *World) Template(k directory.Key) directory.TemplateStatus {
	t := w.template(k)
	if t == nil {
		return directory.TemplateStatus{}
	}
	f := directory.TemplateStatus{Found: true}
	for _, name := range t.Roles {
		custom := w.role(directory.Key{Namespace: k.Namespace, Name: name})
		if catalogue.SystemRole(name) == nil &&
			(custom == nil || custom.Type != directory.RoleCustom || k.Namespace == directory.SystemNamespace) {
			f.Unknown = append(f.Unknown, name)
		}
	}
	return f
}

// Binding is what a RoleBinding says of itself (R7, R11). Of its roles those are
// given that resolve, and a plain role in any case.
func (w *World) Binding(k directory.Key, now time.Time) directory.GrantStatus {
	for _, b := range w.bindings {
		if b.Key == k {
			f := w.grantStatus(w.bindingGrant(b), now)
			f.TermProblem = w.problems[b.ID()]
			return f
		}
	}
	return directory.GrantStatus{}
}

func (w *World) grantStatus(g grant, now time.Time) directory.GrantStatus {
	f := directory.GrantStatus{
		Entity: g.entity, EntityFound: w.entity(g.entity) != nil, Window: g.window,
		MissingGroups: w.missingGroups(g.subjects), Undeclared: w.undeclared(peopleAmong(g.subjects)),
	}
	namespace := g.entity.Namespace
	if g.selects != nil {
		namespace = g.selects.under.Namespace
		var reached []directory.EntityKey
		reached, f.LeftOut = w.selectedBy(g.selects)
		f.Entities, f.EntityFound = len(reached), w.entity(g.selects.under) != nil
	}
	f.TemplateFound = g.role.Template && (w.template(directory.Key{Namespace: namespace, Name: g.role.Name}) != nil ||
		w.template(directory.Key{Namespace: directory.SystemNamespace, Name: g.role.Name}) != nil)
	for _, name := range w.roleNames(g.role, namespace) {
		at := w.meantAt(name, g)
		role, problem := w.resolve(name, at)
		if w.definedFor(name, g) {
			role, problem = directory.RoleName{Namespace: namespace, Name: name}, directory.RoleOK
		}
		if problem != directory.RoleOK && g.role.Template {
			continue
		}
		r := directory.RoleResolution{Name: name, Role: role, Problem: problem}
		if problem == directory.RoleOK {
			r.Permissions = w.rolePermissions(role, at)
			f.Permissions |= r.Permissions
		}
		f.Roles = append(f.Roles, r)
	}
	for _, person := range w.people {
		if w.reaches(g.subjects, person, now) {
			f.People++
		}
	}
	return f
}

// missingGroups are the groups among the subjects that no manifest declares (R7), in order.
func (w *World) missingGroups(subjects []directory.Subject) []directory.Key {
	var out []directory.Key
	for _, s := range subjects {
		k := directory.Key{Namespace: s.Namespace, Name: s.Name}
		if s.Kind == directory.KindGroup && w.group(k) == nil {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, directory.Key.Compare)
	return slices.Compact(out)
}

// undeclared are the people without a Person where the Platform asks for one (R11), in order.
func (w *World) undeclared(people []string) []string {
	var out []string
	for _, p := range people {
		if w.SubjectState(p) == directory.SubjectUndeclared {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Override is what a PermissionOverride says of itself (R9).
func (w *World) Override(k directory.Key, now time.Time) directory.OverrideStatus {
	for _, o := range w.overrides {
		if o.Key == k {
			e := o.Entity.In(k.Namespace)
			return directory.OverrideStatus{
				Entity: e, EntityFound: w.entity(e) != nil,
				Permissions: listed(e.Level, o.Permissions), Unknown: unknown(e.Level, o.Permissions),
				Replaced: w.Access(o.Person, e, now).FromRoles, Conflicts: w.OverrideConflicts(k, now),
				SubjectState: w.SubjectState(o.Person), Declared: w.person(o.Person) != nil,
			}
		}
	}
	return directory.OverrideStatus{}
}

// Deny is what a SystemDeny says of itself (R10).
func (w *World) Deny(name string, now time.Time) directory.DenyStatus {
	for _, d := range w.denies {
		if d.Name != name {
			continue
		}
		f := directory.DenyStatus{
			EntityFound:   d.Scope.Entity == nil || w.entity(*d.Scope.Entity) != nil,
			MissingGroups: w.missingGroups(d.Subjects), Undeclared: w.undeclared(peopleAmong(d.Subjects)),
		}
		f.MissingNamespaces, f.Unnamed = w.missingNamespaces(d.Scope.Namespaces), w.unnamed(peopleAmong(d.Subjects))
		for _, id := range d.Permissions {
			if !slices.ContainsFunc(catalogue.Levels(), func(l catalogue.Level) bool { return listed(l, []string{id}) != 0 }) {
				f.Unknown = append(f.Unknown, id)
			}
		}
		for _, person := range w.people {
			if d.Everyone || w.denyReaches(d.Subjects, person, now) {
				f.People++
			}
		}
		return f
	}
	return directory.DenyStatus{}
}

// missingNamespaces are those that no manifest declares and in which none lies (R10), in order.
func (w *World) missingNamespaces(names []string) []string {
	known := map[string]bool{}
	for _, n := range w.namespaces {
		known[n.Name] = true
	}
	for _, e := range w.entities {
		known[e.Key.Namespace] = true
	}
	for _, r := range w.roles {
		if r.Type != directory.RoleSystem {
			known[r.Key.Namespace] = true
		}
	}
	for _, t := range w.templates {
		known[t.Key.Namespace] = true
	}
	for _, b := range w.bindings {
		known[b.Key.Namespace] = true
	}
	for _, o := range w.overrides {
		known[o.Key.Namespace] = true
	}
	for _, g := range w.groups {
		known[g.Key.Namespace] = true
	}
	for _, t := range w.terms {
		known[t.Key.Namespace] = true
	}
	return without(names, known)
}

// unnamed are the people whom nothing names but denies (R10), in order.
func (w *World) unnamed(people []string) []string {
	known := map[string]bool{}
	for _, p := range w.persons {
		known[p.Name] = true
	}
	for _, g := range w.groups {
		for _, m := range g.Members {
			known[m.Name] = true
		}
	}
	for _, b := range w.bindings {
		for _, name := range peopleAmong(b.Subjects) {
			known[name] = true
		}
	}
	for _, o := range w.overrides {
		known[o.Person] = true
	}
	for _, e := range w.entities {
		known[e.Owner] = true
	}
	for _, a := range w.platform.Administrators {
		if a.Kind == directory.PrincipalPerson {
			known[a.Name] = true
		}
	}
	return without(people, known)
}

// without are the names that are not known, each once and in order.
func without(names []string, known map[string]bool) []string {
	out := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return known[name] })
	slices.Sort(out)
	return slices.Compact(out)
}
