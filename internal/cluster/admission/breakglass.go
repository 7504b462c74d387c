package admission

import (
	"fmt"
	"time"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// longestBreakGlass is how long access for an emergency may last at most.
const longestBreakGlass = 7 * 24 * time.Hour

// breaksGlass says whether access for an emergency is given or changed.
func breaksGlass(r *request) bool {
	b, ok := r.after.(*provostv1.RoleBinding)
	if !ok {
		return false
	}
	_, marked := b.Labels[provostv1.BreakGlassLabel]
	return marked && !r.same
}

// breakGlass says what is wrong with access for an emergency: a RoleBinding with
// a label of its own, which is announced wherever somebody looks. It is made by a
// platform administrator, says why, ends soon, and stays what it is until then.
func breakGlass(r *request, trusted bool, now time.Time) []string {
	b, ok := r.after.(*provostv1.RoleBinding)
	if !ok {
		return nil
	}
	if r.before != nil {
		_, was := r.before.GetLabels()[provostv1.BreakGlassLabel]
		if _, is := b.Labels[provostv1.BreakGlassLabel]; was != is {
			return []string{fmt.Sprintf("the label %s is given when a binding is created, and stays: create another binding",
				provostv1.BreakGlassLabel)}
		}
	}
	if !breaksGlass(r) {
		return nil
	}
	var out []string
	if !trusted {
		out = append(out, "only platform administrators may create or change break-glass bindings")
	}
	if b.Spec.Justification == "" {
		out = append(out, "a break-glass binding says why it is needed: set spec.justification")
	}
	if end := b.Spec.NotAfter; end == nil || end.After(now.Add(longestBreakGlass)) {
		out = append(out, fmt.Sprintf("a break-glass binding ends within %d days: set spec.notAfter, by %s at the latest",
			longestBreakGlass/(24*time.Hour), now.Add(longestBreakGlass).UTC().Format(time.RFC3339)))
	}
	return out
}
