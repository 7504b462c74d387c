package admission

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
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
	if grants := grantsWithout(r.after); len(grants) == 0 || len(grants) <= len(grantsWithout(r.before)) ||
		h.justification(ctx) != provostv1.JustificationRequired {
		return nil
	}
	return []string{"the Platform requires a justification: say in justification why the access is needed"}
}

// grantsWithout are the grants of an object that have no justification, in words.
func grantsWithout(o any) []string {
	var out []string
	switch o := o.(type) {
	case *provostv1.RoleBinding:
		if o.Spec.Justification == "" {
			out = append(out, "the binding")
		}
	case *provostv1.Group:
		for _, e := range o.Spec.Enrolments {
			if e.Justification == "" {
				out = append(out, "the enrolment "+string(e.Name))
			}
		}
	}
	return out
}
