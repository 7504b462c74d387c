package status

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// reviewDue says that the time to look at a grant again has passed (rule R31).
func reviewDue(by *metav1.Time, now time.Time) bool { return by != nil && !now.Before(by.Time) }

// over says that a grant has ended, so that nobody needs to look at it again.
func over(w provostv1.Window, now time.Time) bool {
	return w.NotAfter != nil && !now.Before(w.NotAfter.Time)
}

// reviewTimes are when the enrolments want to be looked at again.
func reviewTimes(enrolments []provostv1.Enrolment) []*metav1.Time {
	var out []*metav1.Time
	for _, e := range enrolments {
		out = append(out, e.ReviewBy)
	}
	return out
}

// nextReview is the first of the times that lies ahead; zero for none.
func nextReview(v View, times ...*metav1.Time) time.Time {
	var next time.Time
	for _, t := range times {
		if t != nil && t.After(v.Now) && (next.IsZero() || t.Time.Before(next)) {
			next = t.Time
		}
	}
	return next
}

// unjustifiedNote says that who has no justification, where the Platform asks
// for one; who is the beginning of the sentence. It never takes anything away.
func unjustifiedNote(p provostv1.JustificationPolicy, who string) *note {
	var text string
	switch p {
	case provostv1.JustificationWarn:
		text = "which the Platform advises (justification: Warn)"
	case provostv1.JustificationRequired:
		text = "which the Platform requires (justification: Required)"
	default:
		return nil
	}
	return &note{provostv1.ConditionUnjustified, provostv1.ReasonJustificationMissing, fmt.Sprintf(
		"%s no justification, %s. Nothing is revoked. Say in justification why the access is needed.", who, text)}
}

// undeclaredNote says that people are named who have no Person, where they must (rule R11).
func undeclaredNote(people []string) *note {
	if len(people) == 0 {
		return nil
	}
	return &note{provostv1.ConditionUndeclaredPeople, provostv1.ReasonNotDeclared, fmt.Sprintf(
		"The Platform wants people to be declared, and these have no Person object and so no permission: %s. Declare them, or take them out.", names(people))}
}
