package admission

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest"
)

// untouchable says why something is nobody's to change, cluster administrators
// included, or nothing where it is not: system roles (R25) are the manager's, and
// the Platform stays.
func protected(r *request, manager bool) string {
	if _, ok := r.before.(*provostv1.Platform); ok && r.Operation == admissionv1.Delete {
		return "there is one Platform, and everything hangs on it: change its spec instead; to remove Provost, run provost uninstall"
	}
	if manager {
		return ""
	}
	switch {
	case isSystem(r.before) && r.Namespace == directory.SystemNamespace:
		return fmt.Sprintf("%[1]s is a system role: it comes with the release, and only the manager writes it. To change what it allows at "+
			"one entity, "+
			"create a Role of type Override there (spec.overrides: %[1]s); deleting that undoes it", r.id.Name)
	case isSystem(r.after):
		return findings.SystemRole()
	}
	return ""
}

func isSystem(o manifest.Object) bool {
	role, ok := o.(*provostv1.Role)
	return ok && role.Spec.Type == provostv1.RoleTypeSystem
}

// reservedMetadata is what of the metadata somebody without being trusted may
// not change, since something else acts on it: the garbage collector, a GitSync
// that prunes, the manager that waits for children.
func reservedMetadata(r *request) []string {
	if r.after == nil {
		return nil
	}
	var was manifest.Object = &provostv1.Group{} // of which nothing is set
	if r.before != nil {
		was = r.before
	}
	var out []string
	if !apiequality.Semantic.DeepEqual(was.GetOwnerReferences(), r.after.GetOwnerReferences()) {
		out = append(out, "only platform administrators may change ownerReferences, by which the garbage collector deletes")
	}
	if was.GetLabels()[provostv1.GitSyncLabel] != r.after.GetLabels()[provostv1.GitSyncLabel] {
		out = append(out, fmt.Sprintf("only a GitSync may change the label %s, by which it prunes", provostv1.GitSyncLabel))
	}
	if !slices.Equal(ours(was.GetFinalizers()), ours(r.after.GetFinalizers())) {
		out = append(out, "only the manager may change the finalizers of provost.dev")
	}
	return out
}

// metadataEqual leaves out what is written by itself (the trail, Kubernetes' own
// finalizers), these annotations besides, and the one that asks a GitSync to look
// again now: whoever may write the object at all may ask, and gets what Git says.
func metadataEqual(a, b manifest.Object, besides ...string) bool {
	notes := func(o manifest.Object) map[string]string {
		out := maps.Clone(o.GetAnnotations())
		if _, ok := o.(*provostv1.GitSync); ok {
			delete(out, provostv1.RequestedAtAnnotation)
		}
		for _, key := range append(besides, provostv1.TrailAnnotations...) {
			delete(out, key)
		}
		return out
	}
	return apiequality.Semantic.DeepEqual(a.GetLabels(), b.GetLabels()) && apiequality.Semantic.DeepEqual(notes(a), notes(b)) &&
		apiequality.Semantic.DeepEqual(a.GetOwnerReferences(), b.GetOwnerReferences()) &&
		slices.Equal(foreign(a.GetFinalizers()), foreign(b.GetFinalizers()))
}

// foreign are the finalizers that are not Kubernetes' own, with which a deletion asks for what is to become of dependents.
func foreign(finalizers []string) []string {
	var out []string
	for _, f := range finalizers {
		if f != metav1.FinalizerDeleteDependents && f != metav1.FinalizerOrphanDependents {
			out = append(out, f)
		}
	}
	slices.Sort(out)
	return out
}

// metadataChange is an object of which somebody changes something that declares nothing.
type metadataChange struct {
	// record is what the object declares, or would if it were not being deleted.
	record directory.Record
}

// metadataChanged says whether a request changes, of an object, what declares nothing: its
// labels, annotations or finalizers, and what of its spec the engine does not know.
// Who creates an object may give it labels and annotations, and finalizers if he
// might add them. What kubectl notes of the spec goes with the spec.
func metadataChanged(r *request) (*metadataChange, error) {
	switch {
	case r.after == nil:
		return nil, nil
	case r.before == nil:
		if len(foreign(r.after.GetFinalizers())) == 0 {
			return nil, nil
		}
	case r.same && metadataEqual(r.before, r.after), !r.same && metadataEqual(r.before, r.after, corev1.LastAppliedConfigAnnotation) &&
		!reflect.DeepEqual(r.was, r.is):
		return nil, nil
	}
	o := r.before
	if o == nil {
		o = r.after
	}
	o = o.DeepCopyObject().(manifest.Object)
	o.SetDeletionTimestamp(nil)
	record, err := manifest.FromObject(o)
	return &metadataChange{record}, err
}

// ours are the finalizers of this project.
func ours(finalizers []string) []string {
	var out []string
	for _, f := range finalizers {
		if strings.HasPrefix(f, provostv1.GroupVersion.Group+"/") {
			out = append(out, f)
		}
	}
	slices.Sort(out)
	return out
}
