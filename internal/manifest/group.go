package manifest

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

func (c *converter) group(o *provostv1.Group, key directory.Key) directory.Record {
	r := &directory.Group{
		Key:                        key,
		Listed:                     choose(c, spec.Child("membership"), o.Spec.Membership, memberships),
		Selector:                   c.byAttributes(spec.Child("memberSelector"), o.Spec.MemberSelector),
		LearnersMayCreateSubgroups: o.Spec.LearnersMayCreateSubgroups,
		Visibility:                 choose(c, spec.Child("visibility"), o.Spec.Visibility, visibilities),
		MemberVisibility:           choose(c, spec.Child("memberVisibility"), o.Spec.MemberVisibility, memberVisibilities),
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
	if m := o.Spec.Compose; m != nil {
		at := spec.Child("compose")
		r.Compose.Include = c.names(at.Child("include"), m.Include)
		r.Compose.Require = c.names(at.Child("require"), m.Require)
		r.Compose.Exclude = c.names(at.Child("exclude"), m.Exclude)
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
			Selector: c.byLabels(at.Child("selector"), a.Namespaces.Selector),
		}
	}
	for i, e := range o.Spec.Enrolments {
		at := spec.Child("enrolments").Index(i)
		enrolment := directory.Enrolment{
			Name:          c.name(at.Child("name"), e.Name),
			Role:          c.roleRef(at.Child("roleRef"), e.RoleRef),
			Window:        window(e.Window),
			Term:          c.termRef(func() *field.Path { return at.Child("termRef") }, e.TermRef),
			Justification: e.Justification,
		}
		enrolment.Entity, enrolment.Selects = c.where(at, e.EntityRef, e.EntitySelector)
		enrolment.ReviewBy = moment(e.ReviewBy)
		r.Enrolments = append(r.Enrolments, enrolment)
	}
	return r
}

// names are those of a list, each held to the form of a name.
func (c *converter) names(at *field.Path, names []provostv1.ObjectName) []string {
	var out []string
	for i, name := range names {
		out = append(out, c.name(at.Index(i), name))
	}
	return out
}
