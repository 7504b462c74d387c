package controllers

import (
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

func roleBindingKind() kind[*provostv1.RoleBinding] {
	return kind[*provostv1.RoleBinding]{
		name:     directory.KindRoleBinding,
		new:      func() *provostv1.RoleBinding { return &provostv1.RoleBinding{} },
		list:     func() client.ObjectList { return &provostv1.RoleBindingList{} },
		render:   renderRoleBinding,
		observed: func(o *provostv1.RoleBinding) *int64 { return &o.Status.ObservedGeneration },
		lag:      func(desired, current *provostv1.RoleBinding) { desired.Status.People = current.Status.People },
	}
}

func renderRoleBinding(v view, o *provostv1.RoleBinding) report {
	facts, _ := v.Binding(directory.Key{Namespace: o.Namespace, Name: o.Name})
	s := &o.Status
	s.Role = string(o.Spec.RoleRef.Name)
	if o.Spec.RoleRef.Kind == provostv1.RoleReferenceTemplate {
		s.Role = string(provostv1.RoleReferenceTemplate) + "/" + s.Role
	}
	s.Entity = string(o.Spec.EntityRef.Kind) + "/" + string(o.Spec.EntityRef.Name)
	s.Until = until(facts.Window)
	s.NextTransition = nextTransition(facts.Window, v.now)
	s.People = count(facts.People)
	s.Permissions = nil
	if facts.Window.Contains(v.now) && facts.EntityFound {
		s.Permissions = facts.Permissions.IDs(facts.Entity.Level)
	}
	judged := grantFacts{GrantStatus: facts, ref: o.Spec.RoleRef, namespace: o.Namespace, now: v.now}
	r := report{ready: judge(judged, grantOrder...), dependsOn: onRules(v, o.Namespace, []directory.GrantStatus{facts})}
	if over(o.Spec.Window, v.now) {
		return r
	}
	r.notes = appendNote(r.notes, breakGlassNote(o))
	r.again = nextReview(v, o.Spec.ReviewBy)
	if reviewDue(o.Spec.ReviewBy, v.now) {
		r.notes = append(r.notes, note{provostv1.ConditionReviewDue, provostv1.ReasonReviewByPassed,
			"It was to be reviewed by " + moment(o.Spec.ReviewBy.Time) + ". Nothing is revoked. Set a later spec.reviewBy, or delete the binding."})
	}
	if o.Spec.Justification == "" {
		r.notes = appendNote(r.notes, unjustifiedNote(v.justification, "The binding has"))
	}
	r.notes = appendNote(r.notes, undeclaredNote(facts.Undeclared))
	r.notes = appendNote(r.notes, ruleNote(v, directory.ID{Kind: directory.KindRoleBinding, Namespace: o.Namespace, Name: o.Name}, []directory.GrantStatus{facts}))
	return r
}

// breakGlassNote tells of access for an emergency until it ends.
func breakGlassNote(o *provostv1.RoleBinding) *note {
	if _, marked := o.Labels[provostv1.BreakGlassLabel]; !marked {
		return nil
	}
	text := "Access for an emergency"
	if end := o.Spec.NotAfter; end != nil {
		text += " until " + moment(end.Time)
	}
	if who := o.Annotations[provostv1.ChangedByAnnotation]; who != "" {
		text += ", given by " + who
	}
	return &note{provostv1.ConditionBreakGlass, provostv1.ReasonEmergency, text + ": " + o.Spec.Justification + ". Delete the binding when it is over."}
}

// appendNote appends a note if there is one.
func appendNote(notes []note, n *note) []note {
	if n == nil {
		return notes
	}
	return append(notes, *n)
}
