package admission

import (
	"fmt"
	"slices"
	"strings"
	"time"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/catalogue"
	"provost.dev/provost/internal/directory"
)

// mostWarnings and mostNames keep what a request answers readable; API servers
// cut long warnings off.
const (
	mostWarnings = 10
	mostNames    = 5
)

// adviser says what of a change will not take effect, and why.
type adviser struct {
	before        *directory.Snapshot
	after         *directory.Snapshot
	request       *request
	now           time.Time
	justification provostv1.JustificationPolicy

	out []string
}

func (a *adviser) say(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(a.out, text) {
		a.out = append(a.out, text)
	}
}

// warnings are what to tell of a change that is allowed.
func (a *adviser) warnings() []string {
	a.putBack()
	if a.request.is != nil {
		a.after, _ = a.before.With(directory.Upsert(a.request.is))
		switch r := a.request.is.(type) {
		case *directory.Entity:
			a.entity(r)
		case *directory.Role:
			a.role(r)
		case *directory.RoleTemplate:
			a.template(r)
		case *directory.RoleBinding:
			a.binding(r)
		case *directory.PermissionOverride:
			a.override(r)
		case *directory.SystemDeny:
			a.deny(r)
		case *directory.Group:
			a.group(r)
		case *directory.Person:
			a.person(r)
		case *directory.Platform:
			a.platform(r)
		}
	}
	if more := len(a.out) - mostWarnings; more > 0 {
		a.out = append(a.out[:mostWarnings], fmt.Sprintf("and %d more: see the conditions of the object", more))
	}
	return a.out
}

// putBack tells somebody at a keyboard that a GitSync owns the object (rule R31).
func (a *adviser) putBack() {
	o := a.request.before
	if o == nil || strings.HasPrefix(a.request.UserInfo.Username, "system:serviceaccount:") {
		return
	}
	if owner := o.GetLabels()[provostv1.GitSyncLabel]; owner != "" {
		a.say("the GitSync %s keeps this object as its repository has it and will put it back: change it there", strings.Replace(owner, ".", "/", 1))
	}
}

func (a *adviser) entity(e *directory.Entity) {
	f := a.after.Entity(e.Key, a.now)
	switch f.ParentState {
	case directory.ParentNotFound:
		a.say("%s does not exist yet: until it does, %s stands without a parent", entityName(f.Parent), entityName(e.Key))
	case directory.ParentInvalid:
		a.say("a %s does not stand below a %s: the parent has no effect", e.Key.Level, f.Parent.Level)
	}
	if f.Ownership == directory.OwnershipPrivate {
		if _, ok := a.after.Record(directory.ID{Kind: directory.KindPerson, Name: f.Owner}); !ok {
			a.say("the owner %s has no Person object, and so no authority", f.Owner)
		}
	}
}

func (a *adviser) role(r *directory.Role) {
	f := a.after.Role(r.Key, a.now)
	a.unknown(f.Unknown, r.Level.String())
	switch {
	case f.Problem == directory.RoleInvalid:
		a.say("the role is of level %s and its entity is not: it has no effect", r.Level)
	case f.Problem != directory.RoleOK:
		a.say("there is no system role %s of level %s: nothing is overridden", r.Overrides, r.Level)
	case !f.EntityFound:
		a.say("%s does not exist yet: until it does, the role has no effect", entityName(r.Entity.In(r.Key.Namespace)))
	}
	if len(f.Conflicts) > 0 {
		a.say("%s is overridden there by %s too: what all of them allow is in effect", r.Overrides, names(f.Conflicts, keyName))
	}
	if len(f.UnknownRules) > 0 {
		a.say("no such roles to require or exclude: %s", names(f.UnknownRules, itself))
	}
}

func (a *adviser) template(r *directory.RoleTemplate) {
	if f := a.after.Template(r.Key, a.now); len(f.Unknown) > 0 {
		a.say("no such roles yet: %s: until they exist, the template gives the others only", names(f.Unknown, itself))
	}
}

func (a *adviser) binding(r *directory.RoleBinding) {
	f, ok := a.after.Binding(r.Key)
	if !ok {
		return
	}
	a.grant("", f, r.Role)
	if len(f.MissingGroups) > 0 {
		a.say("no such groups yet: %s: until they exist, the other subjects alone get the role", names(f.MissingGroups, directory.Key.String))
	}
	a.undeclared(f.Undeclared)
	a.withheld(r, f)
	a.justify()
}

// grant warns about what a RoleBinding or, named by its beginning, an enrolment gives.
func (a *adviser) grant(beginning string, f directory.GrantFacts, ref directory.RoleRef) {
	switch {
	case !f.Window.NotAfter.IsZero() && !a.now.Before(f.Window.NotAfter):
		a.say("%sended at %s: it grants nothing", beginning, f.Window.NotAfter.UTC().Format(time.RFC3339))
		return
	case !f.EntityFound:
		a.say("%s%s does not exist yet: until it does, nothing is granted", beginning, entityName(f.Entity))
		return
	case ref.Template && !f.TemplateFound:
		a.say("%sthere is no template %s yet: until there is, nothing is granted", beginning, ref.Name)
	case ref.Template && len(f.Roles) == 0:
		a.say("%sno role of template %s is of level %s: nothing is granted", beginning, ref.Name, f.Entity.Level)
	}
	for _, r := range f.Roles {
		switch r.Problem {
		case directory.RoleOK:
		case directory.RoleNotFound:
			a.say("%sthere is no role %s yet: until there is, it grants nothing", beginning, r.Name)
		case directory.RoleWrongLevel:
			a.say("%sthe role %s is not of level %s: it grants nothing there", beginning, r.Name, f.Entity.Level)
		case directory.RoleOfAnotherEntity:
			a.say("%sthe role %s belongs to %s: it grants nothing elsewhere", beginning, r.Name, entityName(r.Elsewhere))
		case directory.RoleNotBindable:
			a.say("%s%s is an Override, which takes effect by itself: bind the system role that it overrides", beginning, r.Name)
		default:
			a.say("%sthe role %s does not agree with its own entity: it grants nothing", beginning, r.Name)
		}
	}
}

