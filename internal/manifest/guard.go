package manifest

import (
	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/guard"
)

// Removals are the limits that a spec.removalGuard sets to what may be taken at once; none where there is none.
func Removals(g *provostv1.RemovalGuard) *guard.Removals {
	if g == nil {
		return nil
	}
	return guard.RemovalsOf(g.MaxPercent, g.Minimum)
}
