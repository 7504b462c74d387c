package findings

import (
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

func (a *finder) entity(e *directory.Entity) {
	f := a.Snapshot.Entity(e.Key, a.Now)
	switch f.ParentState {
	case directory.ParentNotFound:
		a.missing(f.Parent.ID(), "spec.parentRef", "%s does not exist yet: until it does, %s stands without a parent", EntityName(f.Parent),
			EntityName(e.Key))
	case directory.ParentInvalid:
		a.say(ParentNotInEffect, "spec.parentRef", "a %s does not stand below a %s: the parent has no effect", e.Key.Level, f.Parent.Level)
	}
	if f.Ownership == directory.OwnershipPrivate {
		if _, ok := a.Snapshot.Record(directory.ID{Kind: directory.KindPerson, Name: f.Owner}); !ok {
			a.say(UndeclaredPerson, "spec.owner", "the owner %s has no Person object, and so no authority", f.Owner)
		}
	}
}

func (a *finder) role(r *directory.Role) {
	f := a.Snapshot.Role(r.Key, a.Now)
	a.unknown(f.Unknown, r.Permissions, r.Level.String())
	switch {
	case f.Problem == directory.RoleInvalid:
		a.say(WrongLevel, "spec.level", "the role is of level %s and its entity is not: it has no effect", r.Level)
	case f.Problem != directory.RoleOK:
		a.missing(roleID("", r.Overrides), "spec.overrides", "there is no system role %s of level %s: nothing is overridden", r.Overrides,
			r.Level)
	case !f.EntityFound:
		e := r.Entity.In(r.Key.Namespace)
		a.missing(e.ID(), "spec.entityRef", "%s does not exist yet: until it does, the role has no effect", EntityName(e))
	}
	if len(f.Conflicts) > 0 {
		a.say(Conflict, "spec.overrides", "%s is overridden there by %s too: what all of them allow is in effect", r.Overrides,
			Names(f.Conflicts, keyName))
	}
	each(a, f.UnknownRules, itself, func(names, first string) {
		field := at("spec.requires", slices.IndexFunc(r.Requires, func(q directory.Requirement) bool { return q.Role == first }))
		if i := slices.IndexFunc(r.ExclusiveWith, func(x directory.Exclusion) bool { return x.Role == first }); i >= 0 &&
			field == "spec.requires" {
			field = at("spec.exclusiveWith", i)
		}
		a.missing(roleID(r.Key.Namespace, first), field, "no such roles to require or exclude: %s", names)
	})
}

func (a *finder) template(r *directory.RoleTemplate) {
	f := a.Snapshot.Template(r.Key, a.Now)
	each(a, f.Unknown, itself, func(names, first string) {
		a.missing(roleID(r.Key.Namespace, first), at("spec.roles", slices.Index(r.Roles, first)),
			"no such roles yet: %s: until they exist, the template gives the others only", names)
	})
}

func (a *finder) group(r *directory.Group) {
	f := a.Snapshot.Group(r.Key)
	switch f.ParentState {
	case directory.ParentNotFound:
		a.missing(groupID(r.Parent), "spec.parentRef", "group %s does not exist yet: until it does, this is a top-level group", r.Parent)
	case directory.ParentNotAllowed:
		a.say(ParentNotInEffect, "spec.parentRef", "group %s admits no groups of namespace %s (spec.allowedSubgroups): this is a top-level group",
			r.Parent, r.Key.Namespace)
	}
	if len(f.Cycle) > 0 {
		a.say(GroupCycle, "spec.parentRef",
			"the parents form a cycle (%s): the groups on it and below have only the members that they declare themselves", cycle(f.Cycle))
	}
	for i, g := range f.Enrolments {
		if i < len(r.Enrolments) {
			a.grant("enrolment "+r.Enrolments[i].Name+": ", at("spec.enrolments", i), g, r.Enrolments[i].Role)
		}
	}
	index := map[string]int{}
	if len(f.Undeclared) > 0 {
		for i, m := range r.Members {
			index[m.Name] = i
		}
	}
	a.undeclared(f.Undeclared, func(p string) string { return at("spec.members", index[p]) })
	a.justify(r)
}

func cycle(keys []directory.Key) string {
	around := append(slices.Clone(keys), keys[0])
	parts := make([]string, 0, len(around))
	for _, k := range around {
		parts = append(parts, k.String())
	}
	return strings.Join(parts, " > ")
}

func (a *finder) person(r *directory.Person) {
	if r.Username == "" {
		return
	}
	if people := a.Snapshot.PeopleOfUser(r.Username); len(people) > 1 {
		a.say(AmbiguousUsername, "spec.username", "the user name %q is that of %s: none of them has any authority until all but one have another",
			r.Username, Names(people, itself))
	}
}

func (a *finder) platform(r *directory.Platform) {
	if len(r.Administrators)+len(r.TrustedAppliers) == 0 {
		a.say(NobodyTrusted, "spec", "without administrators and trustedAppliers, nobody but the manager's own GitSyncs can change the "+
			"Platform, people and denies from now on")
	}
	for i, rule := range r.RoleRules {
		if catalogue.SystemRole(rule.Role) == nil {
			a.missing(roleID("", rule.Role), at("spec.roleRules", i)+".role", "there is no system role %s: the rules for it have no effect",
				rule.Role)
		}
	}
}

// Unmet says in words which rules of a role are unmet that withhold it (rule R6).
func Unmet(rules []directory.UnmetRule, enforcement directory.Enforcement) string {
	var parts []string
	for _, u := range rules {
		switch {
		case u.Enforcement != enforcement:
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

// SystemRole says why nobody declares a Role of type System (rule R25).
func SystemRole() string {
	return "the type System is for the roles of the release, which the manager shows in " + directory.SystemNamespace +
		": make it Custom, for a role of one entity, or Override, to change there what a system role allows"
}

// Written says why nobody declares an object of a kind that the manager writes.
func Written(kind string) string {
	return fmt.Sprintf("%s are what the manager works out of everything else: change the RoleBindings, groups and overrides that they name "+
		"as sources", kind)
}