// withheld warns about role rules that keep a binding from giving the people
// whom it names what it says, or that take another role from them (rule R6).
func (a *adviser) withheld(r *directory.RoleBinding, f directory.GrantFacts) {
	for _, s := range r.Subjects {
		if s.Kind != directory.KindPerson || len(a.out) >= mostWarnings || !f.Window.Contains(a.now) {
			continue
		}
		before := a.before.Access(s.Name, f.Entity, a.now).Roles
		for _, h := range a.after.Access(s.Name, f.Entity, a.now).Roles {
			already := slices.ContainsFunc(before, func(b directory.HeldRole) bool { return b.Role == h.Role && b.Withheld })
			if h.Withheld && !already {
				a.say("role %s is withheld from %s: it %s", h.Role.Name, s.Name, rules(h.Unmet))
			}
		}
	}
}

func rules(unmet []directory.UnmetRule) string {
	var parts []string
	for _, u := range unmet {
		switch {
		case u.Enforcement != directory.Deny:
		case u.Excludes != "":
			parts = append(parts, "excludes "+u.Excludes)
		case u.AtParent:
			parts = append(parts, "requires "+u.Requires+" at the parent")
		default:
			parts = append(parts, "requires "+u.Requires)
		}
	}
	return strings.Join(parts, " and ")
}

func (a *adviser) override(r *directory.PermissionOverride) {
	f, ok := a.after.Override(r.Key, a.now)
	if !ok {
		return
	}
	switch {
	case !r.Window.NotAfter.IsZero() && !a.now.Before(r.Window.NotAfter):
		a.say("ended at %s: it replaces nothing", r.Window.NotAfter.UTC().Format(time.RFC3339))
	case !f.EntityFound:
		a.say("%s does not exist yet: until it does, there is nothing to replace", entityName(f.Entity))
	}
	a.unknown(f.Unknown, r.Entity.Level.String())
	if len(f.Conflicts) > 0 {
		a.say("%s has further PermissionOverrides there (%s): what all of them allow is in effect", r.Person, names(f.Conflicts, keyName))
	}
	if f.Standing == directory.StandingUndeclared {
		a.undeclared([]string{r.Person})
	}
}

func (a *adviser) deny(r *directory.SystemDeny) {
	f, ok := a.after.Deny(r.Name)
	if !ok {
		return
	}
	a.unknown(f.Unknown, "any level")
	if !f.EntityFound {
		a.say("%s does not exist yet: the deny covers what names it as its parent", entityName(*r.Scope.Entity))
	}
	if len(f.MissingGroups) > 0 {
		a.say("no such groups yet: %s: until they exist, their members are not denied", names(f.MissingGroups, directory.Key.String))
	}
	a.undeclared(f.Undeclared)
}

func (a *adviser) person(r *directory.Person) {
	if r.Username == "" {
		return
	}
	if people := a.after.PeopleOfUser(r.Username); len(people) > 1 {
		a.say("the user name %q is that of %s: none of them has any authority until all but one have another", r.Username, names(people, itself))
	}
}

func (a *adviser) platform(r *directory.Platform) {
	if len(r.Administrators)+len(r.TrustedAppliers) == 0 {
		a.say("without administrators and trustedAppliers, nobody but the manager's own GitSyncs can change the Platform, people and denies from now on")
	}
	for _, rule := range r.RoleRules {
		if catalogue.SystemRole(rule.Role) == nil {
			a.say("there is no system role %s: the rules for it have no effect", rule.Role)
		}
	}
}

func (a *adviser) unknown(ids []string, level string) {
	if len(ids) > 0 {
		a.say("unknown permissions of %s: %s: they count as not listed", level, names(ids, itself))
	}
}

func (a *adviser) undeclared(people []string) {
	if len(people) > 0 {
		a.say("the Platform wants people to be declared, and these have no Person object and so no permission: %s", names(people, itself))
	}
}

// justify warns of grants without the justification that the Platform asks for (rule R31).
func (a *adviser) justify() {
	if a.justification != provostv1.JustificationWarn && a.justification != provostv1.JustificationRequired {
		return
	}
	for _, what := range grantsWithout(a.request.after) {
		a.say("%s has no justification, which the Platform asks for (justification: %s)", what, a.justification)
	}
}

func entityName(e directory.EntityKey) string {
	return strings.ToLower(e.Level.String()) + " " + e.Name
}

func keyName(k directory.Key) string { return k.Name }

func itself(s string) string { return s }

// names lists the first of many.
func names[T any](all []T, name func(T) string) string {
	var out []string
	for _, x := range all[:min(len(all), mostNames)] {
		out = append(out, name(x))
	}
	if more := len(all) - mostNames; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(out, ", "), more)
	}
	return strings.Join(out, ", ")
}
