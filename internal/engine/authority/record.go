package authority

import (
	"fmt"
	"reflect"
	"slices"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
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
	case *directory.Term:
		j.term(r.Key)
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

// given is one role that a record gives at an entity, with when.
type given struct {
	entity   directory.EntityKey       // with selects its namespace alone
	selects  *directory.EntitySelector // in place of entity (R34)
	ref      directory.RoleRef
	from, to int64 // microseconds, so that equal moments are equal whatever their zone
}

func giving(ns string, e directory.LocalEntity, s *directory.EntitySelector, ref directory.RoleRef, w directory.Window) given {
	return given{e.In(ns), s, ref, w.NotBefore.UnixMicro(), w.NotAfter.UnixMicro()}
}

// same says whether two give the same at the same places for as long.
func (g given) same(o given) bool {
	return g.samePlace(o) && g.ref == o.ref && g.from == o.from && g.to == o.to
}

func (g given) samePlace(o given) bool {
	return g.entity == o.entity && g.selects.Compare(o.selects) == 0
}

// binding: authority to grant what it gives, wherever it gives more than before;
// power at the entity for whatever else is changed.
func (j *judgement) binding(p pair[directory.RoleBinding]) {
	var was, is given
	if p.before != nil {
		was = gives(j.before, p.before)
	}
	if p.after != nil {
		is = gives(j.after, p.after)
	}
	switch {
	case p.after == nil:
		j.handle(was, "delete the binding")
	case p.before == nil:
		j.mayGive(is)
	case !was.same(is) || adds(p.before.Subjects, p.after.Subjects):
		j.mayGive(is)
		if !was.samePlace(is) {
			j.handle(was, "move the binding away")
		}
	case !reflect.DeepEqual(p.before, p.after):
		j.handle(is, "change the binding")
	}
}

// gives is what a binding gives, at the times that a snapshot's terms make of its window (R33).
func gives(s *directory.Snapshot, b *directory.RoleBinding) given {
	w, _ := s.WindowOf(b.Term, b.Window)
	return giving(b.Key.Namespace, b.Entity, b.Selects, b.Role, w)
}

// adds says whether the second list has anything that the first has not.
func adds[T comparable](before, after []T) bool {
	had := make(map[T]struct{}, len(before))
	for _, x := range before {
		had[x] = struct{}{}
	}
	return slices.ContainsFunc(after, func(x T) bool { _, ok := had[x]; return !ok })
}

// mayGive notes what is missing to give the roles of a reference at an entity.
// Nobody but the trusted gives what waits for something: it would become power
// when that appears (R21).
func (j *judgement) mayGive(g given) {
	if g.selects != nil {
		j.mayGiveWhere(g.entity.Namespace, g.selects, g.ref)
		return
	}
	if !j.exists(g.entity.ID()) {
		j.missingReferent(name(g.entity))
		return
	}
	p := j.powerAt(g.entity)
	j.needPower(p, "give "+refName(g.ref))
	if g.ref.Template && !j.templateExists(directory.Key{Namespace: g.entity.Namespace, Name: g.ref.Name}) {
		j.missingReferent(refName(g.ref))
	}
	for _, r := range j.after.Given(g.entity, g.ref) {
		switch {
		case r.Problem == directory.RoleOK:
			j.mayGrant(p, r.Permissions, "role "+r.Name)
		case r.Problem == directory.RoleNotFound:
			j.missingReferent("role " + r.Name)
		case !g.ref.Template: // of a template's roles, those of other entities and levels are meant to be left out
			j.need(findings.RoleProblem(r, g.entity).Line())
		}
	}
}

func refName(r directory.RoleRef) string {
	if r.Template {
		return "template " + r.Name
	}
	return "role " + r.Name
}

// freed refuses to lift what stays an owner's hand (R9): what he has by owning the
// entity is the whole of it, and no role shows that.
func (j *judgement) freed(who string, e directory.EntityKey) {
	if ownership, owner := ownershipOf(j.before, e); ownership != directory.OwnershipPrivate || owner != who || j.powerAt(e).whole {
		return
	}
	for _, at := range j.times(j.before.AccessTransitionsAt(who, e, j.now), j.after.AccessTransitionsAt(who, e, j.now)) {
		if curbed(j.before, who, e, at) && !curbed(j.after, who, e, at) {
			j.need(fmt.Sprintf("would give %s the whole of %s back, which he owns: needs every permission there", who, name(e)))
			return
		}
	}
}

// override: a PermissionOverride counts as granting what it lists (R23).
func (j *judgement) override(p pair[directory.PermissionOverride]) {
	for _, r := range []*directory.PermissionOverride{p.before, p.after} {
		if r != nil {
			j.freed(r.Person, r.Entity.In(r.Key.Namespace))
		}
	}
	if p.before != nil && (p.after == nil || p.before.Entity != p.after.Entity) {
		j.mayHandle(p.before.Entity.In(p.before.Key.Namespace), "take back the override")
	}
	if p.after == nil {
		return
	}
	at := p.after.Entity.In(p.after.Key.Namespace)
	if !j.exists(at.ID()) {
		j.missingReferent(name(at))
		return
	}
	set, unknown := at.Level.Parse(p.after.Permissions)
	j.noUnknown(unknown, at.Level)
	power := j.powerAt(at)
	j.needPower(power, fmt.Sprintf("override what %s may do there", p.after.Person))
	j.mayGrant(power, set, short(set, at.Level))
}
