package status

import (
	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

func roleBindingKind() Kind {
	return typed[*provostv1.RoleBinding]{
		render:   renderRoleBinding,
		observed: func(o *provostv1.RoleBinding) *int64 { return &o.Status.ObservedGeneration },
		lag:      func(desired, current *provostv1.RoleBinding) { desired.Status.People = current.Status.People },
	}.kind(directory.KindRoleBinding)
}

func renderRoleBinding(v View, o *provostv1.RoleBinding) Report {
	known, _ := v.Binding(directory.Key{Namespace: o.Namespace, Name: o.Name}, v.Now)
	s := &o.Status
	s.Role = string(o.Spec.RoleRef.Name)
	if o.Spec.RoleRef.Kind == provostv1.RoleReferenceTemplate {
		s.Role = string(provostv1.RoleReferenceTemplate) + "/" + s.Role
	}
	s.Entity, s.Entities, s.LeftOut = whereOf(o.Spec.EntityRef, o.Spec.EntitySelector, known)
	s.Until = until(known.Window)
	s.NextTransition = nextTransition(known.Window, v.Now)
	s.People = count(known.People)
	s.Permissions = nil
	if known.Window.Contains(v.Now) && known.EntityFound {
		s.Permissions = known.Permissions.IDs(known.Level())
	}
	id := directory.ID{Kind: directory.KindRoleBinding, Namespace: o.Namespace, Name: o.Name}
	ready, notes := told(v, id)
	r := Report{
		ready: first(ready, scheduled(known.Window, v.Now, grantInForce(known))), notes: notes,
		OnAccess: hasRules(v, []directory.GrantStatus{known}),
	}
	if findings.Over(known.Window, v.Now) {
		return r
	}
	r.notes = appendNote(r.notes, breakGlassNote(o))
	r.Again = nextReview(v, o.Spec.ReviewBy)
	r.notes = appendNote(r.notes, ruleNote(v, id, []directory.GrantStatus{known}))
	return r
}

// breakGlassNote tells of access for an emergency until it ends.
func breakGlassNote(o *provostv1.RoleBinding) *note {
	if _, marked := o.Labels[provostv1.BreakGlassLabel]; !marked {
		return nil
	}
	text := "Access for an emergency"
	if end := o.Spec.NotAfter; end != nil {
		text += " until " + findings.End(end.Time)
	}
	if who := o.Annotations[provostv1.ChangedByAnnotation]; who != "" {
		text += ", given by " + who
	}
	return &note{provostv1.ConditionBreakGlass, provostv1.ReasonEmergency, text + ": " + o.Spec.Justification +
		". Delete the binding when it is over."}
}

// appendNote appends a note if there is one.
func appendNote(notes []note, n *note) []note {
	if n == nil {
		return notes
	}
	return append(notes, *n)
}
