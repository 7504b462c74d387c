package status

import (
	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

func roleBindingKind() Kind {
	return typed[*provostv1.RoleBinding]{
		render:   renderRoleBinding,
		observed: func(o *provostv1.RoleBinding) *int64 { return &o.Status.ObservedGeneration },
		lag:      func(desired, current *provostv1.RoleBinding) { desired.Status.People = current.Status.People },
	}.kind(directory.KindRoleBinding)
}

func renderRoleBinding(v View, o *provostv1.RoleBinding) Report {
	known, _ := v.Binding(directory.Key{Namespace: o.Namespace, Name: o.Name})
	s := &o.Status
	s.Role = string(o.Spec.RoleRef.Name)
	if o.Spec.RoleRef.Kind == provostv1.RoleReferenceTemplate {
		s.Role = string(provostv1.RoleReferenceTemplate) + "/" + s.Role
	}
	s.Entity = string(o.Spec.EntityRef.Kind) + "/" + string(o.Spec.EntityRef.Name)
	s.Until = until(known.Window)
	s.NextTransition = nextTransition(known.Window, v.Now)
	s.People = count(known.People)
	s.Permissions = nil
	if known.Window.Contains(v.Now) && known.EntityFound {
		s.Permissions = known.Permissions.IDs(known.Entity.Level)
	}
	judged := judgedGrant{GrantStatus: known, ref: o.Spec.RoleRef, namespace: o.Namespace, now: v.Now}
	r := Report{ready: judge(judged, grantOrder...), OnAccess: hasRules(v, []directory.GrantStatus{known})}
	if over(o.Spec.Window, v.Now) {
		return r
	}
	r.notes = appendNote(r.notes, breakGlassNote(o))
	r.Again = nextReview(v, o.Spec.ReviewBy)
	if reviewDue(o.Spec.ReviewBy, v.Now) {
		r.notes = append(r.notes, note{provostv1.ConditionReviewDue, provostv1.ReasonReviewByPassed,
			"It was to be reviewed by " + moment(o.Spec.ReviewBy.Time) + ". Nothing is revoked. Set a later spec.reviewBy, or delete the binding."})
	}
	if o.Spec.Justification == "" {
		r.notes = appendNote(r.notes, unjustifiedNote(v.Justification, "The binding has"))
	}
	r.notes = appendNote(r.notes, undeclaredNote(known.Undeclared))
	r.notes = appendNote(r.notes, ruleNote(v, directory.ID{Kind: directory.KindRoleBinding, Namespace: o.Namespace, Name: o.Name}, []directory.GrantStatus{known}))
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
