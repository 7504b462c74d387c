package findings

import (
	"fmt"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

func (a *finder) binding(r *directory.RoleBinding) {
	f, ok := a.Snapshot.Binding(r.Key)
	if !ok {
		return
	}
	a.grant("", "spec", f, r.Role)
	subject := func(s directory.Subject) string { return at("spec.subjects", slices.Index(r.Subjects, s)) }
	each(a, f.MissingGroups, directory.Key.String, func(names string, k directory.Key) {
		a.missing(groupID(k), subject(directory.GroupSubject(k)),
			"no such groups yet: %s: until they exist, the other subjects alone get the role", names)
	})
	a.undeclared(f.Undeclared, func(p string) string { return subject(directory.PersonSubject(p)) })
	a.justify(r)
}

// grant is about what a RoleBinding or, named by its beginning, an enrolment gives.
// The field is the one that holds entityRef and roleRef.
func (a *finder) grant(beginning, field string, f directory.GrantStatus, ref directory.RoleRef) {
	roleRef := field + ".roleRef"
	switch {
	case !f.Window.NotAfter.IsZero() && !a.Now.Before(f.Window.NotAfter):
		a.say(Expired, field+".notAfter", "%sended at %s: it grants nothing", beginning, f.Window.NotAfter.UTC().Format(time.RFC3339))
		return
	case !f.EntityFound:
		a.missing(f.Entity.ID(), field+".entityRef", "%s%s does not exist yet: until it does, nothing is granted", beginning,
			EntityName(f.Entity))
		return
	case ref.Template && !f.TemplateFound:
		id := directory.ID{Kind: directory.KindRoleTemplate, Namespace: f.Entity.Namespace, Name: ref.Name}
		a.missing(id, roleRef, "%sthere is no template %s yet: until there is, nothing is granted", beginning, ref.Name)
	case ref.Template && len(f.Roles) == 0:
		a.say(EmptyTemplate, roleRef, "%sno role of template %s is of level %s: nothing is granted", beginning, ref.Name, f.Entity.Level)
	}
	for _, r := range f.Roles {
		switch r.Problem {
		case directory.RoleOK:
		case directory.RoleNotFound:
			a.missing(roleID(f.Entity.Namespace, r.Name), roleRef, "%sthere is no role %s yet: until there is, it grants nothing", beginning, r.Name)
		case directory.RoleWrongLevel:
			a.say(WrongLevel, roleRef, "%sthe role %s is not of level %s: it grants nothing there", beginning, r.Name, f.Entity.Level)
		case directory.RoleOfAnotherEntity:
			a.say(CustomRoleElsewhere, roleRef, "%sthe role %s belongs to %s: it grants nothing elsewhere", beginning, r.Name,
				EntityName(r.Elsewhere))
		case directory.RoleNotBindable:
			a.say(OverrideBound, roleRef, "%s%s is an Override, which takes effect by itself: bind the system role that it overrides", beginning,
				r.Name)
		default:
			a.say(WrongLevel, roleRef, "%sthe role %s does not agree with its own entity: it grants nothing", beginning, r.Name)
		}
	}
}

func (a *finder) override(r *directory.PermissionOverride) {
	f, ok := a.Snapshot.Override(r.Key, a.Now)
	if !ok {
		return
	}
	switch {
	case !r.Window.NotAfter.IsZero() && !a.Now.Before(r.Window.NotAfter):
		a.say(Expired, "spec.notAfter", "ended at %s: it replaces nothing", r.Window.NotAfter.UTC().Format(time.RFC3339))
	case !f.EntityFound:
		a.missing(f.Entity.ID(), "spec.entityRef", "%s does not exist yet: until it does, there is nothing to replace", EntityName(f.Entity))
	}
	a.unknown(f.Unknown, r.Permissions, r.Entity.Level.String())
	if len(f.Conflicts) > 0 {
		a.say(Conflict, "spec.person", "%s has further PermissionOverrides there (%s): what all of them allow is in effect", r.Person,
			Names(f.Conflicts, keyName))
	}
	if f.SubjectState == directory.SubjectUndeclared {
		a.undeclared([]string{r.Person}, func(string) string { return "spec.person" })
	}
}

func (a *finder) unknown(ids, listed []string, level string) {
	each(a, ids, itself, func(names, id string) {
		a.add(Finding{
			Rule: UnknownPermission, Field: at("spec.permissions", slices.Index(listed, id)), Permission: id,
			Message: fmt.Sprintf("unknown permissions of %s: %s: they count as not listed", level, names),
		})
	})
}

func (a *finder) undeclared(people []string, field func(string) string) {
	each(a, people, itself, func(names, first string) {
		a.say(UndeclaredPerson, field(first),
			"the Platform wants people to be declared, and these have no Person object and so no permission: %s", names)
	})
}

// justify is about grants without the justification that the Platform asks for (rule R31).
func (a *finder) justify(r directory.Record) {
	if a.Justification != "Warn" && a.Justification != "Required" {
		return
	}
	for _, g := range Unjustified(r) {
		a.say(MissingJustification, g.Field, "%s has no justification, which the Platform asks for (justification: %s)", g.Name, a.Justification)
	}
}

// Grant is one grant of a record.
type Grant struct {
	// Name is the grant in words, and Field where it stands.
	Name, Field string
}

// Unjustified are the grants of a record that have no justification (rule R31).
func Unjustified(r directory.Record) []Grant {
	var out []Grant
	switch r := r.(type) {
	case *directory.RoleBinding:
		if r.Justification == "" {
			out = append(out, Grant{Name: "the binding", Field: "spec"})
		}
	case *directory.Group:
		for i, e := range r.Enrolments {
			if e.Justification == "" {
				out = append(out, Grant{Name: "the enrolment " + e.Name, Field: at("spec.enrolments", i)})
			}
		}
	}
	return out
}
