package gitsync

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// source is what the GitSync's spec says of its repository, with the Secret that goes with it.
func (r *run) source(ctx context.Context) (Source, error) {
	location, err := ParseLocation(r.gs.Spec.URL)
	if err != nil {
		return Source{}, err
	}
	if location.Protocol == ProtocolLocal && r.gs.Spec.ServiceAccountName != "" {
		return Source{}, stalled(provostv1.ReasonRepositoryNotAllowed,
			"a GitSync with spec.serviceAccountName reads no repository on the local disk")
	}
	src := Source{Location: location}
	if ref := r.gs.Spec.Ref; ref != nil {
		src.Ref = Ref{Branch: ref.Branch, Tag: ref.Tag, Commit: ref.Commit}
	}
	if ref := r.gs.Spec.SecretRef; ref != nil {
		src.Secret, err = r.secret(ctx, "spec.secretRef", ref.Name)
	}
	return src, err
}

// secret reads a Secret of the GitSync's own namespace, which the field names. It
// is read with the manager's rights, which a Role of that namespace has to give.
func (r *run) secret(ctx context.Context, field string, name provostv1.ObjectName) (map[string][]byte, error) {
	var secret corev1.Secret
	err := r.Client.Get(ctx, client.ObjectKey{Namespace: r.gs.Namespace, Name: string(name)}, &secret)
	switch {
	case apierrors.IsNotFound(err):
		return nil, failed(provostv1.ReasonSecretInvalid, "there is no Secret %s/%s, which %s names", r.gs.Namespace, name, field)
	case apierrors.IsForbidden(err):
		return nil, failed(provostv1.ReasonForbidden, "the manager may not read the Secret %s/%s, which %s names; give its ServiceAccount the "+
			"right to get it, with a Role and a RoleBinding in that namespace", r.gs.Namespace, name, field)
	case err != nil:
		return nil, failed(provostv1.ReasonGitOperationFailed, "reading the Secret %s/%s: %w", r.gs.Namespace, name, err)
	}
	return secret.Data, nil
}
