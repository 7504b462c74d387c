package authority

import (
	"fmt"
	"reflect"
	"slices"

	"provost.dev/provost/internal/catalogue"
	"provost.dev/provost/internal/directory"
)

// record judges what the change says, whatever comes of it: a binding of a role
// to an empty group gives nobody anything today, and is still for those only
// who may give the role.
func (j *judgement) record() {
	switch r := one(j.change).(type) {
	case *directory.Entity:
		j.entity(pairOf[directory.Entity](j.change))
	case *directory.Role:
		j.role(pairOf[directory.Role](j.change))
	case *directory.RoleTemplate:
		j.template(r)
	case *directory.RoleBinding:
		j.binding(pairOf[directory.RoleBinding](j.change))
	case *directory.PermissionOverride:
		j.override(pairOf[directory.PermissionOverride](j.change))
	case *directory.Group:
		j.group(pairOf[directory.Group](j.change))
	}
}

// one is either side of a change.
func one(c Change) directory.Record {
	if c.After != nil {
		return c.After
	}
	return c.Before
}

// pair is both sides of a change of one kind.
type pair[T any] struct{ before, after *T }

func pairOf[T any](c Change) pair[T] {
	var p pair[T]
	if c.Before != nil {
		p.before = any(c.Before).(*T)
	}
	if c.After != nil {
		p.after = any(c.After).(*T)
	}
	return p
}

// given is one role that a record gives at an entity, with when and to whom.
type given struct {
	entity   directory.EntityKey
	ref      directory.RoleRef
	from, to int64 // microseconds, so that equal moments are equal whatever their zone
}

func giving(e directory.EntityKey, ref directory.RoleRef, w directory.Window) given {
	return given{e, ref, w.NotBefore.UnixMicro(), w.NotAfter.UnixMicro()}
}

// binding: authority to grant what it gives, wherever it gives more than before;
// power at the entity for whatever else is changed.
func (j *judgement) binding(p pair[directory.RoleBinding]) {
	what := func(b *directory.RoleBinding) given {
		return giving(b.Entity.In(b.Key.Namespace), b.Role, b.Window)
	}
	switch {
	case p.after == nil:
		j.mayHandle(what(p.before).entity, "delete the binding")
	case p.before == nil:
		j.mayGive(what(p.after))
	case what(p.before) != what(p.after) || adds(p.before.Subjects, p.after.Subjects):
		j.mayGive(what(p.after))
		if p.before.Entity != p.after.Entity {
			j.mayHandle(what(p.before).entity, "move the binding away")
		}
	case !reflect.DeepEqual(p.before, p.after):
		j.mayHandle(what(p.after).entity, "change the binding")
	}
}

func adds[T comparable](before, after []T) bool {
	return slices.ContainsFunc(after, func(x T) bool { return !contains(before, x) })
}

// mayGive notes what is missing to give the roles of a reference at an entity.
func (j *judgement) mayGive(g given) {
	p := j.powerAt(g.entity)
	if !p.any() {
		j.need(fmt.Sprintf("needs %s, to give %s there", p.where(), refName(g.ref)))
		return
	}
	for _, r := range j.after.Given(g.entity, g.ref) {
		j.mayGrant(p, r.Permissions, "role "+r.Name)
	}
}

func refName(r directory.RoleRef) string {
	if r.Template {
		return "template " + r.Name
	}
	return "role " + r.Name
}

// mayHandle notes what is missing to change at all who has what at an entity.
func (j *judgement) mayHandle(e directory.EntityKey, to string) {
	if p := j.powerAt(e); !p.any() {
		j.need(fmt.Sprintf("needs %s, to %s", p.where(), to))
	}
}

// override: a PermissionOverride counts as granting what it lists (R23).
func (j *judgement) override(p pair[directory.PermissionOverride]) {
	if p.before != nil && (p.after == nil || p.before.Entity != p.after.Entity) {
		j.mayHandle(p.before.Entity.In(p.before.Key.Namespace), "take back the override")
	}
	if p.after == nil {
		return
	}
	at := p.after.Entity.In(p.after.Key.Namespace)
	set, _ := at.Level.Parse(p.after.Permissions)
	power := j.powerAt(at)
	if !power.any() {
		j.need(fmt.Sprintf("needs %s, to override what %s may do there", power.where(), p.after.Person))
		return
	}
	j.mayGrant(power, set, list(set, at.Level))
}

// role: the permission to manage roles, and authority to grant the role as it would become (R23).
func (j *judgement) role(p pair[directory.Role]) {
	for _, r := range []*directory.Role{p.before, p.after} {
		if r == nil || r == p.after && p.before != nil && p.before.Entity == r.Entity {
			continue
		}
		at := r.Entity.In(r.Key.Namespace)
		power := j.powerAt(at)
		permission := settingsPermissions[at.Level]
		if at.Level == catalogue.Campus {
			permission = "manage_campus_roles"
		}
		if !power.whole && !j.may(permission, at) {
			j.need(fmt.Sprintf("needs %s at %s, to make or change roles there", permission, name(at)))
		}
	}
	if p.after == nil {
		return
	}
	set, _ := p.after.Level.Parse(p.after.Permissions)
	at := p.after.Entity.In(p.after.Key.Namespace)
	j.mayGrant(j.powerAt(at), set, "role "+p.after.Key.Name)
}

// template: whoever may assign roles in an organisation of the namespace; what
// it gives by the bindings that refer to it is judged by effect.
func (j *judgement) template(r *directory.RoleTemplate) {
	if !j.mayInNamespace(r.Key.Namespace, assignRoles) {
		j.need(fmt.Sprintf("needs %s at an organisation of namespace %s, to make or change templates", assignRoles, r.Key.Namespace))
	}
}

// mayInNamespace says whether the requester has a permission at an organisation of a namespace.
func (j *judgement) mayInNamespace(ns, permission string) bool {
	return slices.ContainsFunc(j.before.OrganisationsIn(ns), func(e directory.EntityKey) bool { return j.may(permission, e) })
}
