package admission_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// instructor is a system role as shown.
func instructor() *provostv1.Role {
	return &provostv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: directory.SystemNamespace, Name: "course-instructor"}}
}

// attempts are everything that a cluster administrator can try on a system role.
func (g *guarded) attempts(t testing.TB) map[string]error {
	t.Helper()
	ctx := t.Context()
	merge := func(patch string) client.Patch { return client.RawPatch(types.MergePatchType, []byte(patch)) }
	astray := instructor()
	astray.Namespace = "acme"
	astray.Spec = provostv1.RoleSpec{Level: "Course", Type: provostv1.RoleTypeSystem, Permissions: []provostv1.Permission{}}
	return map[string]error{
		"delete": g.Client.Delete(ctx, instructor()),
		"delete with a grace": g.Client.Delete(ctx, instructor(), client.GracePeriodSeconds(0),
			client.PropagationPolicy(metav1.DeletePropagationForeground)),
		"delete all":  g.Client.DeleteAllOf(ctx, &provostv1.Role{}, client.InNamespace(directory.SystemNamespace)),
		"empty":       g.Client.Patch(ctx, instructor(), merge(`{"spec":{"permissions":[]}}`)),
		"make Custom": g.Client.Patch(ctx, instructor(), merge(`{"spec":{"type":"Custom"}}`)),
		"give an owner": g.Client.Patch(ctx, instructor(),
			merge(`{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"x","uid":"1"}]}}`)),
		"label":            g.Client.Patch(ctx, instructor(), merge(`{"metadata":{"labels":{"a":"b"}}}`)),
		"status":           g.Client.Status().Patch(ctx, instructor(), merge(`{"status":{"people":7}}`)),
		"create elsewhere": g.Client.Create(ctx, astray),
	}
}

// TestSystemRoles is R25: neither with the manager running nor without it can a
// cluster administrator touch a system role, and what vanished all the same is put back.
func TestSystemRoles(t *testing.T) {
	g := guard(t)
	eventually(t, "the system roles are shown", func() bool { return g.shown(t) == len(catalogue.SystemRoles()) })
	check := func(name string, from string) {
		for what, err := range g.attempts(t) {
			if err == nil && what == "make Custom" {
				continue
			}
			if err == nil || apierrors.IsNotFound(err) {
				t.Errorf("%s: %s: %v", name, what, err)
				continue
			}
			// The schema may speak first; of the others, the one that is to be tried.
			if !apierrors.IsInvalid(err) && !strings.Contains(err.Error(), from) {
				t.Errorf("%s: %s: refused by another: %v", name, what, err)
			}
		}
		if n := g.shown(t); n != len(catalogue.SystemRoles()) {
			t.Errorf("%s: %d system roles are left", name, n)
		}
	}
	check("manager and policy", "ValidatingAdmissionPolicy 'provost-")
	if err := g.Client.Delete(t.Context(), instructor()); !strings.Contains(fmt.Sprint(err),
		"create a Role of type Override there (spec.overrides: course-instructor)") {
		t.Errorf("the refusal does not say what to do instead: %v", err)
	}
	// What a GitSync applies in the manager's name is not the manager's own.
	applier, _ := applying(t, g.Env, admission.ManagerUser, "main@sha1:1")
	for what, err := range map[string]error{
		"deletes": applier.Client.Delete(t.Context(), instructor()),
		"alters":  applier.Client.Patch(t.Context(), instructor(), client.RawPatch(types.MergePatchType, []byte(`{"spec":{"permissions":[]}}`))),
	} {
		if !strings.Contains(fmt.Sprint(err), "ValidatingAdmissionPolicy 'provost-system-roles'") {
			t.Errorf("a GitSync %s a system role: %v", what, err)
		}
	}
	g.unpolicied(t, func() { check("manager alone", refused) })
	g.stop()
	check("policy alone", "ValidatingAdmissionPolicy 'provost-")
}

