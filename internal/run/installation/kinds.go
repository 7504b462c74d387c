package installation

import (
	"context"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/tools/pager"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// managerName is the name of the manager's Deployment, ServiceAccount and ClusterRole.
const managerName = "provost-manager"

// partOf is the label of everything that an installation brings.
var partOf = labels.Set{"app.kubernetes.io/part-of": "provost"}

func kindOf(group, version, kind string) schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: group, Version: version, Kind: kind}
}

// The kinds of which an installation has objects, by what they are for.
var (
	workloads = []schema.GroupVersionKind{kindOf("apps", "v1", "Deployment")}
	guards    = []schema.GroupVersionKind{
		kindOf("admissionregistration.k8s.io", "v1", "ValidatingWebhookConfiguration"),
		kindOf("admissionregistration.k8s.io", "v1", "MutatingWebhookConfiguration"),
		kindOf("admissionregistration.k8s.io", "v1", "ValidatingAdmissionPolicyBinding"),
		kindOf("admissionregistration.k8s.io", "v1", "ValidatingAdmissionPolicy"),
		kindOf("admissionregistration.k8s.io", "v1", "MutatingAdmissionPolicyBinding"),
		kindOf("admissionregistration.k8s.io", "v1", "MutatingAdmissionPolicy"),
	}
	surroundings = []schema.GroupVersionKind{
		kindOf("", "v1", "Service"), kindOf("", "v1", "Secret"), kindOf("policy", "v1", "PodDisruptionBudget"),
		kindOf("networking.k8s.io", "v1", "NetworkPolicy"), kindOf("coordination.k8s.io", "v1", "Lease"),
		kindOf("cert-manager.io", "v1", "Certificate"), kindOf("cert-manager.io", "v1", "Issuer"),
		kindOf("rbac.authorization.k8s.io", "v1", "RoleBinding"), kindOf("rbac.authorization.k8s.io", "v1", "Role"),
		kindOf("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding"), kindOf("rbac.authorization.k8s.io", "v1", "ClusterRole"),
		kindOf("", "v1", "ServiceAccount"),
	}
	definitionKinds = []schema.GroupVersionKind{kindOf("apiextensions.k8s.io", "v1", "CustomResourceDefinition")}
)

// metadata lists objects of a kind, page by page.
func metadata(ctx context.Context, c client.Client, kind schema.GroupVersionKind, selected labels.Set) ([]*metav1.PartialObjectMetadata,
	error) {
	page := func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) {
		list := &metav1.PartialObjectMetadataList{}
		list.SetGroupVersionKind(kind.GroupVersion().WithKind(kind.Kind + "List"))
		return list, c.List(ctx, list, client.MatchingLabels(selected), client.Limit(opts.Limit), client.Continue(opts.Continue))
	}
	var out []*metav1.PartialObjectMetadata
	err := pager.New(page).EachListItem(ctx, metav1.ListOptions{}, func(o runtime.Object) error {
		found := o.(*metav1.PartialObjectMetadata)
		found.SetGroupVersionKind(kind)
		out = append(out, found)
		return nil
	})
	if apierrors.IsNotFound(err) { // the kind is on its way out
		return out, nil
	}
	return out, err
}

// describe names an object as kubectl does, with its namespace.
func describe(o client.Object) string {
	name := strings.ToLower(o.GetObjectKind().GroupVersionKind().Kind) + "/" + o.GetName()
	if ns := o.GetNamespace(); ns != "" {
		name += " in " + ns
	}
	return name
}
