package admission

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/findings"
)

// justification is what the Platform says about justifications (rule R31).
func (o *Options) justification(ctx context.Context) provostv1.JustificationPolicy {
	p := &provostv1.Platform{}
	if err := o.Client.Get(ctx, client.ObjectKey{Name: provostv1.PlatformName}, p); err != nil {
		return provostv1.JustificationOptional // there is none, or it cannot be read: nothing is asked for
	}
	return p.Spec.Justification
}

// unjustified refuses a new grant without the justification that the Platform
// requires. What was granted without one before stays as it is.
func (h *changes) unjustified(ctx context.Context, r *request) []string {
	now := h.Clock.Now()
	grants := findings.Unjustified(r.is, now)
	if len(grants) == 0 || len(grants) <= len(findings.Unjustified(r.was, now)) ||
		h.justification(ctx) != provostv1.JustificationRequired {
		return nil
	}
	return []string{findings.NoJustification(grants[:1], provostv1.JustificationRequired).Line()}
}
