package manifest

import (
	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/guard"
)

// Removals are the limits that a spec.removalGuard sets to what may be taken at once; where nobody says anything,
// the defaults.
func Removals(g *provostv1.RemovalGuard) *guard.Removals {
	if g == nil {
		return guard.RemovalsOf(nil, nil)
	}
	return guard.RemovalsOf(g.MaxPercent, g.Minimum)
}

// Limits are what a GitSync with that removal guard lets pass: its own, or else that of the Platform that is in the cluster.
// Of the first commit of all everything is new, so that nobody asks how many are given sensitive permissions by it.
func Limits(g *provostv1.RemovalGuard, first bool) guard.Limits {
	out := guard.LimitsOf(Removals(g))
	if first {
		out.SensitivePeople = 0
	}
	return out
}
