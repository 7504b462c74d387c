package findings

import (
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

func (c *collector) role(r *directory.Role) {
	f := c.Snapshot.Role(r.Key, c.Now)
	switch {
	case f.Problem == directory.RoleInvalid:
		c.add(RoleLevel(r.Level, r.Entity.In(r.Key.Namespace)))
	case f.Problem != directory.RoleOK:
		c.add(NotSystemRole(r.Overrides, r.Level))
	}
	c.unknown(f.Unknown, r.Permissions, "the level "+r.Level.String()+" has no such permissions", "count")
	if f.Problem == directory.RoleOK && !f.EntityFound {
		c.add(noEntity(r.Entity.In(r.Key.Namespace), "the role has no effect", "spec.entityRef").at("spec.entityRef"))
	}
	if len(f.Conflicts) > 0 {
		c.add(Finding{
			Rule: Conflict, Reason: "Conflict", Field: "spec.overrides", named: true,
			Message: fmt.Sprintf("%s is overridden at this entity by %s too: what all of them allow is in effect",
				r.Overrides, Names(f.Conflicts, keyName)),
			Remedy: "delete all but one",
		})
	}
	each(c, f.UnknownRules, func(some []string) Finding {
		return Finding{
			Rule: DanglingReference, Reason: "RoleNotFound", Waits: true, Missing: roleID(r.Key.Namespace, some[0]),
			Field:   ruleField(r, some[0]),
			Message: missing("role", some, itself) + " there, so that nobody can hold what the rules of this role name",
			Remedy:  "create what is missing, or correct spec.requires and spec.exclusiveWith",
		}
	})
}

// ruleField is where a rule of a role names another one.
func ruleField(r *directory.Role, other string) string {
	if i := slices.IndexFunc(r.Requires, func(q directory.Requirement) bool { return q.Role == other }); i >= 0 {
		return at("spec.requires", i)
	}
	if i := slices.IndexFunc(r.ExclusiveWith, func(x directory.Exclusion) bool { return x.Role == other }); i >= 0 {
		return at("spec.exclusiveWith", i)
	}
	return "spec.requires"
}

// RoleLevel says that a role is of a level above its entity's (rules R4, R35).
func RoleLevel(l catalogue.Level, e directory.EntityKey) Finding {
	return Finding{
		Rule: WrongLevel, Reason: "Invalid", Field: "spec.level",
		Message: fmt.Sprintf("the role is of the level %s, which does not stand at or below its entity, %s: it has no effect", l, EntityName(e)),
		Remedy:  "make spec.entityRef.kind the same as spec.level, or a level above it",
	}
}

// NotSystemRole says that an Override names no system role of its level (rule R4).
func NotSystemRole(name string, l catalogue.Level) Finding {
	return Finding{
		Rule: DanglingReference, Reason: "NotSystemRole", Field: "spec.overrides", Missing: roleID("", name),
		Message: fmt.Sprintf("there is no system role %s of the level %s: nothing is replaced", name, l),
		Remedy:  "correct spec.overrides",
	}
}

// SystemRole says why nobody declares a Role of type System (rule R25).
func SystemRole() Finding {
	return Finding{
		Rule: DeclaredSystemRole, Reason: "Invalid", Field: "spec.type",
		Message: "the type System is for the roles of the release, which the manager shows in " + directory.SystemNamespace,
		Remedy:  "make it Custom, for a role of one entity or of those below it, or Override, to change there what a system role allows",
	}
}

// Written says why nobody declares an object of a kind that the manager writes.
func Written(kind string) Finding {
	return Finding{
		Rule:    WrittenKind,
		Message: kind + " are what the manager works out of everything else",
		Remedy:  "change the RoleBindings, groups and overrides that they name as sources",
	}
}

func (c *collector) template(r *directory.RoleTemplate) {
	f := c.Snapshot.Template(r.Key, c.Now)
	each(c, f.Unknown, func(some []string) Finding {
		return Finding{
			Rule: DanglingReference, Reason: "RoleNotFound", Waits: true, Missing: roleID(r.Key.Namespace, some[0]),
			Field:   at("spec.roles", slices.Index(r.Roles, some[0])),
			Message: missing("role", some, itself) + ": " + until(some) + ", the template gives only the others",
			Remedy:  "create what is missing, or correct spec.roles",
		}
	})
}

// Unmet says in words which rules of a role are unmet (rule R6): those of an enforcement.
func Unmet(rules []directory.UnmetRule, enforcement directory.Enforcement) string {
	var parts []string
	for _, u := range rules {
		if u.Enforcement == enforcement {
			parts = append(parts, UnmetRule(u, "the parent"))
		}
	}
	return strings.Join(parts, " and ")
}

// UnmetRule says in words which rule of a role is unmet (rule R6): it "requires campus-member at the parent".
func UnmetRule(u directory.UnmetRule, parent string) string {
	switch {
	case u.Excludes != "":
		return "excludes " + u.Excludes
	case u.AtParent:
		return "requires " + u.Requires + " at " + parent
	default:
		return "requires " + u.Requires
	}
}
