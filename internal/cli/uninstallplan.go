package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/admission"
	"provost.dev/provost/internal/directory"
	"provost.dev/provost/internal/manager"
)

// stage is what may be done in any order; the next stage needs it done.
type stage struct {
	title    string
	removals []removal
	// gone waits until what was deleted has gone.
	gone bool
}

// partOf is the label of everything that an installation brings.
var partOf = client.MatchingLabels{"app.kubernetes.io/part-of": "provost"}

func gvk(group, version, kind string) schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: group, Version: version, Kind: kind}
}

// The kinds of which an installation has objects, by what they are for.
var (
	workloads = []schema.GroupVersionKind{gvk("apps", "v1", "Deployment")}
	guards    = []schema.GroupVersionKind{
		gvk("admissionregistration.k8s.io", "v1", "ValidatingWebhookConfiguration"),
		gvk("admissionregistration.k8s.io", "v1", "MutatingWebhookConfiguration"),
		gvk("admissionregistration.k8s.io", "v1", "ValidatingAdmissionPolicyBinding"),
		gvk("admissionregistration.k8s.io", "v1", "ValidatingAdmissionPolicy"),
		gvk("admissionregistration.k8s.io", "v1", "MutatingAdmissionPolicyBinding"),
		gvk("admissionregistration.k8s.io", "v1", "MutatingAdmissionPolicy"),
	}
	surroundings = []schema.GroupVersionKind{
		gvk("", "v1", "Service"), gvk("", "v1", "Secret"), gvk("policy", "v1", "PodDisruptionBudget"),
		gvk("networking.k8s.io", "v1", "NetworkPolicy"), gvk("coordination.k8s.io", "v1", "Lease"),
		gvk("cert-manager.io", "v1", "Certificate"), gvk("cert-manager.io", "v1", "Issuer"),
		gvk("rbac.authorization.k8s.io", "v1", "RoleBinding"), gvk("rbac.authorization.k8s.io", "v1", "Role"),
		gvk("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding"), gvk("rbac.authorization.k8s.io", "v1", "ClusterRole"),
		gvk("", "v1", "ServiceAccount"),
	}
	definitions = []schema.GroupVersionKind{gvk("apiextensions.k8s.io", "v1", "CustomResourceDefinition")}
)

// plan finds what there is to be done. The manager goes first, since it would
// put its finalizers back; then what asks it; then what waits for it.
func (u *uninstall) plan(ctx context.Context, c client.Client) ([]stage, error) {
	stages := []stage{
		{title: "Stop the manager:", gone: true},
		{title: "Let requests through without it:", gone: true},
		{title: "Release what waits for it:"},
		{title: "Take its rights and surroundings:"},
	}
	for i, kinds := range [][]schema.GroupVersionKind{workloads, guards, nil, surroundings} {
		found, err := installed(ctx, c, kinds)
		if err != nil {
			return nil, err
		}
		stages[i].removals = found
	}
	crds, err := installed(ctx, c, definitions)
	if err != nil {
		return nil, err
	}
	if stages[2].removals, err = waiting(ctx, c, crds); err != nil {
		return nil, err
	}
	if u.crds {
		ns := &metav1.PartialObjectMetadata{}
		ns.SetGroupVersionKind(gvk("", "v1", "Namespace"))
		stages = append(stages, stage{title: "Delete what was declared:", removals: crds, gone: true})
		err := c.Get(ctx, client.ObjectKey{Name: directory.SystemNamespace}, ns)
		if client.IgnoreNotFound(err) != nil {
			return nil, err
		}
		if err == nil {
			stages = append(stages, stage{title: "Delete the namespace:", removals: []removal{{object: ns}}})
		}
	}
	return stages, nil
}

