package findings

import (
	"fmt"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

func (c *collector) binding(r *directory.RoleBinding) {
	f, ok := c.Snapshot.Binding(r.Key, c.Now)
	if !ok {
		return
	}
	over := c.grant("", "spec", f, r.Role)
	subject := func(s directory.Subject) string { return at("spec.subjects", slices.Index(r.Subjects, s)) }
	each(c, f.MissingGroups, func(some []directory.Key) Finding {
		return noGroups(some, "only the other subjects get the role", "spec.subjects").at(subject(directory.GroupSubject(some[0])))
	})
	c.undeclared(f.Undeclared, func(p string) string { return subject(directory.PersonSubject(p)) })
	if !over {
		c.limit("the binding", "spec.notAfter", f.Window, f.Level(), f.Permissions)
		c.justify(c.Snapshot.Dated(r))
		c.review(c.Snapshot.Dated(r))
	}
}

// grant is about what a RoleBinding or, named by its beginning, an enrolment gives, and says whether that is over.
// The field is the one that holds entityRef and roleRef.
func (c *collector) grant(beginning, field string, f directory.GrantStatus, ref directory.RoleRef) (over bool) {
	say := func(name string, x Finding) {
		x.Message, x.named = beginning+x.Message, x.named && beginning == ""
		c.add(x.at(field + "." + name))
	}
	if f.TermProblem != directory.TermOK {
		say("termRef", noTerm(f.Term, f.TermProblem, "it grants nothing"))
	}
	if Over(f.Window, c.Now) {
		at, x := "notAfter", ended(f.Window.NotAfter, "it grants nothing")
		if f.Term.Name != "" && c.Snapshot.Term(f.Term).Window.NotAfter.Equal(f.Window.NotAfter) {
			at, x.Remedy = "termRef", "delete it, or name another term"
		}
		say(at, x)
		return true
	}
	if f.Selects != nil {
		selected(f, say)
	} else if !f.EntityFound {
		say("entityRef", noEntity(f.Entity, "nothing is granted", "entityRef"))
	}
	at := f.Entity
	at.Level = f.Level()
	switch {
	case ref.Template && !f.TemplateFound:
		say("roleRef", noTemplate(at.Namespace, ref.Name))
	case ref.Template && len(f.Roles) == 0:
		say("roleRef", emptyTemplate(ref.Name, at))
	}
	for _, r := range f.Roles {
		if r.Problem != directory.RoleOK {
			say("roleRef", RoleProblem(r, at))
		}
	}
	return false
}

// RoleProblem says why a reference to a role gives nothing at an entity (rule R4), or, where it has no name, at all that is
// selected of its level (rule R34).
func RoleProblem(r directory.RoleResolution, e directory.EntityKey) Finding {
	const nothing = ": nothing is granted through it"
	if e.Name == "" && r.Problem == directory.RoleOfAnotherEntity {
		return Finding{
			Rule: CustomRoleElsewhere, Reason: "RoleNotFound", Waits: true,
			Message: fmt.Sprintf("the role %s belongs to %s, which is not among what is selected%s", r.Name, EntityName(r.Elsewhere), nothing),
			Remedy:  "name a system role, or correct roleRef",
		}
	}
	switch r.Problem {
	case directory.RoleWrongLevel:
		return Finding{
			Rule: WrongLevel, Reason: "WrongLevel",
			Message: fmt.Sprintf("the role %s is not of the level %s%s", r.Name, e.Level, nothing),
			Remedy:  fmt.Sprintf("name a role of the level %s, or another entity", e.Level),
		}
	case directory.RoleOfAnotherEntity:
		return Finding{
			Rule: CustomRoleElsewhere, Reason: "RoleNotFound", Waits: true,
			Message: fmt.Sprintf("the role %s belongs to %s and counts only %s%s", r.Name, EntityName(r.Elsewhere), counts(r, e), nothing),
			Remedy:  fmt.Sprintf("create a role of its own for %s, or correct roleRef", EntityName(e)),
		}
	case directory.RoleNotBindable:
		return Finding{
			Rule: OverrideBound, Reason: "Invalid", named: true,
			Message: fmt.Sprintf("%s is an Override, which takes effect by itself%s", r.Name, nothing),
			Remedy:  "name the system role that it overrides",
		}
	case directory.RoleInvalid:
		return Finding{
			Rule: WrongLevel, Reason: "Invalid",
			Message: fmt.Sprintf("the role %s does not agree with its own entity%s", r.Name, nothing),
			Remedy:  "see the conditions of the role",
		}
	case directory.RoleTemplateNotFound:
		return noTemplate(e.Namespace, r.Name)
	}
	return Finding{
		Rule: DanglingReference, Reason: "RoleNotFound", Waits: true, Missing: roleID(e.Namespace, r.Name),
		Message: fmt.Sprintf("there is no system role %s and no Custom role of that name in the namespace %s%s", r.Name, e.Namespace, nothing),
		Remedy:  "create the role, or correct roleRef",
	}
}

// counts is where a Custom role can be given.
func counts(r directory.RoleResolution, e directory.EntityKey) string {
	if r.Elsewhere.Level < r.Level {
		return fmt.Sprintf("for what is of the level %s below it and belongs to the same organisation, as %s does not", r.Level, EntityName(e))
	}
	return "there"
}

// Over says that a window has closed (rule R7). One that is never open, because of the term that it names, does not close.
func Over(w directory.Window, now time.Time) bool {
	return w != directory.Never && !w.NotAfter.IsZero() && !now.Before(w.NotAfter)
}

func ended(at time.Time, consequence string) Finding {
	return Finding{
		Rule: Expired, Reason: "Expired", Message: Ended(at) + ": " + consequence, Remedy: "delete it, or set a later notAfter",
	}
}

// noEntity says that an entity does not exist, and what is so until it does (rule R7).
func noEntity(e directory.EntityKey, consequence, field string) Finding {
	return Finding{
		Rule: DanglingReference, Reason: "EntityNotFound", Waits: true, Missing: e.ID(),
		Message: fmt.Sprintf("%s does not exist: until it does, %s", EntityName(e), consequence),
		Remedy:  "create it, or correct " + field,
	}
}

func noTemplate(namespace, name string) Finding {
	return Finding{
		Rule: DanglingReference, Reason: "RoleTemplateNotFound", Waits: true,
		Missing: directory.ID{Kind: directory.KindRoleTemplate, Namespace: namespace, Name: name},
		Message: fmt.Sprintf("there is no RoleTemplate %s in the namespace %s or in %s: until there is, nothing is granted",
			name, namespace, directory.SystemNamespace),
		Remedy: "create it, or correct roleRef",
	}
}

func emptyTemplate(name string, e directory.EntityKey) Finding {
	return Finding{
		Rule: EmptyTemplate, Reason: "WrongLevel",
		Message: fmt.Sprintf("no role of the RoleTemplate %s is of the level %s: nothing is granted", name, e.Level),
		Remedy:  "add one to the template, or name another template or entity",
	}
}

func noGroups(some []directory.Key, consequence, field string) Finding {
	return Finding{
		Rule: DanglingReference, Reason: "GroupNotFound", Waits: true, Missing: some[0].GroupID(),
		Message: missing("group", some, directory.Key.String) + ": " + until(some) + ", " + consequence,
		Remedy:  "create what is missing, or correct " + field,
	}
}

func (c *collector) override(r *directory.PermissionOverride) {
	f, ok := c.Snapshot.Override(r.Key, c.Now)
	if !ok {
		return
	}
	switch {
	case Over(r.Window, c.Now):
		c.add(ended(r.Window.NotAfter, "it replaces nothing").at("spec.notAfter"))
	case !f.EntityFound:
		c.add(noEntity(f.Entity, "there is nothing to replace", "spec.entityRef").at("spec.entityRef"))
	}
	c.limit("the override", "spec.notAfter", r.Window, r.Entity.Level, f.Permissions)
	if f.SubjectState == directory.SubjectUndeclared {
		x := Undeclared([]string{r.Person}).at("spec.person")
		x.Reason, x.Waits = "PersonNotDeclared", true // there is nobody else whom it could concern
		c.add(x)
	}
	c.unknown(f.Unknown, r.Permissions, "the level "+r.Entity.Level.String()+" has no such permissions", "count")
	if len(f.Conflicts) > 0 {
		c.add(Finding{
			Rule: Conflict, Reason: "Conflict", Field: "spec.person", named: true,
			Message: fmt.Sprintf("%s has further PermissionOverrides at this entity (%s): what all of them allow is in effect",
				r.Person, Names(f.Conflicts, keyName)),
			Remedy: "delete all but one",
		})
	}
}

// unknown is about permissions that a level, or any, does not have; the others do something.
func (c *collector) unknown(ids, listed []string, what, others string) {
	each(c, ids, func(some []string) Finding {
		return Finding{
			Rule: UnknownPermission, Reason: "UnknownPermission",
			Field: at("spec.permissions", slices.Index(listed, some[0])), Permission: some[0],
			Message: fmt.Sprintf("%s (%s): the others %s", what, List(some), others),
			Remedy:  "correct spec.permissions",
		}
	})
}

func (c *collector) undeclared(people []string, field func(string) string) {
	each(c, people, func(some []string) Finding { return Undeclared(some).at(field(some[0])) })
}

// Undeclared says that people are named who have no Person, where they must (rule R11).
func Undeclared(people []string) Finding {
	return Finding{
		Rule: UndeclaredPerson, Reason: "NotDeclared", named: true,
		Message: fmt.Sprintf("%s %s no Person object, which the Platform asks for (people: Declared), and so no permission",
			List(people), have(people)),
		Remedy: "declare the Person, or correct the name",
	}
}

// Suspended says what it means that somebody is suspended (rule R11).
func Suspended(who string) Finding {
	return Finding{
		Rule: SuspendedPerson, Reason: "Suspended", named: true,
		Message: who + " is suspended and has no permission anywhere",
		Remedy:  "set spec.state of the Person to Active to give everything back",
	}
}
