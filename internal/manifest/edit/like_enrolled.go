package edit

import (
	"context"
	"fmt"
	"strings"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/format"
	"provost.dev/provost/internal/manifest/node"
)

// enrolled writes what the enrolments of groups that stay give at the entity as bindings, which give the same: a group's own file is left
// alone.
func (g *likening) enrolled(ctx context.Context) {
	for i := range g.w.Set.Items {
		r, ok := g.w.Set.Items[i].Record.(*directory.Group)
		if !ok {
			continue
		}
		if _, ours := g.names[r.ID()]; ours {
			continue
		}
		for n := range r.Enrolments {
			if e := &r.Enrolments[n]; g.at(r.Key.Namespace, e.Entity, e.Selects) {
				g.enrolment(ctx, r, e, fmt.Sprintf("spec.enrolments[%d]", n))
			}
		}
	}
}

func (g *likening) enrolment(ctx context.Context, r *directory.Group, e *directory.Enrolment, field string) {
	k, ok := g.standsFor(r.Key, g.learner(r.Key.Namespace, e.Role, e.Entity, e.Selects))
	if !ok {
		g.leave(r.ID(), field, "its enrolment gives %s to those who learned", e.Role.Name)
		return
	}
	if e.Selects != nil {
		g.refuse(r.ID(), field, "it is an enrolment at many entities below, which is not written as a binding; write a RoleBinding instead of it")
		return
	}
	b := &directory.RoleBinding{
		Key: directory.Key{Namespace: r.Key.Namespace, Name: g.Name + "-" + k.Name + "-" + e.Name}, Entity: e.Entity, Role: e.Role,
		Subjects: []directory.Subject{directory.GroupSubject(k)}, Justification: e.Justification,
	}
	at, _ := g.w.Set.Locate(r.ID(), field)
	if taken, ok := g.w.Set.Locate(b.ID(), ""); ok {
		g.refuse(r.ID(), field, "a binding that gives the same would be called %s, as another one is already (%s); rename that one first",
			b.Key.Name, taken)
		return
	}
	if g.timed(r.ID(), field, e.Window, e.Term) {
		b.Term = g.then()
	}
	is := g.names.Of(b).(*directory.RoleBinding)
	text, err := g.bindingText(is)
	if err == nil && !g.says(ctx, text, is) {
		err = fmt.Errorf("it would not say the same")
	}
	if err != nil {
		g.refuse(r.ID(), field, "it cannot be written as a binding: %s", err)
		return
	}
	g.texts, g.out.expected = append(g.texts, text), append(g.out.expected, is)
	g.out.Made = append(g.out.Made, Made{ID: is.ID(), Like: r.ID(), At: at, Without: "being an enrolment"})
}

// bindingText is the manifest of a binding of one group at one entity.
func (g *likening) bindingText(b *directory.RoleBinding) ([]byte, error) {
	var s strings.Builder
	scalar := node.Scalar
	kind := ""
	if b.Role.Template {
		kind = "kind: RoleTemplate, "
	}
	_, _ = fmt.Fprintf(&s, "apiVersion: %s\nkind: RoleBinding\nmetadata: {name: %s, namespace: %s}\nspec:\n", provostv1.GroupVersion,
		scalar(b.Key.Name), scalar(b.Key.Namespace))
	_, _ = fmt.Fprintf(&s, "  entityRef: {kind: %s, name: %s}\n  roleRef: {%sname: %s}\n", b.Entity.Level, scalar(b.Entity.Name), kind,
		scalar(b.Role.Name))
	subject := b.Subjects[0]
	namespace := ""
	if subject.Namespace != b.Key.Namespace {
		namespace = ", namespace: " + scalar(subject.Namespace)
	}
	_, _ = fmt.Fprintf(&s, "  subjects:\n  - {kind: Group, name: %s%s}\n", scalar(subject.Name), namespace)
	return format.Change([]byte(s.String()), func(root *node.Node) {
		spec := get(root, "spec")
		if b.Term.Name != "" {
			setNode(spec, "termRef", referenceTo(b.Term, b.Key.Namespace))
		}
		if b.Justification != "" {
			setText(spec, "justification", b.Justification)
		}
	})
}
