package authority

import (
	"fmt"

	"provost.dev/provost/internal/catalogue"
	"provost.dev/provost/internal/directory"
)

// reserved refuses what is for trusted appliers and platform administrators only (R21).
func (j *judgement) reserved() bool {
	id := j.change.id()
	switch {
	case id.Kind == directory.KindPerson, id.Kind == directory.KindPlatform, id.Kind == directory.KindSystemDeny:
		j.need(fmt.Sprintf("only platform administrators may change a %s", id.Kind))
	case id.Namespace == directory.SystemNamespace:
		j.need(fmt.Sprintf("only platform administrators may change what lies in %s", directory.SystemNamespace))
	}
	return len(j.missing) > 0
}

// names are what a record refers to.
type references struct {
	entities  []directory.EntityKey
	groups    []directory.Key
	roles     []roleAt
	templates []directory.Key
}

type roleAt struct {
	name   string
	entity directory.EntityKey
}

// references refuses to name what does not exist: something that waits must not
// become somebody's power later (R21). What the record named before may stay.
func (j *judgement) references() {
	was, is := referencesOf(j.change.Before), referencesOf(j.change.After)
	for _, e := range is.entities {
		if !contains(was.entities, e) && !j.exists(e.ID()) {
			j.need(fmt.Sprintf("%s does not exist, and only platform administrators may name what does not exist yet", name(e)))
		}
	}
	for _, g := range is.groups {
		if !contains(was.groups, g) && !j.exists(directory.ID{Kind: directory.KindGroup, Namespace: g.Namespace, Name: g.Name}) {
			j.need(fmt.Sprintf("group %s does not exist, and only platform administrators may name what does not exist yet", g))
		}
	}
	for _, r := range is.roles {
		if !contains(was.roles, r) && !j.roleExists(r) {
			j.need(fmt.Sprintf("role %s does not exist, and only platform administrators may name what does not exist yet", r.name))
		}
	}
	for _, t := range is.templates {
		if contains(was.templates, t) {
			continue
		}
		own := directory.ID{Kind: directory.KindRoleTemplate, Namespace: t.Namespace, Name: t.Name}
		if shared := (directory.ID{Kind: directory.KindRoleTemplate, Namespace: directory.SystemNamespace, Name: t.Name}); !j.exists(own) && !j.exists(shared) {
			j.need(fmt.Sprintf("template %s does not exist, and only platform administrators may name what does not exist yet", t.Name))
		}
	}
}

func (j *judgement) exists(id directory.ID) bool {
	_, ok := j.after.Record(id)
	return ok
}

func (j *judgement) roleExists(r roleAt) bool {
	if catalogue.SystemRole(r.name) != nil {
		return true
	}
	return j.exists(directory.ID{Kind: directory.KindRole, Namespace: r.entity.Namespace, Name: r.name})
}

func referencesOf(rec directory.Record) references {
	var out references
	switch r := rec.(type) {
	case *directory.Entity:
		if r.Parent.Name != "" {
			out.entities = append(out.entities, r.Parent.In(r.Key.Namespace))
		}
	case *directory.Role:
		out.entities = append(out.entities, r.Entity.In(r.Key.Namespace))
		at := r.Entity.In(r.Key.Namespace)
		if r.Overrides != "" {
			out.roles = append(out.roles, roleAt{r.Overrides, at})
		}
		for _, q := range r.Requires {
			out.roles = append(out.roles, roleAt{q.Role, at})
		}
		for _, x := range r.ExclusiveWith {
			out.roles = append(out.roles, roleAt{x.Role, at})
		}
	case *directory.RoleTemplate:
		for _, name := range r.Roles {
			out.roles = append(out.roles, roleAt{name, directory.EntityKey{Namespace: r.Key.Namespace}})
		}
	case *directory.RoleBinding:
		out.grant(r.Key.Namespace, r.Entity, r.Role)
		for _, s := range r.Subjects {
			if s.Kind == directory.KindGroup {
				out.groups = append(out.groups, groupOf(s, r.Key.Namespace))
			}
		}
	case *directory.PermissionOverride:
		out.entities = append(out.entities, r.Entity.In(r.Key.Namespace))
	case *directory.Group:
		if r.Parent.Name != "" {
			out.groups = append(out.groups, r.Parent)
		}
		if r.Entity.Name != "" {
			out.entities = append(out.entities, r.Entity.In(r.Key.Namespace))
		}
		for _, e := range r.Enrolments {
			out.grant(r.Key.Namespace, e.Entity, e.Role)
		}
	}
	return out
}

func (o *references) grant(ns string, e directory.LocalEntity, ref directory.RoleRef) {
	o.entities = append(o.entities, e.In(ns))
	if ref.Template {
		o.templates = append(o.templates, directory.Key{Namespace: ns, Name: ref.Name})
	} else {
		o.roles = append(o.roles, roleAt{ref.Name, e.In(ns)})
	}
}

func groupOf(s directory.Subject, ns string) directory.Key {
	if s.Namespace != "" {
		ns = s.Namespace
	}
	return directory.Key{Namespace: ns, Name: s.Name}
}

func contains[T comparable](list []T, x T) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}
