package authority

import (
	"fmt"
	"slices"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// Reserved says why something is for trusted appliers and platform
// administrators only (R21), or nothing where it is not. It goes by what the
// thing is: the answer holds for kinds that the engine does not know, too.
func Reserved(id directory.ID) string {
	switch id.Kind {
	case directory.KindPerson, directory.KindPlatform, directory.KindSystemDeny, "GitSync":
		return fmt.Sprintf("only platform administrators may change a %s", id.Kind)
	}
	if id.Namespace == directory.SystemNamespace {
		return fmt.Sprintf("only platform administrators may change what lies in %s", directory.SystemNamespace)
	}
	return ""
}

// references are what a record refers to.
type references struct {
	entities  []directory.EntityKey
	groups    []directory.Key
	roles     []roleAt
	templates []directory.Key
	terms     []directory.Key
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
		if !slices.Contains(was.entities, e) && !j.exists(e.ID()) {
			j.missingReferent(name(e))
		}
	}
	for _, g := range is.groups {
		if !slices.Contains(was.groups, g) && !j.exists(g.GroupID()) {
			j.missingReferent("group " + g.String())
		}
	}
	for _, r := range is.roles {
		if !slices.Contains(was.roles, r) && !j.roleExists(r) {
			j.missingReferent("role " + r.name)
		}
	}
	for _, t := range is.templates {
		if !slices.Contains(was.templates, t) && !j.templateExists(t) {
			j.missingReferent("template " + t.Name)
		}
	}
	j.noMissingTerms(was.terms, is.terms)
}

// noMissingTerms refuses to name terms that do not exist (R33), as references does.
func (j *judgement) noMissingTerms(was, is []directory.Key) {
	for _, t := range is {
		if t.Name != "" && !slices.Contains(was, t) && !j.exists(t.TermID()) {
			j.missingReferent("term " + t.String())
		}
	}
}

func (j *judgement) missingReferent(what string) {
	j.absent = true
	j.need(what + " does not exist: only platform administrators may name what does not exist yet")
}

// exists says whether a record is there once the change is made.
func (j *judgement) exists(id directory.ID) bool { return exists(j.after, id) }

func exists(s *directory.Snapshot, id directory.ID) bool {
	_, ok := s.Record(id)
	return ok
}

func (j *judgement) roleExists(r roleAt) bool {
	return catalogue.SystemRole(r.name) != nil ||
		j.exists(directory.ID{Kind: directory.KindRole, Namespace: r.entity.Namespace, Name: r.name})
}

// templateExists looks in the namespace and then in the system's (R7).
func (j *judgement) templateExists(t directory.Key) bool {
	return j.exists(directory.ID{Kind: directory.KindRoleTemplate, Namespace: t.Namespace, Name: t.Name}) ||
		j.exists(directory.ID{Kind: directory.KindRoleTemplate, Namespace: directory.SystemNamespace, Name: t.Name})
}

func referencesOf(rec directory.Record) references {
	var out references
	switch r := rec.(type) {
	case *directory.Entity:
		out.terms = append(out.terms, r.Term)
		if r.Parent.Name != "" {
			out.entities = append(out.entities, r.Parent.In(r.Key.Namespace))
		}
	case *directory.Role:
		at := r.Entity.In(r.Key.Namespace)
		out.entities = append(out.entities, at)
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
		out.grant(r.Key.Namespace, placeOf(r.Entity, r.Selects), r.Role)
		out.terms = append(out.terms, r.Term)
		for _, s := range r.Subjects {
			if s.Kind == directory.KindGroup {
				out.groups = append(out.groups, directory.Key{Namespace: s.Namespace, Name: s.Name})
			}
		}
	case *directory.PermissionOverride:
		out.entities = append(out.entities, r.Entity.In(r.Key.Namespace))
	case *directory.Group:
		out.terms = r.Terms()
		if r.Parent.Name != "" {
			out.groups = append(out.groups, r.Parent)
		}
		for _, name := range r.Compose.All() {
			out.groups = append(out.groups, directory.Key{Namespace: r.Key.Namespace, Name: name})
		}
		if r.Entity.Name != "" {
			out.entities = append(out.entities, r.Entity.In(r.Key.Namespace))
		}
		for _, e := range r.Enrolments {
			out.grant(r.Key.Namespace, placeOf(e.Entity, e.Selects), e.Role)
		}
	}
	return out
}

// placeOf is the entity that is named: the one at which something is given, or below which it is.
func placeOf(e directory.LocalEntity, s *directory.EntitySelector) directory.LocalEntity {
	if s != nil {
		return s.Under
	}
	return e
}

func (o *references) grant(ns string, e directory.LocalEntity, ref directory.RoleRef) {
	o.entities = append(o.entities, e.In(ns))
	if ref.Template {
		o.templates = append(o.templates, directory.Key{Namespace: ns, Name: ref.Name})
	} else {
		o.roles = append(o.roles, roleAt{ref.Name, e.In(ns)})
	}
}