// shown is how many system roles there are to see.
func (g *guarded) shown(t testing.TB) int {
	t.Helper()
	var list provostv1.RoleList
	if err := g.Client.List(t.Context(), &list, client.InNamespace(directory.SystemNamespace)); err != nil {
		t.Fatal(err)
	}
	return len(list.Items)
}

// unpolicied has something done without the policies.
func (g *guarded) unpolicied(t testing.TB, do func()) {
	t.Helper()
	for _, name := range []string{"provost-system-roles", "provost-findings"} {
		b := &admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: metav1.ObjectMeta{Name: name}}
		if err := g.Client.Delete(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "the policies are lifted", func() bool {
		err := g.Client.Delete(t.Context(), instructor(), client.DryRunAll)
		status := g.Client.Status().Patch(t.Context(), instructor(), client.RawPatch(types.MergePatchType, []byte(`{"status":{"people":7}}`)),
			client.DryRunAll)
		return !strings.Contains(fmt.Sprint(err, status), "ValidatingAdmissionPolicy")
	})
	do()
	g.policies(t)
}

// TestRemovedByForce takes the protections away first, as somebody with all rights can.
func TestRemovedByForce(t *testing.T) {
	g := guard(t)
	eventually(t, "the system roles are shown", func() bool { return g.shown(t) == len(catalogue.SystemRoles()) })
	g.unpolicied(t, func() {
		// In the manager's own name, which the webhooks let pass.
		role := instructor()
		if err := g.hand.Client.Get(t.Context(), client.ObjectKeyFromObject(role), role); err != nil {
			t.Fatal(err)
		}
		if err := g.hand.Client.Delete(t.Context(), instructor()); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the role is back", func() bool {
			again := instructor()
			err := g.Client.Get(t.Context(), client.ObjectKeyFromObject(again), again)
			return err == nil && again.UID != role.UID
		})
	})
}

// TestFindings holds statuses and effective permissions to the manager, with and
// without the manager.
func TestFindings(t *testing.T) {
	g := guard(t)
	g.world(t, school())
	root := as(t, g.Env, "root", "system:masters")
	course := &provostv1.Course{ObjectMeta: metav1.ObjectMeta{Namespace: "acme", Name: "algebra"}}
	eventually(t, "the manager writes its findings", func() bool {
		ep := &provostv1.EffectivePermissions{}
		return g.Client.Get(t.Context(), client.ObjectKey{Namespace: "acme", Name: "sue"}, ep) == nil
	})
	check := func(name string) {
		merge := func(patch string) client.Patch { return client.RawPatch(types.MergePatchType, []byte(patch)) }
		ep := func(name string) *provostv1.EffectivePermissions {
			return &provostv1.EffectivePermissions{ObjectMeta: metav1.ObjectMeta{Namespace: "acme", Name: name}}
		}
		for what, err := range map[string]error{
			"a status":                       root.Client.Status().Patch(t.Context(), course.DeepCopy(), merge(`{"status":{"people":7}}`)),
			"effective permissions":          root.Client.Patch(t.Context(), ep("sue"), merge(`{"status":{"access":[]}}`)),
			"more effective permissions":     root.Client.Create(t.Context(), ep("eve")),
			"effective permissions, deleted": root.Client.Delete(t.Context(), ep("sue")),
		} {
			if !strings.Contains(fmt.Sprint(err), "Only the manager writes statuses and effective permissions") {
				t.Errorf("%s: %s: %v", name, what, err)
			}
		}
	}
	check("with the manager")
	if err := root.Client.Delete(t.Context(), object(&directory.Platform{})); !strings.Contains(fmt.Sprint(err), "there is one Platform") {
		t.Errorf("the Platform is deleted: %v", err)
	}
	g.stop()
	check("without the manager")
	// Nothing else of ours can be changed either, and says why.
	err := root.Client.Create(context.Background(), object(binding("bob", "course-student")))
	if err == nil || !strings.Contains(err.Error(), `failed calling webhook "trail.provost.dev"`) {
		t.Errorf("with nobody to ask: %v", err)
	}
}
