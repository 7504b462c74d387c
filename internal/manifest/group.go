package manifest

import (
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

func (c *converter) group(o *provostv1.Group, key directory.Key) directory.Record {
	r := &directory.Group{
		Key:                        key,
		Listed:                     choose(c, spec.Child("membership"), o.Spec.Membership, memberships),
		Selector:                   c.selector(spec.Child("memberSelector"), o.Spec.MemberSelector),
		LearnersMayCreateSubgroups: o.Spec.LearnersMayCreateSubgroups,
	}
	if p := o.Spec.ParentRef; p != nil {
		at := spec.Child("parentRef")
		r.Parent = directory.Key{Namespace: key.Namespace, Name: c.name(at.Child("name"), p.Name)}
		if p.Namespace != "" {
			r.Parent.Namespace = c.name(at.Child("namespace"), provostv1.ObjectName(p.Namespace))
		}
	}
	if e := o.Spec.EntityRef; e != nil {
		r.Entity = c.localEntity(spec.Child("entityRef"), *e)
	}
	if n := len(o.Spec.Members); n > 0 {
		r.Members = make([]directory.Member, 0, n)
	}
	members := spec.Child("members")
	for i := range o.Spec.Members {
		m := &o.Spec.Members[i]
		entry := directory.Member{Name: string(m.Name)}
		// The path is made only where it is needed: groups have thousands of members.
		entry.ID, entry.Window = string(m.ID), window(m.Window)
		entry.Term = c.termRef(func() *field.Path { return members.Index(i).Child("termRef") }, m.TermRef)
		if m.State != "" || m.Role != "" || !ValidPerson(entry.Name) {
			at := members.Index(i)
			entry.Name = c.person(at.Child("name"), entry.Name)
			entry.State = choose(c, at.Child("state"), m.State, memberStates)
			entry.Role = choose(c, at.Child("role"), m.Role, memberRoles)
		}
		r.Members = append(r.Members, entry)
	}
	if a := o.Spec.AllowedSubgroups; a != nil {
		at := spec.Child("allowedSubgroups", "namespaces")
		r.AllowedSubgroups = directory.AllowedSubgroups{
			From:     choose(c, at.Child("from"), a.Namespaces.From, subgroupsFrom),
			Selector: c.selector(at.Child("selector"), a.Namespaces.Selector),
		}
	}
	for i, e := range o.Spec.Enrolments {
		at := spec.Child("enrolments").Index(i)
		enrolment := directory.Enrolment{
			Name:          c.name(at.Child("name"), e.Name),
			Entity:        c.localEntity(at.Child("entityRef"), e.EntityRef),
			Role:          c.roleRef(at.Child("roleRef"), e.RoleRef),
			Window:        window(e.Window),
			Term:          c.termRef(func() *field.Path { return at.Child("termRef") }, e.TermRef),
			Justification: e.Justification,
		}
		enrolment.ReviewBy = moment(e.ReviewBy)
		r.Enrolments = append(r.Enrolments, enrolment)
	}
	return r
}

var operators = map[metav1.LabelSelectorOperator]directory.Operator{
	metav1.LabelSelectorOpIn: directory.In, metav1.LabelSelectorOpNotIn: directory.NotIn,
	metav1.LabelSelectorOpExists: directory.Exists, metav1.LabelSelectorOpDoesNotExist: directory.DoesNotExist,
}

// selector writes a selector as expressions alone: the labels, by key, and then the expressions.
func (c *converter) selector(at *field.Path, s *provostv1.LabelSelector) *directory.Selector {
	if s == nil {
		return nil
	}
	out := &directory.Selector{}
	for _, k := range slices.Sorted(maps.Keys(s.MatchLabels)) {
		out.Expressions = append(out.Expressions, directory.Expression{
			Key: k, Operator: directory.In, Values: []string{string(s.MatchLabels[k])},
		})
	}
	for i, e := range s.MatchExpressions {
		p := at.Child("matchExpressions").Index(i)
		if e.Key == "" {
			c.errs = append(c.errs, field.Required(p.Child("key"), "name the key, for example department"))
		}
		if e.Operator == "" {
			c.errs = append(c.errs, field.Required(p.Child("operator"), "In, NotIn, Exists or DoesNotExist"))
		}
		x := directory.Expression{Key: string(e.Key), Operator: choose(c, p.Child("operator"), e.Operator, operators)}
		for _, v := range e.Values {
			x.Values = append(x.Values, string(v))
		}
		out.Expressions = append(out.Expressions, x)
	}
	return out
}
