package plan

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// editor gathers the edits of one record.
type editor struct {
	id    directory.ID
	edits []Edit
}

func (e *editor) add(edit Edit) {
	edit.ID = e.id
	e.edits = append(e.edits, edit)
}

// field notes a field that differs; what is left out is written "none".
func (e *editor) field(field string, class Class, before, after string) {
	if before == after {
		return
	}
	none := func(s string) string {
		if s == "" {
			return "none"
		}
		return s
	}
	e.add(Edit{Field: field, Class: class, Value: none(before) + " -> " + none(after)})
}

// changed notes a field of which the content is too long to tell.
func (e *editor) changed(field string, class Class, before, after any) {
	if !reflect.DeepEqual(before, after) {
		e.add(Edit{Field: field, Class: class})
	}
}

// silent notes a field on which no access depends.
func (e *editor) silent(field string, class Class, differs bool) {
	if differs {
		e.add(Edit{Field: field, Class: class, NoEffect: true})
	}
}

// names notes what came to and went from a list.
func (e *editor) names(field, what string, before, after []string) {
	for i, n := range before {
		if !slices.Contains(after, n) {
			e.add(Edit{Field: at(field, i), Gone: true, Class: Class(what + " removed"), Value: n})
		}
	}
	for i, n := range after {
		if !slices.Contains(before, n) {
			e.add(Edit{Field: at(field, i), Class: Class(what + " added"), Value: n})
		}
	}
}

func at(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }

func (e *editor) labels(field string, before, after map[string]string) {
	if !(len(before) == 0 && len(after) == 0) {
		e.changed(field, Class(field[strings.LastIndex(field, ".")+1:]+" changed"), before, after)
	}
}

func (e *editor) window(prefix string, before, after directory.Window) {
	e.field(prefix+"notBefore", "notBefore changed", moment(before.NotBefore), moment(after.NotBefore))
	e.field(prefix+"notAfter", "notAfter changed", moment(before.NotAfter), moment(after.NotAfter))
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func roleRef(r directory.RoleRef) string {
	if r.Template {
		return "template " + r.Name
	}
	return r.Name
}

// subjects notes the subjects that came and went.
func (e *editor) subjects(before, after []directory.Subject) {
	// A binding may name thousands.
	was, is := map[directory.Subject]bool{}, map[directory.Subject]bool{}
	for _, s := range before {
		was[s] = true
	}
	for _, s := range after {
		is[s] = true
	}
	subject := func(s directory.Subject, i int, gone bool, class Class) {
		edit := Edit{Field: at("spec.subjects", i), Gone: gone, Class: class, Value: s.Name}
		if s.Kind == directory.KindPerson {
			edit.Person = s.Name
		} else {
			edit.Value = "Group " + directory.Key{Namespace: s.Namespace, Name: s.Name}.String()
		}
		e.add(edit)
	}
	for i, s := range before {
		if !is[s] {
			subject(s, i, true, "subject removed")
		}
	}
	for i, s := range after {
		if !was[s] {
			subject(s, i, false, "subject added")
		}
	}
}

func (e *editor) binding(a, b *directory.RoleBinding) {
	e.field("spec.entityRef", "entity changed", a.Entity.String(), b.Entity.String())
	e.field("spec.roleRef", "role changed", roleRef(a.Role), roleRef(b.Role))
	e.subjects(a.Subjects, b.Subjects)
	e.window("spec.", a.Window, b.Window)
	e.silent("spec.reviewBy", "reviewBy changed", !a.ReviewBy.Equal(b.ReviewBy))
	e.silent("spec.justification", "justification changed", a.Justification != b.Justification)
}

func (e *editor) role(a, b *directory.Role) {
	e.field("spec.level", "level changed", a.Level.String(), b.Level.String())
	e.changed("spec.type", "type changed", a.Type, b.Type)
	e.field("spec.entityRef", "entity changed", a.Entity.String(), b.Entity.String())
	e.field("spec.overrides", "overridden role changed", a.Overrides, b.Overrides)
	e.names("spec.permissions", "permission", a.Permissions, b.Permissions)
	e.rules("spec.", a.Requires, b.Requires, a.ExclusiveWith, b.ExclusiveWith)
	e.silent("spec.complements", "complements changed", !slices.Equal(a.Complements, b.Complements))
}

func (e *editor) rules(prefix string, r, s []directory.Requirement, x, y []directory.Exclusion) {
	if !slices.Equal(r, s) {
		e.add(Edit{Field: prefix + "requires", Class: "requires changed"})
	}
	if !slices.Equal(x, y) {
		e.add(Edit{Field: prefix + "exclusiveWith", Class: "exclusiveWith changed"})
	}
}

func (e *editor) override(a, b *directory.PermissionOverride) {
	e.field("spec.person", "person changed", a.Person, b.Person)
	e.field("spec.entityRef", "entity changed", a.Entity.String(), b.Entity.String())
	e.names("spec.permissions", "permission", a.Permissions, b.Permissions)
	e.window("spec.", a.Window, b.Window)
	e.silent("spec.reason", "reason changed", a.Reason != b.Reason)
}

func (e *editor) deny(a, b *directory.SystemDeny) {
	e.subjects(a.Subjects, b.Subjects)
	e.field("spec.everyone", "everyone changed", yes(a.Everyone), yes(b.Everyone))
	e.names("spec.permissions", "permission", a.Permissions, b.Permissions)
	e.changed("spec.scope", "scope changed", a.Scope, b.Scope)
	e.window("spec.", a.Window, b.Window)
	e.silent("spec.reason", "reason changed", a.Reason != b.Reason)
}

func yes(b bool) string {
	if b {
		return "true"
	}
	return ""
}

func (e *editor) entity(a, b *directory.Entity) {
	e.field("spec.parentRef", "parent changed", a.Parent.String(), b.Parent.String())
	e.field("spec.ownership", "ownership changed", a.Ownership.String(), b.Ownership.String())
	e.field("spec.owner", "owner changed", a.Owner, b.Owner)
}

func (e *editor) person(a, b *directory.Person) {
	state := func(suspended bool) string {
		if suspended {
			return "Suspended"
		}
		return "Active"
	}
	e.field("spec.state", "state changed", state(a.Suspended), state(b.Suspended))
	e.silent("spec.username", "username changed", a.Username != b.Username)
	e.labels("spec.attributes", a.Attributes, b.Attributes)
	for i := range e.edits {
		e.edits[i].Person = a.Name
	}
}

func (e *editor) platform(a, b *directory.Platform) {
	people := func(declared bool) string {
		if declared {
			return "Declared"
		}
		return "Any"
	}
	e.field("spec.people", "people changed", people(a.DeclaredPeople), people(b.DeclaredPeople))
	e.changed("spec.roleRules", "roleRules changed", a.RoleRules, b.RoleRules)
	e.silent("spec.administrators", "administrators changed", !slices.Equal(a.Administrators, b.Administrators))
	e.silent("spec.trustedAppliers", "trustedAppliers changed", !slices.Equal(a.TrustedAppliers, b.TrustedAppliers))
	e.silent("spec", "settings changed", a.MatchNames != b.MatchNames || a.OpenGroups != b.OpenGroups || a.StaffSubgroups != b.StaffSubgroups)
}
