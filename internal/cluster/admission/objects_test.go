package admission_test

import (
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

type fields = map[string]any

// object is a record as the API object that declares it.
func object(r directory.Record) *unstructured.Unstructured {
	id := r.ID()
	u := &unstructured.Unstructured{Object: fields{"spec": spec(r)}}
	u.SetAPIVersion(provostv1.GroupVersion.String())
	u.SetKind(string(id.Kind))
	u.SetNamespace(id.Namespace)
	u.SetName(id.Name)
	return u
}

func spec(r directory.Record) fields {
	switch r := r.(type) {
	case *directory.Entity:
		return without(fields{
			"parentRef": entityRef(r.Parent), "owner": r.Owner, "termRef": termRef(r.Term, r.Key.Namespace),
			"ownership": r.Ownership.String(), "visibility": r.Visibility.String(), "attributes": attributes(r.Attributes),
		})
	case *directory.Person:
		return without(fields{"username": r.Username, "attributes": attributes(r.Attributes), "state": choose(r.Suspended, "Suspended", "Active")})
	case *directory.Role:
		return without(fields{
			"level": r.Level.String(), "type": choose(r.Type == directory.RoleOverride, "Override", "Custom"), "entityRef": entityRef(r.Entity),
			"overrides": r.Overrides, "permissions": texts(r.Permissions), "requires": requirements(r.Requires),
			"exclusiveWith": exclusions(r.ExclusiveWith),
		})
	case *directory.RoleTemplate:
		return fields{"roles": each(r.Roles, func(name string) any { return fields{"name": name} })}
	case *directory.Term:
		return without(fields{"firstDay": r.FirstDay.String(), "lastDay": r.LastDay.String(), "timeZone": r.TimeZone})
	case *directory.RoleBinding:
		return windowed(r.Window, fields{
			"termRef":   termRef(r.Term, r.Key.Namespace),
			"entityRef": entityRef(r.Entity), "entitySelector": entitySelector(r.Selects), "roleRef": roleRef(r.Role),
			"subjects": each(r.Subjects, subject), "justification": r.Justification,
		})
	case *directory.PermissionOverride:
		return windowed(r.Window, fields{
			"person": r.Person, "entityRef": entityRef(r.Entity), "permissions": texts(r.Permissions), "reason": "a test",
		})
	case *directory.SystemDeny:
		return windowed(r.Window, fields{
			"subjects": each(r.Subjects, subject), "everyone": r.Everyone, "permissions": texts(r.Permissions), "scope": scope(r.Scope),
			"reason": "a test",
		})
	case *directory.Group:
		return group(r)
	case *directory.Platform:
		return platform(r)
	}
	return fields{}
}

func group(r *directory.Group) fields {
	out := fields{
		"membership": choose(r.Listed, "Listed", "Cascading"), "learnersMayCreateSubgroups": r.LearnersMayCreateSubgroups,
		"visibility": r.Visibility.String(), "memberVisibility": memberVisibility(r),
		"members": each(r.Members, func(m directory.Member) any {
			return windowed(m.Window, fields{
				"name": m.Name, "state": m.State.String(), "id": m.ID,
				"role": m.Role.String(), "termRef": termRef(m.Term, r.Key.Namespace),
			})
		}),
		"memberSelector": selector(r.Selector),
		"enrolments": each(r.Enrolments, func(e directory.Enrolment) any {
			return windowed(e.Window, fields{
				"termRef": termRef(e.Term, r.Key.Namespace), "name": e.Name, "entityRef": entityRef(e.Entity), "entitySelector": entitySelector(e.Selects), "roleRef": roleRef(e.Role),
			})
		}),
		"entityRef": entityRef(r.Entity),
	}
	if r.Parent.Name != "" {
		out["parentRef"] = fields{"name": r.Parent.Name, "namespace": r.Parent.Namespace}
	}
	if r.AllowedSubgroups.From != directory.SubgroupsSame {
		out["allowedSubgroups"] = fields{"namespaces": without(fields{
			"from": r.AllowedSubgroups.From.String(), "selector": selector(r.AllowedSubgroups.Selector),
		})}
	}
	return without(out)
}

func platform(r *directory.Platform) fields {
	principal := func(p directory.Principal) any {
		return without(fields{
			"kind": p.Kind.String(), "name": p.Name, "namespace": p.Namespace,
		})
	}
	return without(fields{
		"administrators": each(r.Administrators, principal), "trustedAppliers": each(r.TrustedAppliers, principal),
		"groupCreation":    choose(r.OpenGroups, "Everyone", "PlatformAdministrators"),
		"subgroupCreation": choose(r.StaffSubgroups, "GroupStaff", "PlatformAdministrators"),
		"people":           choose(r.DeclaredPeople, "Declared", "Open"), "matchNames": r.MatchNames, "timeZone": r.TimeZone,
		"roleRules": each(r.RoleRules, func(rule directory.RoleRule) any {
			return without(fields{"role": rule.Role, "requires": requirements(rule.Requires), "exclusiveWith": exclusions(rule.ExclusiveWith)})
		}),
	})
}

func entityRef(e directory.LocalEntity) any {
	if e.Name == "" {
		return nil
	}
	return fields{"kind": e.Level.String(), "name": e.Name}
}

func termRef(k directory.Key, ns string) any {
	switch {
	case k.Name == "":
		return nil
	case k.Namespace != ns:
		return fields{"name": k.Name, "namespace": k.Namespace}
	}
	return fields{"name": k.Name}
}

func entitySelector(s *directory.EntitySelector) any {
	if s == nil {
		return nil
	}
	out := fields{"level": s.Level.String(), "under": entityRef(s.Under)}
	if !s.Match.Empty() {
		out["matchExpressions"] = selector(s.Match).(fields)["matchExpressions"]
	}
	return out
}

func roleRef(r directory.RoleRef) fields {
	return fields{"kind": choose(r.Template, "RoleTemplate", "Role"), "name": r.Name}
}

func subject(s directory.Subject) any {
	return without(fields{"kind": string(s.Kind), "name": s.Name, "namespace": s.Namespace})
}

func scope(s directory.Scope) any {
	if s.Entity == nil && len(s.Namespaces) == 0 {
		return nil
	}
	out := fields{"namespaces": texts(s.Namespaces)}
	if s.Entity != nil {
		out["entityRef"] = fields{"kind": s.Entity.Level.String(), "name": s.Entity.Name, "namespace": s.Entity.Namespace}
		out["descendants"] = choose(s.ExcludeDescendants, "Exclude", "Include")
	}
	return without(out)
}

func requirements(list []directory.Requirement) []any {
	return each(list, func(q directory.Requirement) any {
		return fields{"role": q.Role, "at": choose(q.AtParent, "Parent", "Entity"),
			"enforcement": choose(q.Enforcement == directory.Deny, "Deny", "Warn")}
	})
}

func exclusions(list []directory.Exclusion) []any {
	return each(list, func(x directory.Exclusion) any {
		return fields{"role": x.Role, "enforcement": choose(x.Enforcement == directory.Deny, "Deny", "Warn")}
	})
}

func selector(s *directory.Selector) any {
	if s == nil {
		return nil
	}
	return fields{"matchExpressions": each(s.Expressions, func(e directory.Expression) any {
		return without(fields{"key": e.Key, "operator": e.Operator.String(), "values": texts(e.Values)})
	})}
}

func windowed(w directory.Window, f fields) fields {
	if !w.NotBefore.IsZero() {
		f["notBefore"] = w.NotBefore.Format(time.RFC3339)
	}
	if !w.NotAfter.IsZero() {
		f["notAfter"] = w.NotAfter.Format(time.RFC3339)
	}
	return without(f)
}

// without leaves out what says nothing. An empty list of permissions says something.
func without(f fields) fields {
	for k, v := range f {
		list, isList := v.([]any)
		if v == nil || v == "" || v == false || isList && len(list) == 0 && k != "permissions" {
			delete(f, k)
		}
	}
	return f
}

func choose(yes bool, one, other string) string {
	if yes {
		return one
	}
	return other
}

func each[T any](list []T, write func(T) any) []any {
	out := make([]any, 0, len(list))
	for _, x := range list {
		out = append(out, write(x))
	}
	return out
}

func texts(list []string) []any { return each(list, func(s string) any { return s }) }

func attributes(a directory.Attributes) any {
	if len(a) == 0 {
		return nil
	}
	out := fields{}
	for k, v := range a {
		out[k] = texts(v)
	}
	return out
}

// memberVisibility is what a record says of who sees the members; nothing where the schema would refuse it beside its visibility.
func memberVisibility(r *directory.Group) string {
	if r.MemberVisibility == directory.MembersSeenByOrganisation && r.Visibility == directory.VisibilityMembers {
		return ""
	}
	return r.MemberVisibility.String()
}
