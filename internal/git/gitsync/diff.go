package gitsync

import (
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"provost.dev/provost/internal/manifest/ownership"
)

// FieldManager is in whose name a GitSync applies.
const FieldManager = ownership.GitSyncManager

// inPlace says whether applying the object would change nothing of the live
// one. The spec of every kind of ours is atomic, and Desired has the server's
// defaults, so that the two specs must be equal. Of labels and annotations
// others may have put some there; the ones that we applied once and no longer
// want have to go.
func (o *Object) inPlace(l *unstructured.Unstructured) bool {
	if l == nil || l.GetDeletionTimestamp() != nil {
		return false
	}
	if !contained(o.Desired.GetLabels(), l.GetLabels()) || !contained(o.Desired.GetAnnotations(), l.GetAnnotations()) {
		return false
	}
	if o.GroupVersionKind != namespaceKind && !equality.Semantic.DeepEqual(o.Desired.Object["spec"], l.Object["spec"]) {
		return false
	}
	labels, annotations, ok := ownership.AppliedKeys(l)
	return ok && onlyKeys(labels, o.Desired.GetLabels()) && onlyKeys(annotations, o.Desired.GetAnnotations())
}

// contained says whether all of part is in whole.
func contained(part, whole map[string]string) bool {
	for k, v := range part {
		if w, ok := whole[k]; !ok || w != v {
			return false
		}
	}
	return true
}

// onlyKeys says whether every key is one of the map's.
func onlyKeys(keys []string, of map[string]string) bool {
	for _, k := range keys {
		if _, ok := of[k]; !ok {
			return false
		}
	}
	return true
}
