package status

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"cmp"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

// grantInForce is what a grant says that is in effect.
func grantInForce(f directory.GrantStatus) string {
	if f.Selects != nil {
		return inForceAt(f)
	}
	text := fmt.Sprintf("In effect at %s.", findings.EntityName(f.Entity))
	for _, r := range f.Roles {
		if len(r.Overridden) > 0 {
			text += fmt.Sprintf(" The permissions of %s are replaced there by the Override %s.", r.Name,
				findings.Names(r.Overridden, func(k directory.Key) string { return k.Name }))
		}
	}
	return text
}

// nextTransition is when a window next opens or closes; nil for never.
func nextTransition(w directory.Window, now time.Time) *metav1.Time {
	var next time.Time
	for _, t := range []time.Time{w.NotBefore, w.NotAfter} {
		if t.After(now) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	if next.IsZero() {
		return nil
	}
	t := metav1.NewTime(next.UTC().Truncate(time.Second))
	return &t
}

// until writes when a window ends, for a column.
func until(w directory.Window) string {
	if w.NotAfter.IsZero() || w == directory.Never {
		return ""
	}
	return findings.End(w.NotAfter)
}

// sortedKeys are the keys of a map in their order.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
