package ownership

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

// Whose an object is follows from marks and managed fields; what was written with kubectl is nobody's.
func TestOf(t *testing.T) {
	fields := func(manager string, operation metav1.ManagedFieldsOperationType, subresource string) metav1.ObjectMeta {
		return metav1.ObjectMeta{ManagedFields: []metav1.ManagedFieldsEntry{{Manager: manager, Operation: operation, Subresource: subresource}}}
	}
	for _, tt := range []struct {
		name string
		meta metav1.ObjectMeta
		want string
	}{
		{"nothing", metav1.ObjectMeta{}, "nobody"},
		{"a GitSync", metav1.ObjectMeta{Labels: map[string]string{provostv1.GitSyncLabel: "acme.access"}}, "GitSync acme/access"},
		{"Flux", metav1.ObjectMeta{Labels: map[string]string{"kustomize.toolkit.fluxcd.io/name": "x"}}, "Flux"},
		{"Argo CD", metav1.ObjectMeta{Annotations: map[string]string{"argocd.argoproj.io/tracking-id": "x"}}, "Argo CD"},
		{"Argo CD without a mark", fields("argocd-controller", metav1.ManagedFieldsOperationUpdate, ""), "Argo CD"},
		{"kubectl create", fields("kubectl-create", metav1.ManagedFieldsOperationUpdate, ""), "nobody"},
		{"kubectl apply --server-side", fields("kubectl", metav1.ManagedFieldsOperationApply, ""), "nobody"},
		{"an operator", fields("terraform", metav1.ManagedFieldsOperationApply, ""), "the field manager terraform"},
		{"a status", fields("terraform", metav1.ManagedFieldsOperationApply, "status"), "nobody"},
		{"let go by a GitSync", fields(GitSyncManager, metav1.ManagedFieldsOperationApply, ""), "nobody"},
	} {
		if got := Of(&tt.meta).String(); got != tt.want {
			t.Errorf("%s: it is %s's, want %s", tt.name, got, tt.want)
		}
	}
}

// What is nobody's or somebody else's stays, and so does a Namespace.
func TestStays(t *testing.T) {
	group, namespace := directory.ID{Kind: directory.KindGroup, Name: "g"}, directory.ID{Kind: directory.KindNamespace, Name: "n"}
	mine, other, nobody := Applier{GitSync: "a.b"}, Applier{Other: "Flux"}, Applier{}
	for _, tt := range []struct {
		rule Rule
		id   directory.ID
		of   Applier
		want bool
	}{
		{Rule{GitSync: "a.b"}, group, mine, false},
		{Rule{GitSync: "a.b", Keep: true}, group, mine, true},
		{Rule{GitSync: "a.b"}, namespace, mine, true},
		{Rule{GitSync: "a.b"}, group, nobody, true},
		{Rule{GitSync: "a.b"}, group, other, true},
		{Rule{GitSync: "c.d"}, group, mine, true},
		{Rule{}, group, other, false},
		{Rule{}, group, nobody, true},
	} {
		if got := tt.rule.Stays(tt.id, tt.of); got != tt.want {
			t.Errorf("%+v: what is %s's stays: %t, want %t", tt.rule, tt.of, got, tt.want)
		}
	}
}
