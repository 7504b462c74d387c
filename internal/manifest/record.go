package manifest

import (
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// InvalidError says that an object is not what its schema asks for. An object
// from an API server never is; one from a file may be.
type InvalidError struct {
	ID     directory.ID
	Fields field.ErrorList
}

// Error implements error.
func (e *InvalidError) Error() string {
	return fmt.Sprintf("%s: %v", e.ID, e.Fields.ToAggregate())
}

// FromObject is an object as the engine's record of it. The record is nil
// where the object declares nothing about access: one that is being deleted
// (rule R0), a Role of type System (rule R4), a GitSync. The error is an
// *InvalidError. A PartialObjectMetadata is taken for a Namespace.
//
// The lists of a record have the order and length of the object's, so that
// entry i of one is entry i of the other.
func FromObject(obj Object) (directory.Record, error) {
	r, invalid := convert(obj)
	if invalid != nil {
		return nil, invalid
	}
	return r, nil
}

// convert is FromObject that keeps what could be made of an object that is not in order.
func convert(obj Object) (directory.Record, *InvalidError) {
	id, known := ID(obj)
	if !known || obj.GetDeletionTimestamp() != nil {
		return nil, nil
	}
	c := &converter{namespace: obj.GetNamespace()}
	r := c.record(obj, directory.Key{Namespace: id.Namespace, Name: id.Name})
	renamedFrom(obj, r)
	if len(c.errs) > 0 {
		return r, &InvalidError{ID: id, Fields: c.errs}
	}
	return r, nil
}

// converter gathers what is wrong with one object.
type converter struct {
	namespace string
	errs      field.ErrorList
}

var spec = field.NewPath("spec")

func (c *converter) record(obj Object, key directory.Key) directory.Record {
	switch o := obj.(type) {
	case provostv1.Entity:
		return c.entity(o, key)
	case *provostv1.Group:
		return c.group(o, key)
	case *provostv1.Role:
		if o.Spec.Type == provostv1.RoleTypeSystem {
			return nil
		}
		return c.role(o, key)
	case *provostv1.RoleTemplate:
		r := &directory.RoleTemplate{Key: key}
		for i, role := range o.Spec.Roles {
			r.Roles = append(r.Roles, c.name(spec.Child("roles").Index(i).Child("name"), role.Name))
		}
		return r
	case *provostv1.Term:
		return c.term(o, key)
	case *provostv1.RoleBinding:
		return c.roleBinding(o, key)
	case *provostv1.PermissionOverride:
		return &directory.PermissionOverride{
			Key:         key,
			Person:      c.person(spec.Child("person"), string(o.Spec.Person)),
			Entity:      c.localEntity(spec.Child("entityRef"), o.Spec.EntityRef),
			Permissions: c.permissions(spec.Child("permissions"), o.Spec.Permissions),
			Reason:      o.Spec.Reason,
			Window:      window(o.Spec.Window),
		}
	case *provostv1.Person:
		return &directory.Person{
			Name:       o.Name,
			Username:   o.Spec.Username,
			Suspended:  choose(c, spec.Child("state"), o.Spec.State, personStates),
			Attributes: c.attributes(spec.Child("attributes"), o.Spec.Attributes),
			Email:      o.Spec.Email,
		}
	case *provostv1.SystemDeny:
		return c.systemDeny(o)
	case *provostv1.Platform:
		return c.platform(o)
	case *corev1.Namespace:
		return &directory.Namespace{Name: o.Name, Labels: maps.Clone(o.Labels)}
	case *metav1.PartialObjectMetadata:
		return &directory.Namespace{Name: o.Name, Labels: maps.Clone(o.Labels)}
	}
	return nil
}

func (c *converter) entity(o provostv1.Entity, key directory.Key) directory.Record {
	level, _ := catalogue.ParseLevel(string(o.GetLevel()))
	s := o.GetEntitySpec()
	r := &directory.Entity{
		Key:        directory.EntityKey{Level: level, Namespace: key.Namespace, Name: key.Name},
		Ownership:  choose(c, spec.Child("ownership"), s.Ownership, ownerships),
		Visibility: choose(c, spec.Child("visibility"), s.Visibility, visibilities),
	}
	r.Attributes = c.attributes(spec.Child("attributes"), s.Attributes)
	if p := o.GetParentRef(); p != nil {
		r.Parent = c.localEntity(spec.Child("parentRef"), provostv1.EntityReference{Kind: p.Kind, Name: p.Name})
	}
	if course, ok := o.(*provostv1.Course); ok {
		r.Term = c.termRef(in("termRef"), course.Spec.TermRef)
	}
	if s.Owner != "" {
		r.Owner = c.person(spec.Child("owner"), string(s.Owner))
	}
	return r
}

func (c *converter) role(o *provostv1.Role, key directory.Key) directory.Record {
	r := &directory.Role{
		Key:           key,
		Level:         c.level(spec.Child("level"), o.Spec.Level),
		Type:          choose(c, spec.Child("type"), o.Spec.Type, roleTypes),
		Overrides:     string(o.Spec.Overrides),
		Permissions:   c.permissions(spec.Child("permissions"), o.Spec.Permissions),
		Requires:      c.requirements(spec.Child("requires"), o.Spec.Requires),
		ExclusiveWith: c.exclusions(spec.Child("exclusiveWith"), o.Spec.ExclusiveWith),
	}
	if o.Spec.EntityRef == nil {
		c.errs = append(c.errs, field.Required(spec.Child("entityRef"), "a role belongs to one entity: name it"))
	} else {
		r.Entity = c.localEntity(spec.Child("entityRef"), *o.Spec.EntityRef)
	}
	if r.Type == directory.RoleOverride && o.Spec.Overrides == "" {
		c.errs = append(c.errs, field.Required(spec.Child("overrides"), "name the system role that is replaced, for example course-instructor"))
	}
	for _, n := range o.Spec.Complements {
		r.Complements = append(r.Complements, string(n))
	}
	return r
}

func (c *converter) requirements(at *field.Path, list []provostv1.RoleRequirement) []directory.Requirement {
	var out []directory.Requirement
	for i, q := range list {
		p := at.Index(i)
		out = append(out, directory.Requirement{
			Role:        c.name(p.Child("role"), q.Role),
			AtParent:    choose(c, p.Child("at"), q.At, places),
			Enforcement: choose(c, p.Child("enforcement"), q.Enforcement, enforcements),
		})
	}
	return out
}

func (c *converter) exclusions(at *field.Path, list []provostv1.RoleExclusion) []directory.Exclusion {
	var out []directory.Exclusion
	for i, x := range list {
		p := at.Index(i)
		out = append(out, directory.Exclusion{
			Role:        c.name(p.Child("role"), x.Role),
			Enforcement: choose(c, p.Child("enforcement"), x.Enforcement, enforcements),
		})
	}
	return out
}

func (c *converter) roleBinding(o *provostv1.RoleBinding, key directory.Key) directory.Record {
	r := &directory.RoleBinding{
		Key:           key,
		Role:          c.roleRef(spec.Child("roleRef"), o.Spec.RoleRef),
		Subjects:      c.subjects(spec.Child("subjects"), o.Spec.Subjects),
		Window:        window(o.Spec.Window),
		Term:          c.termRef(in("termRef"), o.Spec.TermRef),
		Justification: o.Spec.Justification,
	}
	r.Entity, r.Selects = c.where(spec, o.Spec.EntityRef, o.Spec.EntitySelector)
	r.ReviewBy = moment(o.Spec.ReviewBy)
	return r
}

func (c *converter) systemDeny(o *provostv1.SystemDeny) directory.Record {
	r := &directory.SystemDeny{
		Name:        o.Name,
		Subjects:    c.subjects(spec.Child("subjects"), o.Spec.Subjects),
		Everyone:    o.Spec.Everyone != nil && *o.Spec.Everyone,
		Permissions: c.permissions(spec.Child("permissions"), o.Spec.Permissions),
		Reason:      o.Spec.Reason,
		Window:      window(o.Spec.Window),
	}
	s := o.Spec.Scope
	if s == nil {
		return r
	}
	at := spec.Child("scope")
	for i, n := range s.Namespaces {
		r.Scope.Namespaces = append(r.Scope.Namespaces, c.name(at.Child("namespaces").Index(i), provostv1.ObjectName(n)))
	}
	if e := s.EntityRef; e != nil {
		local := c.localEntity(at.Child("entityRef"), provostv1.EntityReference{Kind: e.Kind, Name: e.Name})
		key := local.In(c.name(at.Child("entityRef", "namespace"), provostv1.ObjectName(e.Namespace)))
		r.Scope.Entity = &key
	}
	r.Scope.ExcludeDescendants = choose(c, at.Child("descendants"), s.Descendants, descendants)
	return r
}

func (c *converter) platform(o *provostv1.Platform) directory.Record {
	if o.Name != provostv1.PlatformName {
		c.errs = append(c.errs, field.Invalid(field.NewPath("metadata", "name"), o.Name, "there is one Platform, and its name is "+
			provostv1.PlatformName))
	}
	r := &directory.Platform{
		DeclaredPeople: choose(c, spec.Child("people"), o.Spec.People, peoplePolicies),
		MatchNames:     o.Spec.MatchNames,
		TimeZone:       string(o.Spec.TimeZone),
		OpenGroups:     choose(c, spec.Child("groupCreation"), o.Spec.GroupCreation, groupCreations),
		StaffSubgroups: choose(c, spec.Child("subgroupCreation"), o.Spec.SubgroupCreation, subgroupCreations),
	}
	if l := o.Spec.Limits; l != nil {
		r.Limits.Refuse = choose(c, spec.Child("limits", "enforcement"), l.Enforcement, limitEnforcements)
		r.Limits.Grant, r.Limits.Sensitive = lasting(l.MaxGrantDuration), lasting(l.MaxSensitiveGrantDuration)
	}
	for i, rule := range o.Spec.RoleRules {
		at := spec.Child("roleRules").Index(i)
		r.RoleRules = append(r.RoleRules, directory.RoleRule{
			Role:          c.name(at.Child("role"), rule.Role),
			Requires:      c.requirements(at.Child("requires"), rule.Requires),
			ExclusiveWith: c.exclusions(at.Child("exclusiveWith"), rule.ExclusiveWith),
		})
	}
	for i, a := range o.Spec.Administrators {
		p := directory.Principal{Kind: choose(c, spec.Child("administrators").Index(i).Child("kind"), a.Kind, administratorKinds), Name: a.Name}
		if p.Kind == directory.PrincipalPerson {
			p.Name = c.person(spec.Child("administrators").Index(i).Child("name"), a.Name)
		}
		r.Administrators = append(r.Administrators, p)
	}
	for i, a := range o.Spec.TrustedAppliers {
		r.TrustedAppliers = append(r.TrustedAppliers, directory.Principal{
			Kind:      choose(c, spec.Child("trustedAppliers").Index(i).Child("kind"), a.Kind, applierKinds),
			Namespace: string(a.Namespace), Name: a.Name,
		})
	}
	return r
}
