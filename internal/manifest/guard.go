package manifest

import (
	"provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/guard"
)

// Removals are the limits that a spec.removalGuard sets to what may be taken at once; none where there is none.
func Removals(g *v1alpha1.RemovalGuard) *guard.Removals {
	if g == nil {
		return nil
	}
	return guard.RemovalsOf(g.MaxPercent, g.Minimum)
}
