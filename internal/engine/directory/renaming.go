package directory

import (
	"slices"

	"provost.dev/provost/internal/engine/catalogue"
)

// Renameable lists the kinds of which an object may say how it was called before (R39), entities by their levels.
var Renameable = []Kind{
	KindPerson, KindGroup, KindRole, KindOrganisation, KindCampus, KindCourse, KindModule, KindSession, KindTask, KindTerm,
}

// RenamedFrom is how an object says that it was called before (R39). No decision looks at it.
func RenamedFrom(r Record) []string {
	switch r := r.(type) {
	case *Person:
		return r.RenamedFrom
	case *Group:
		return r.RenamedFrom
	case *Role:
		return r.RenamedFrom
	case *Entity:
		return r.RenamedFrom
	case *Term:
		return r.RenamedFrom
	}
	return nil
}

// WithoutFormerNames is a record that does not say how it was called before; the record itself where it says nothing.
func WithoutFormerNames(r Record) Record {
	if r == nil || len(RenamedFrom(r)) == 0 {
		return r
	}
	switch r := r.(type) {
	case *Person:
		c := *r
		c.RenamedFrom = nil
		return &c
	case *Group:
		c := *r
		c.RenamedFrom = nil
		return &c
	case *Role:
		c := *r
		c.RenamedFrom = nil
		return &c
	case *Entity:
		c := *r
		c.RenamedFrom = nil
		return &c
	case *Term:
		c := *r
		c.RenamedFrom = nil
		return &c
	}
	return r
}

// Renaming gives objects other names: a one-to-one map of IDs, of which only the name may differ. Who carries a new name
// and is named by it in another record stays the same, so that a world of which every record is renamed answers as it
// did, but for the names.
type Renaming map[ID]string

// Swap adds that two names change places, so that whoever names the one that is not there yet goes on naming something
// that is not there.
func (n Renaming) Swap(id ID, name string) {
	n[id] = name
	n[ID{id.Kind, id.Namespace, name}] = id.Name
}

// Of is a record with the new names, in the object itself and in all that it refers to; the record itself where none
// occurs in it.
func (n Renaming) Of(r Record) Record {
	c := renamer{names: n}
	switch r := r.(type) {
	case *Person:
		o := *r
		c.person(&o.Name)
		return ifDone(&c, r, &o)
	case *Entity:
		return c.entityRecord(r)
	case *Group:
		return c.groupRecord(r)
	case *Role:
		return c.roleRecord(r)
	case *RoleTemplate:
		o := *r
		o.Roles = each(o.Roles, func(name *string) { c.role(o.Key.Namespace, name) })
		return ifDone(&c, r, &o)
	case *RoleBinding:
		o := *r
		c.local(o.Key.Namespace, &o.Entity)
		c.selects(o.Key.Namespace, &o.Selects)
		c.roleRef(o.Key.Namespace, &o.Role)
		c.term(&o.Term)
		o.Subjects = each(o.Subjects, c.subject)
		return ifDone(&c, r, &o)
	case *Term:
		o := *r
		c.term(&o.Key)
		return ifDone(&c, r, &o)
	case *PermissionOverride:
		o := *r
		c.person(&o.Person)
		c.local(o.Key.Namespace, &o.Entity)
		return ifDone(&c, r, &o)
	case *SystemDeny:
		o := *r
		o.Subjects = each(o.Subjects, c.subject)
		if o.Scope.Entity != nil {
			e := *o.Scope.Entity
			c.entity(&e)
			o.Scope.Entity = &e
		}
		return ifDone(&c, r, &o)
	case *Platform:
		o := *r
		o.Administrators = each(o.Administrators, c.principal)
		o.TrustedAppliers = each(o.TrustedAppliers, c.principal)
		return ifDone(&c, r, &o)
	}
	return r
}

func ifDone[R any, P interface {
	*R
	Record
}](c *renamer, r, renamed P) Record {
	if !c.done {
		return r
	}
	return renamed
}

// renamer writes new names over old ones, and notes that it did.
type renamer struct {
	names Renaming
	done  bool
}

func (c *renamer) name(id ID, name *string) {
	if other, ok := c.names[id]; ok {
		*name, c.done = other, true
	}
}

func (c *renamer) person(name *string) { c.name(PersonID(*name), name) }

func (c *renamer) group(k *Key) { c.name(k.GroupID(), &k.Name) }

func (c *renamer) term(k *Key) { c.name(k.TermID(), &k.Name) }

func (c *renamer) entity(k *EntityKey) { c.name(k.ID(), &k.Name) }

// role is a role's name in a namespace; that of a system role means the system role everywhere (R4).
func (c *renamer) role(ns string, name *string) {
	if catalogue.SystemRole(*name) == nil {
		c.name(Key{ns, *name}.RoleID(), name)
	}
}

func (c *renamer) local(ns string, l *LocalEntity) {
	if l.Name != "" {
		c.name(l.In(ns).ID(), &l.Name)
	}
}

func (c *renamer) selects(ns string, s **EntitySelector) {
	if *s == nil {
		return
	}
	o := **s
	if c.local(ns, &o.Under); o.Under != (*s).Under {
		*s = &o
	}
}

func (c *renamer) roleRef(ns string, r *RoleRef) {
	if !r.Template {
		c.role(ns, &r.Name)
	}
}

func (c *renamer) subject(s *Subject) {
	c.name(ID{s.Kind, s.Namespace, s.Name}, &s.Name)
}

func (c *renamer) principal(p *Principal) {
	if p.Kind == PrincipalPerson {
		c.person(&p.Name)
	}
}

func (c *renamer) entityRecord(r *Entity) Record {
	o := *r
	c.local(o.Key.Namespace, &o.Parent)
	c.entity(&o.Key)
	c.term(&o.Term)
	if o.Owner != "" {
		c.person(&o.Owner)
	}
	return ifDone(c, r, &o)
}

func (c *renamer) groupRecord(r *Group) Record {
	o := *r
	for _, list := range [...]*[]string{&o.Compose.Include, &o.Compose.Require, &o.Compose.Exclude} {
		*list = each(*list, func(name *string) { c.name(Key{r.Key.Namespace, *name}.GroupID(), name) })
	}
	c.group(&o.Key)
	c.group(&o.Parent)
	o.Members = each(o.Members, func(m *Member) {
		c.person(&m.Name)
		c.term(&m.Term)
	})
	o.Enrolments = each(o.Enrolments, func(e *Enrolment) {
		c.local(o.Key.Namespace, &e.Entity)
		c.selects(o.Key.Namespace, &e.Selects)
		c.roleRef(o.Key.Namespace, &e.Role)
		c.term(&e.Term)
	})
	c.local(o.Key.Namespace, &o.Entity)
	return ifDone(c, r, &o)
}

func (c *renamer) roleRecord(r *Role) Record {
	o := *r
	ns := o.Key.Namespace
	c.role(ns, &o.Key.Name)
	c.local(ns, &o.Entity)
	o.Requires = each(o.Requires, func(q *Requirement) { c.role(ns, &q.Role) })
	o.ExclusiveWith = each(o.ExclusiveWith, func(x *Exclusion) { c.role(ns, &x.Role) })
	o.Complements = each(o.Complements, func(name *string) { c.role(ns, name) })
	return ifDone(c, r, &o)
}

// each renames in a list, and copies the list where it has to.
func each[T comparable](list []T, rename func(*T)) []T {
	out, copied := list, false
	for i, item := range list {
		if rename(&item); item != list[i] {
			if !copied {
				out, copied = slices.Clone(list), true
			}
			out[i] = item
		}
	}
	return out
}
