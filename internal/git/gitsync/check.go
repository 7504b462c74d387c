package gitsync

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest"
)

// Scope is what a GitSync may apply.
type Scope struct {
	// Owner is the value of the label on what it applies.
	Owner string
	// Namespace is the only one that it may apply to, and nothing that lies in none; "" is the whole cluster. It
	// is set wherever the GitSync lies outside the system namespace, or acts as a ServiceAccount (rule R40).
	Namespace string
	// Account says that it acts as a ServiceAccount.
	Account bool
}

// ScopeOf is what a GitSync may apply (rule R40).
func ScopeOf(gs *provostv1.GitSync) Scope {
	s := Scope{Owner: LabelValue(types.NamespacedName{Namespace: gs.Namespace, Name: gs.Name}), Account: gs.Spec.ServiceAccountName != ""}
	if s.Account || gs.Namespace != provostv1.SystemNamespace {
		s.Namespace = gs.Namespace
	}
	return s
}

// reaches says whether it may apply objects of that kind in that namespace; "" is none.
func (s Scope) reaches(gvk schema.GroupVersionKind, namespace string) bool {
	return s.Namespace == "" || !clusterScoped(gvk) && namespace == s.Namespace
}

// outside says why an object is out of reach, and what to do about it.
func (s Scope) outside(gvk schema.GroupVersionKind) (field, message, remedy string) {
	field = "metadata.namespace"
	if clusterScoped(gvk) {
		field = "kind"
	}
	if s.Account {
		return field, "a GitSync with spec.serviceAccountName applies only what lies in its own namespace, which is " + s.Namespace + " (R40)",
			"let a GitSync in " + provostv1.SystemNamespace + " without that field apply it, or one of the object's own namespace"
	}
	return field, fmt.Sprintf("a GitSync outside %s applies only what lies in its own namespace, which is %s (R40)",
			provostv1.SystemNamespace, s.Namespace),
		"move this GitSync to " + provostv1.SystemNamespace + " if the platform team answers for its repository; else take the object " +
			"out of it, and set spec.serviceAccountName, so that Kubernetes limits the GitSync too"
}

// check refuses what a GitSync does not apply, whatever the schemas say of it.
func (s Scope) check(read *manifest.Set) manifest.Problems {
	var refused manifest.Problems
	for _, ignored := range read.Ignored {
		refused = append(refused, manifest.Problem{
			Position: ignored.Position, Object: ignored.String(), Message: whyIgnored(ignored),
		})
	}
	for i := range read.Items {
		item := &read.Items[i]
		for _, p := range s.checkItem(item) {
			p.Position, p.Object = item.Position, item.Name()
			refused = append(refused, p)
		}
	}
	return refused
}

func whyIgnored(i manifest.Ignored) string {
	switch {
	case i.Written:
		return "the controllers write this kind; take it out of the repository"
	case i.Kind.Kind == "":
		return "a GitSync applies objects only; take it out of the folder, or name the file *_test.yaml if it holds assertions"
	case i.Kind.Group == "kustomize.config.k8s.io":
		return "a kustomization must lie in a file of the name kustomization.yaml, in the folder that spec.path names"
	default:
		return fmt.Sprintf("a GitSync applies Namespaces and the kinds of %s, not %s; move it to a folder outside spec.path", provostv1.GroupName,
			groupKind(i.Kind))
	}
}

func groupKind(k schema.GroupVersionKind) string {
	if k.Group == "" {
		return k.Kind
	}
	return k.Kind + "." + k.Group
}

// checkItem refuses objects that are of a kind that is applied, and yet are not.
func (s Scope) checkItem(item *manifest.Item) []manifest.Problem {
	var out []manifest.Problem
	refuse := func(field, message, remedy string) {
		out = append(out, manifest.Problem{Field: field, Message: message, Remedy: remedy})
	}
	gvk := item.GroupVersionKind()
	_, applied := kindStages[gvk]
	if !applied {
		refuse("kind", "a GitSync does not apply this kind", "move it to a folder outside spec.path")
	}
	if role, ok := item.Object.(*provostv1.Role); ok && role.Spec.Type == provostv1.RoleTypeSystem {
		f := findings.SystemRole()
		refuse(f.Field, f.Message, f.Remedy)
	}
	if !s.reaches(gvk, item.Object.GetNamespace()) {
		refuse(s.outside(gvk))
	}
	for field, has := range map[string]bool{
		"metadata.resourceVersion":   item.Object.GetResourceVersion() != "",
		"metadata.uid":               item.Object.GetUID() != "",
		"metadata.managedFields":     len(item.Object.GetManagedFields()) > 0,
		"metadata.ownerReferences":   len(item.Object.GetOwnerReferences()) > 0,
		"metadata.finalizers":        len(item.Object.GetFinalizers()) > 0,
		"metadata.deletionTimestamp": item.Object.GetDeletionTimestamp() != nil,
	} {
		if has {
			refuse(field, "the cluster sets this; a manifest does not", "remove it")
		}
	}
	return out
}
