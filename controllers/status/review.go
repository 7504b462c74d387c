package status

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

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
