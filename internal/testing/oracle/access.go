package oracle

import (
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// SubjectState is R11.
func (w *World) SubjectState(person string) directory.SubjectState {
	p := w.person(person)
	switch {
	case p == nil && w.platform.DeclaredPeople:
		return directory.SubjectUndeclared
	case p != nil && p.Suspended:
		return directory.SubjectSuspended
	}
	return directory.SubjectGood
}

// Permissions are R8 to R11 one after the other.
func (w *World) Permissions(person string, e directory.EntityKey, now time.Time) catalogue.Set {
	return w.Access(person, e, now).Effective
}

// Access is Permissions with the steps that lead there. Until is left out.
func (w *World) Access(person string, e directory.EntityKey, now time.Time) directory.Access {
	a := directory.Access{Entity: e, SubjectState: w.SubjectState(person)}
	if w.entity(e) == nil {
		return a
	}
	a.Roles = w.heldRoles(person, e, now)
	for _, r := range a.Roles { // R8
		if !r.Withheld {
			a.FromRoles |= r.Permissions
		}
	}
	allowed := a.FromRoles
	if set, some := w.overridden(person, e, now); some { // R9
		a.Overridden, allowed = true, set
	}
	a.Granted = allowed
	if a.SubjectState != directory.SubjectGood { // R11
		allowed = 0
	}
	denied := w.denied(person, e, now) // R10 is last
	a.Denied = allowed & denied
	a.Effective = allowed &^ denied
	return a
}

// inForce are the PermissionOverrides for a person at an entity, valid in time (R9).
func (w *World) inForce(person string, e directory.EntityKey, now time.Time) []*directory.PermissionOverride {
	var out []*directory.PermissionOverride
	for _, o := range w.overrides {
		if e.Name != "" && o.Person == person && o.Entity.In(o.Key.Namespace) == e && open(o.Window, now) {
			out = append(out, o)
		}
	}
	return out
}

// overridden is R9: what the PermissionOverrides in force list; of several, what all of them do.
func (w *World) overridden(person string, e directory.EntityKey, now time.Time) (set catalogue.Set, some bool) {
	set = e.Level.All()
	for _, o := range w.inForce(person, e, now) {
		set &= listed(e.Level, o.Permissions)
		some = true
	}
	return set, some
}

// OverrideConflicts is R9: the other PermissionOverrides of the pair that are in force too.
func (w *World) OverrideConflicts(k directory.Key, now time.Time) []directory.Key {
	var out []directory.Key
	for _, o := range w.overrides {
		if o.Key != k {
			continue
		}
		for _, other := range w.inForce(o.Person, o.Entity.In(k.Namespace), now) {
			out = append(out, other.Key)
		}
	}
	if !slices.Contains(out, k) {
		return nil
	}
	out = slices.DeleteFunc(out, func(o directory.Key) bool { return o == k })
	slices.SortFunc(out, directory.Key.Compare)
	return out
}

// denied is R10: what the SystemDenies in force take from the person at the entity.
func (w *World) denied(person string, e directory.EntityKey, now time.Time) catalogue.Set {
	var set catalogue.Set
	for _, d := range w.deniesFor(person, e, now) {
		set |= listed(e.Level, d.Permissions)
	}
	return set
}

// deniesFor are the SystemDenies that concern the person at the entity (R10).
func (w *World) deniesFor(person string, e directory.EntityKey, now time.Time) []*directory.SystemDeny {
	var out []*directory.SystemDeny
	for _, d := range w.denies {
		if open(d.Window, now) && (d.Everyone || w.reaches(d.Subjects, person, now)) && w.inScope(d.Scope, e) {
			out = append(out, d)
		}
	}
	return out
}

// Restrictions are the PermissionOverrides and SystemDenies that an explanation
// has to name: those in force that list a permission of the level, or that
// replace what the roles give.
func (w *World) Restrictions(person string, e directory.EntityKey, now time.Time) []directory.ID {
	var out []directory.ID
	if w.entity(e) == nil {
		return nil
	}
	for _, o := range w.inForce(person, e, now) {
		out = append(out, o.ID())
	}
	for _, d := range w.deniesFor(person, e, now) {
		if listed(e.Level, d.Permissions) != 0 {
			out = append(out, d.ID())
		}
	}
	slices.SortFunc(out, directory.ID.Compare)
	return out
}

// inScope is R10: the whole platform, or namespaces, or an entity with or
// without what lies below; where both are given, both must hold.
func (w *World) inScope(s directory.Scope, e directory.EntityKey) bool {
	if len(s.Namespaces) > 0 && !slices.Contains(s.Namespaces, e.Namespace) {
		return false
	}
	return s.Entity == nil || e == *s.Entity || !s.ExcludeDescendants && w.liesBelow(e, *s.Entity)
}

// Until is the first end among what is in force for the person at an entity: the
// grants, of withheld roles too, and the memberships through which they come
// (R12a), or the PermissionOverrides where some replace them (R7, R9); zero where nothing of it ends by the clock.
func (w *World) Until(person string, e directory.EntityKey, now time.Time) time.Time {
	a := w.Access(person, e, now)
	var ends []time.Time
	if a.Overridden {
		for _, o := range w.inForce(person, e, now) {
			ends = append(ends, o.Window.NotAfter)
		}
	} else {
		for _, r := range a.Roles {
			ends = append(ends, w.endsOf(person, r.Role, e, now)...)
		}
	}
	ends = slices.DeleteFunc(ends, time.Time.IsZero)
	if len(ends) == 0 {
		return time.Time{}
	}
	return slices.MinFunc(ends, time.Time.Compare)
}

// endsOf are the ends of all grants that give the person the role at the entity.
func (w *World) endsOf(person string, role directory.RoleName, e directory.EntityKey, now time.Time) []time.Time {
	var out []time.Time
	for _, g := range w.grants {
		if !w.givesAt(g, e) || !open(g.window, now) || !w.reaches(g.subjects, person, now) {
			continue
		}
		for _, name := range w.roleNames(g.role, e.Namespace) {
			if named, problem := w.resolve(name, e); problem == directory.RoleOK && named == role {
				out = append(out, g.window.NotAfter)
				out = append(out, w.membershipEnds(g.subjects, person, now)...)
			}
		}
	}
	return out
}

// membershipEnds are the ends of the person's memberships of the groups among the subjects (R12a).
func (w *World) membershipEnds(subjects []directory.Subject, person string, now time.Time) []time.Time {
	var out []time.Time
	for _, s := range subjects {
		k := directory.Key{Namespace: s.Namespace, Name: s.Name}
		if s.Kind == directory.KindGroup && w.IsMember(person, k, now) {
			out = append(out, w.memberUntil(person, k, now))
		}
	}
	return out
}

// somethingToSay: a role is held, or an override is in force. (Something denied was there before.)
func somethingToSay(a directory.Access) bool { return len(a.Roles) > 0 || a.Overridden }

// AccessOf is a person's access at every entity where there is something to say, in order.
func (w *World) AccessOf(person string, now time.Time) []directory.Access {
	var out []directory.Access
	for _, e := range w.Entities() {
		if a := w.Access(person, e, now); somethingToSay(a) {
			out = append(out, a)
		}
	}
	return out
}

// WhoHas is everybody about whom there is something to say at the entity, by name.
func (w *World) WhoHas(e directory.EntityKey, now time.Time) []directory.Reached {
	var out []directory.Reached
	for _, person := range w.people {
		if a := w.Access(person, e, now); somethingToSay(a) {
			out = append(out, directory.Reached{Person: person, Access: a})
		}
	}
	return out
}

// WhoCan is everybody who has the permission at the entity, by name.
func (w *World) WhoCan(p catalogue.Permission, e directory.EntityKey, now time.Time) []directory.Reached {
	var out []directory.Reached
	for _, r := range w.WhoHas(e, now) {
		if p.Level == e.Level && r.Access.Effective.Has(p.Set()) {
			out = append(out, r)
		}
	}
	return out
}

// Pair is a person at an entity.
type Pair struct {
	Person string
	Entity directory.EntityKey
}

// EffectiveAll is everything that anybody may do, for comparing two worlds.
func (w *World) EffectiveAll(now time.Time) map[Pair]catalogue.Set {
	out := map[Pair]catalogue.Set{}
	for _, person := range w.people {
		for _, e := range w.Entities() {
			if set := w.Permissions(person, e, now); set != 0 {
				out[Pair{person, e}] = set
			}
		}
	}
	return out
}
