package admission

import (
	"context"
	"fmt"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/authority"
)

// lockout refuses a change by which the requester loses what he is applying with:
// the rest of what he applies would be refused, and half of it be applied. An
// annotation on the object says that it is meant.
func (h *changes) lockout(ctx context.Context, r *request) ([]string, error) {
	if r.same {
		return nil, nil
	}
	o := r.after
	if o == nil {
		o = r.before
	}
	if o.GetAnnotations()[provostv1.AllowLockoutAnnotation] == "true" {
		return nil, nil
	}
	s := h.newest()
	who, err := h.requester(ctx, r, s)
	if err != nil {
		return nil, err
	}
	reason := authority.Lockout(s, who, authority.Change{Before: r.was, After: r.is})
	if reason == "" {
		return nil, nil
	}
	return []string{fmt.Sprintf(`%s (if it is meant, set the annotation %s: "true")`, reason, provostv1.AllowLockoutAnnotation)}, nil
}
