package ownership

import (
	"encoding/json"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// GitSyncManager is in whose name a GitSync applies.
const GitSyncManager = "provost-gitsync"

// Applier is what applies an object again and again.
type Applier struct {
	// GitSync is the value of the label by which a GitSync marks what is its own; "" where it is none of a GitSync's.
	GitSync string
	// Other names any other applier; "" where there is none.
	Other string
}

// None says that no applier owns the object: somebody wrote it by hand.
func (a Applier) None() bool { return a == Applier{} }

// String names the applier for people; "nobody" where there is none.
func (a Applier) String() string {
	switch {
	case a.GitSync != "":
		return "GitSync " + strings.Replace(a.GitSync, ".", "/", 1)
	case a.Other != "":
		return a.Other
	}
	return "nobody"
}

// marks are labels and annotations that appliers leave on what is their own.
var marks = []struct{ key, applier string }{
	{"kustomize.toolkit.fluxcd.io/name", "Flux"},
	{"helm.toolkit.fluxcd.io/name", "Flux"},
	{"argocd.argoproj.io/tracking-id", "Argo CD"},
	{"meta.helm.sh/release-name", "Helm"},
}

// updaters are appliers that write without server-side apply, by the field manager that the API server notes for them.
var updaters = map[string]string{
	"kustomize-controller": "Flux", "helm-controller": "Flux", "argocd-controller": "Argo CD", "argocd-application-controller": "Argo CD",
	"helm": "Helm",
}

// Of finds out whose an object is: by the label of a GitSync, the marks of other appliers, or who applied fields of it. What
// somebody applied with kubectl is nobody's, for nothing applies it again.
func Of(o metav1.Object) Applier {
	if owner := o.GetLabels()[provostv1.GitSyncLabel]; owner != "" {
		return Applier{GitSync: owner}
	}
	for _, m := range marks {
		if o.GetLabels()[m.key] != "" || o.GetAnnotations()[m.key] != "" {
			return Applier{Other: m.applier}
		}
	}
	for _, f := range o.GetManagedFields() {
		if name, ok := updaters[f.Manager]; ok {
			return Applier{Other: name}
		}
		if f.Operation != metav1.ManagedFieldsOperationApply || f.Subresource != "" {
			continue
		}
		// A GitSync that let an object go leaves its fields and takes its label.
		if f.Manager != GitSyncManager && !strings.HasPrefix(f.Manager, "kubectl") {
			return Applier{Other: "the field manager " + f.Manager}
		}
	}
	return Applier{}
}

// AppliedKeys are the labels and annotations that a GitSync applied to an object; ok is false for one to which none ever did.
func AppliedKeys(o metav1.Object) (labels, annotations []string, ok bool) {
	fields := o.GetManagedFields()
	i := slices.IndexFunc(fields, func(f metav1.ManagedFieldsEntry) bool {
		return f.Manager == GitSyncManager && f.Operation == metav1.ManagedFieldsOperationApply && f.Subresource == ""
	})
	if i < 0 || fields[i].FieldsV1 == nil {
		return nil, nil, false
	}
	var applied struct {
		Metadata struct {
			Labels      map[string]json.RawMessage `json:"f:labels"`
			Annotations map[string]json.RawMessage `json:"f:annotations"`
		} `json:"f:metadata"`
	}
	if err := json.Unmarshal(fields[i].FieldsV1.GetRawBytes(), &applied); err != nil {
		return nil, nil, false
	}
	return names(applied.Metadata.Labels), names(applied.Metadata.Annotations), true
}

// names are the names of fields in managed fields: f:name, and "." for the map itself.
func names(fields map[string]json.RawMessage) []string {
	var out []string
	for k := range fields {
		if len(k) > 2 && k[:2] == "f:" {
			out = append(out, k[2:])
		}
	}
	return out
}
