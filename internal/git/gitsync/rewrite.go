package gitsync

import (
	"context"
	"encoding/json"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/manifest/stored"
)

// Rewrite gives a stored object another spec, where the API server can compare nothing with the one that is there, and so
// takes no server-side apply. With such a write the API server forgets who owns which fields; a second one tells it again.
// The object is as it was read, and a conflict says that it is not any more; it is then as it was written.
func Rewrite(ctx context.Context, c client.Client, o *unstructured.Unstructured, spec map[string]any, opts ...client.PatchOption) error {
	fields := o.GetManagedFields()
	if err := patch(ctx, c, o, "/spec", spec, opts...); err != nil {
		return err
	}
	return own(ctx, c, o, fields, opts...)
}

// own tells the API server who owns which fields of an object.
func own(
	ctx context.Context, c client.Client, o *unstructured.Unstructured, fields []metav1.ManagedFieldsEntry, opts ...client.PatchOption,
) error {
	if len(fields) == 0 || len(o.GetManagedFields()) > 0 {
		return nil
	}
	return patch(ctx, c, o, "/metadata/managedFields", fields, opts...)
}

// patch sets one field of an object, if the object still is as it was read.
func patch(ctx context.Context, c client.Client, o *unstructured.Unstructured, path string, value any, opts ...client.PatchOption) error {
	type operation struct {
		Op    string `json:"op"`
		Path  string `json:"path"`
		Value any    `json:"value"`
	}
	text, err := json.Marshal([]operation{
		{"replace", "/metadata/resourceVersion", o.GetResourceVersion()}, {"add", path, value},
	})
	if err != nil {
		return err
	}
	return c.Patch(ctx, o, client.RawPatch(types.JSONPatchType, text), opts...)
}

// comparable sees to it that an object of the cluster can be applied over, and that what was applied to it before is the
// GitSync's; it says whether it had to write for that. An object of an older form gets at once what Git says, since nobody
// may know what was stored. Of one that is the GitSync's and has lost the note of who owns which fields (a status that was
// written to an older form does that), the GitSync owns all that somebody could have applied: what Git does not have any
// more would otherwise stay for good.
func (w *writer) comparable(ctx context.Context, o *Object) (wrote bool, err error) {
	l := w.known[o.ID]
	err = retry.RetryOnConflict(retry.DefaultRetry, func() error {
		wrote, err = w.makeComparable(ctx, o, l)
		if apierrors.IsConflict(err) { // somebody else wrote it anew, or changed it
			again, getting := w.get(ctx, []ID{o.ID})
			if getting != nil {
				return getting
			}
			l = again[o.ID]
		}
		return err
	})
	return wrote, err
}

func (w *writer) makeComparable(ctx context.Context, o *Object, l *unstructured.Unstructured) (wrote bool, err error) {
	if l == nil || o.Group != provostv1.GroupName {
		return false, nil
	}
	fields := l.GetManagedFields()
	if len(fields) == 0 && l.GetLabels()[provostv1.GitSyncLabel] == w.owner {
		fields = ownedBy(l)
	}
	manager := client.FieldOwner(FieldManager)
	older := stored.Older(ctx, w.schemas, l)
	if len(older) == 0 && (len(fields) == 0 || len(l.GetManagedFields()) > 0) {
		return false, nil
	}
	now := l.DeepCopy() // what is known stays as it was found
	if len(older) > 0 {
		spec, _, _ := unstructured.NestedMap(o.Desired.Object, "spec")
		if err := patch(ctx, w.client, now, "/spec", spec, manager); err != nil {
			return true, err
		}
	}
	return true, own(ctx, w.client, now, fields, manager)
}

// ownedBy is the note that a GitSync owns the spec of an object and all its labels and annotations but those of others.
func ownedBy(l *unstructured.Unstructured) []metav1.ManagedFieldsEntry {
	keys := func(all map[string]string, not ...string) map[string]any {
		out := map[string]any{}
		for k := range all {
			if !slices.Contains(not, k) {
				out["f:"+k] = map[string]any{}
			}
		}
		return out
	}
	raw, err := json.Marshal(map[string]any{
		"f:metadata": map[string]any{
			"f:labels": keys(l.GetLabels()),
			"f:annotations": keys(l.GetAnnotations(),
				append(slices.Clone(provostv1.TrailAnnotations), corev1.LastAppliedConfigAnnotation, provostv1.RequestedAtAnnotation)...),
		},
		"f:spec": map[string]any{},
	})
	if err != nil {
		panic(err) // a map of maps of texts
	}
	fields := &metav1.FieldsV1{}
	fields.SetRawBytes(raw)
	return []metav1.ManagedFieldsEntry{{
		Manager: FieldManager, Operation: metav1.ManagedFieldsOperationApply, APIVersion: provostv1.GroupVersion.String(),
		FieldsType: "FieldsV1", FieldsV1: fields,
	}}
}
