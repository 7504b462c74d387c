package oracle

import (
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// grant is what a RoleBinding (R7) and an enrolment (R19) have in common.
type grant struct {
	entity   directory.EntityKey
	selects  *selection // in place of entity
	role     directory.RoleRef
	subjects []directory.Subject
	window   directory.Window
}

// allGrants are all bindings (R7), and all enrolments as bindings of their group (R19).
func (w *World) allGrants() []grant {
	var out []grant
	for _, b := range w.bindings {
		out = append(out, w.bindingGrant(b))
	}
	for _, g := range w.groups {
		for _, e := range g.Enrolments {
			subjects := []directory.Subject{directory.GroupSubject(g.Key)}
			out = append(out, grant{e.Entity.In(g.Key.Namespace), selects(e.Selects, g.Key.Namespace), e.Role, subjects, e.Window})
		}
	}
	return out
}

func (w *World) bindingGrant(b *directory.RoleBinding) grant {
	return grant{b.Entity.In(b.Key.Namespace), selects(b.Selects, b.Key.Namespace), b.Role, b.Subjects, b.Window}
}

// open is R7: from notBefore (inclusive) to notAfter (exclusive).
func open(window directory.Window, now time.Time) bool {
	started := window.NotBefore.IsZero() || !now.Before(window.NotBefore)
	ended := !window.NotAfter.IsZero() && !now.Before(window.NotAfter)
	return started && !ended
}

// reaches says whether the person is among the subjects, or a member of a group among them.
func (w *World) reaches(subjects []directory.Subject, person string, now time.Time) bool {
	for _, s := range subjects {
		if s.Kind == directory.KindPerson && s.Name == person {
			return true
		}
		if s.Kind == directory.KindGroup && w.IsMember(person, directory.Key{Namespace: s.Namespace, Name: s.Name}, now) {
			return true
		}
	}
	return false
}

// roleNames are the names that a reference stands for: its own, or those of
// the template of the namespace, or else of the system namespace (R7).
func (w *World) roleNames(ref directory.RoleRef, namespace string) []string {
	if !ref.Template {
		return []string{ref.Name}
	}
	t := w.template(directory.Key{Namespace: namespace, Name: ref.Name})
	if t == nil {
		t = w.template(directory.Key{Namespace: directory.SystemNamespace, Name: ref.Name})
	}
	if t == nil {
		return nil
	}
	return t.Roles
}

// Holds are the roles that the person holds at an entity: bound there and valid
// in time, before any withholding (R6, R7), by name. At an entity that does
// not exist nothing is held.
func (w *World) Holds(person string, e directory.EntityKey, now time.Time) []directory.RoleName {
	if w.entity(e) == nil {
		return nil
	}
	var out []directory.RoleName
	for _, g := range w.grants {
		if !w.givesAt(g, e) || !open(g.window, now) || !w.reaches(g.subjects, person, now) {
			continue
		}
		for _, name := range w.roleNames(g.role, e.Namespace) {
			role, problem := w.resolve(name, e)
			if problem == directory.RoleOK && !slices.Contains(out, role) {
				out = append(out, role)
			}
		}
	}
	slices.SortFunc(out, func(a, b directory.RoleName) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// unmet is R6: the rules of a role that the person does not meet at an entity.
func (w *World) unmet(person string, role directory.RoleName, e directory.EntityKey, now time.Time) []directory.UnmetRule {
	requires, exclusive := w.rulesOf(role)
	var out []directory.UnmetRule
	for _, r := range requires {
		at, ok := e, true
		if r.AtParent {
			at, ok = w.parentOf(w.entity(e))
		}
		if !ok || !w.holdsNamed(person, r.Role, at, now) {
			out = append(out, directory.UnmetRule{Requires: r.Role, AtParent: r.AtParent, Enforcement: r.Enforcement})
		}
	}
	for _, x := range exclusive {
		if w.holdsNamed(person, x.Role, e, now) {
			out = append(out, directory.UnmetRule{Excludes: x.Role, Enforcement: x.Enforcement})
		}
	}
	return out
}

// holdsNamed says whether the person holds the role that the name means at the entity.
func (w *World) holdsNamed(person, name string, e directory.EntityKey, now time.Time) bool {
	role, problem := w.resolve(name, e)
	return problem == directory.RoleOK && slices.Contains(w.Holds(person, e, now), role)
}

// heldRoles are the roles held, with what each gives there and whether it is withheld (R6).
func (w *World) heldRoles(person string, e directory.EntityKey, now time.Time) []directory.HeldRole {
	var out []directory.HeldRole
	for _, role := range w.Holds(person, e, now) {
		h := directory.HeldRole{Role: role, Permissions: w.rolePermissions(role, e), Unmet: w.unmet(person, role, e, now)}
		if role.Namespace == "" {
			h.Overridden = keysOfRoles(w.overridesOfRole(role.Name, e))
		}
		for _, u := range h.Unmet {
			h.Withheld = h.Withheld || u.Enforcement == directory.Deny
		}
		out = append(out, h)
	}
	return out
}
