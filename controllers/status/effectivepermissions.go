package status

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// AccessConditions are those of every EffectivePermissions: it is written when its content is known.
func AccessConditions(current []metav1.Condition, generation int64, now time.Time) []metav1.Condition {
	ready := finding{good, provostv1.ReasonSucceeded, "This is what the person may do in this namespace."}
	return conditions(current, generation, metav1.NewTime(now), ready, nil)
}