// installed lists the objects of an installation. Of a kind that the cluster does not know there are none.
func installed(ctx context.Context, c client.Client, kinds []schema.GroupVersionKind) ([]removal, error) {
	var out []removal
	for _, kind := range kinds {
		found, err := metadata(ctx, c, kind, partOf)
		if meta.IsNoMatchError(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, o := range found {
			out = append(out, removal{object: o})
		}
	}
	return append(out, unlabelled(ctx, c, kinds)...), nil
}

// unlabelled are the objects that have no label of ours: what the manager makes by itself, and its ClusterRole.
func unlabelled(ctx context.Context, c client.Client, kinds []schema.GroupVersionKind) []removal {
	var out []removal
	for _, known := range []struct{ kind, namespace, name string }{
		{"Lease", directory.SystemNamespace, manager.LeaseName},
		{"Secret", directory.SystemNamespace, admission.SecretName},
		{"ClusterRole", "", managerName},
	} {
		i := slices.IndexFunc(kinds, func(k schema.GroupVersionKind) bool { return k.Kind == known.kind })
		if i < 0 {
			continue
		}
		o := &metav1.PartialObjectMetadata{}
		o.SetGroupVersionKind(kinds[i])
		err := c.Get(ctx, client.ObjectKey{Namespace: known.namespace, Name: known.name}, o)
		if err == nil && o.Labels["app.kubernetes.io/part-of"] != "provost" {
			o.SetGroupVersionKind(kinds[i])
			out = append(out, removal{object: o})
		}
	}
	return out
}

// metadata lists objects of a kind, page by page.
func metadata(ctx context.Context, c client.Client, kind schema.GroupVersionKind, opts ...client.ListOption) ([]*metav1.PartialObjectMetadata, error) {
	var out []*metav1.PartialObjectMetadata
	for token := ""; ; {
		list := &metav1.PartialObjectMetadataList{}
		list.SetGroupVersionKind(kind.GroupVersion().WithKind(kind.Kind + "List"))
		err := c.List(ctx, list, append([]client.ListOption{client.Limit(pageSize), client.Continue(token)}, opts...)...)
		if apierrors.IsNotFound(err) { // the kind is on its way out
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		for i := range list.Items {
			list.Items[i].SetGroupVersionKind(kind)
			out = append(out, &list.Items[i])
		}
		if token = list.Continue; token == "" {
			return out, nil
		}
	}
}

// waiting lists the objects of our kinds that have a finalizer of ours.
func waiting(ctx context.Context, c client.Client, crds []removal) ([]removal, error) {
	var out []removal
	for _, crd := range crds {
		definition := &unstructured.Unstructured{}
		definition.SetGroupVersionKind(definitions[0])
		if err := c.Get(ctx, client.ObjectKeyFromObject(crd.object), definition); err != nil {
			return nil, err
		}
		group, _, _ := unstructured.NestedString(definition.Object, "spec", "group")
		kind, _, _ := unstructured.NestedString(definition.Object, "spec", "names", "kind")
		if group != v1alpha1.GroupName {
			continue
		}
		objects, err := metadata(ctx, c, gvk(group, v1alpha1.GroupVersion.Version, kind))
		if meta.IsNoMatchError(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, o := range objects {
			if len(foreign(o.Finalizers)) < len(o.Finalizers) {
				out = append(out, removal{object: o, release: true})
			}
		}
	}
	return out, nil
}

// foreign are the finalizers that are not ours.
func foreign(finalizers []string) []string {
	return slices.DeleteFunc(slices.Clone(finalizers), func(f string) bool { return strings.HasPrefix(f, v1alpha1.GroupName+"/") })
}

// carryOut does what a stage says.
func (u *uninstall) carryOut(ctx context.Context, c client.Client, s stage) error {
	for _, r := range s.removals {
		var err error
		if r.release {
			next := r.object.DeepCopyObject().(client.Object)
			next.SetFinalizers(foreign(r.object.GetFinalizers()))
			err = c.Patch(ctx, next, client.MergeFrom(r.object))
		} else {
			// A Deployment goes when its pods have gone; of everything else nothing hangs on it.
			propagation := metav1.DeletePropagationBackground
			if r.object.GetObjectKind().GroupVersionKind().Kind == "Deployment" {
				propagation = metav1.DeletePropagationForeground
			}
			// The answer may be the object itself, which a client of metadata cannot read.
			o := &unstructured.Unstructured{}
			o.SetGroupVersionKind(r.object.GetObjectKind().GroupVersionKind())
			o.SetNamespace(r.object.GetNamespace())
			o.SetName(r.object.GetName())
			err = c.Delete(ctx, o, client.PropagationPolicy(propagation))
		}
		if client.IgnoreNotFound(err) != nil {
			return fmt.Errorf("to %s: %w", r, err)
		}
		_, _ = fmt.Fprintf(u.Out, "%sd %s\n", strings.Fields(r.String())[0], describe(r.object))
	}
	if !s.gone {
		return nil
	}
	for _, r := range s.removals {
		err := wait.PollUntilContextCancel(ctx, 200*time.Millisecond, true, func(ctx context.Context) (bool, error) {
			o := &metav1.PartialObjectMetadata{}
			o.SetGroupVersionKind(r.object.GetObjectKind().GroupVersionKind())
			err := c.Get(ctx, client.ObjectKeyFromObject(r.object), o)
			return apierrors.IsNotFound(err), client.IgnoreNotFound(err)
		})
		if err != nil {
			return fmt.Errorf("%s is being deleted and does not go: %w", describe(r.object), err)
		}
	}
	return nil
}
