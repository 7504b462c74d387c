package admission

import (
	"context"
	"fmt"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/directory"
)

// requester is who asks. Kubernetes' own RBAC is asked only while there is no
// Platform, which names the administrators from then on.
func requester(ctx context.Context, c client.Client, s *directory.Snapshot, u authenticationv1.UserInfo) (authority.Requester, error) {
	r := authority.Requester{User: u.Username, Groups: u.Groups}
	if _, ok := s.Record(directory.ID{Kind: directory.KindPlatform, Name: directory.PlatformName}); ok {
		return r, nil
	}
	review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: u.Username, Groups: u.Groups, UID: u.UID, Extra: map[string]authorizationv1.ExtraValue{},
		ResourceAttributes: &authorizationv1.ResourceAttributes{
			Group: provostv1.GroupVersion.Group, Resource: "platforms", Verb: "administer", Name: provostv1.PlatformName,
		},
	}}
	for k, v := range u.Extra {
		review.Spec.Extra[k] = authorizationv1.ExtraValue(v)
	}
	if err := c.Create(ctx, review); err != nil {
		return r, fmt.Errorf("asking who may administer platforms: %w", err)
	}
	r.MayAdminister = review.Status.Allowed
	return r, nil
}
