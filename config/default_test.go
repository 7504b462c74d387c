package config_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cli"
	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/run/controlplane"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/testenv"
)

const (
	systemNamespace = "provost-system"
	managerAccount  = "system:serviceaccount:provost-system:provost-manager"
	fieldOwner      = client.FieldOwner("config-test")
)

// install starts a control plane with its controllers, which aggregate
// ClusterRoles, and applies config/default to it.
func install(t *testing.T) (*controlplane.ControlPlane, client.Client, []object) {
	t.Helper()
	need.Time(t)
	binaries, err := testenv.Binaries()
	if err != nil {
		need.Missing(t, err)
	}
	plane, err := controlplane.Start(t.Context(), controlplane.Options{DataDir: t.TempDir(), BinDir: binaries})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := plane.Stop(); err != nil {
			t.Error(err)
		}
	})
	scheme, err := testenv.NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	config := plane.RESTConfig()
	config.QPS = -1 // many small questions
	c, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	objects := build(t, "default")
	apply(t, c, objects)
	return plane, c, objects
}

// unguard takes the webhooks away, which nobody answers here: there are no nodes for the manager's pods.
func unguard(t *testing.T, c client.Client) {
	t.Helper()
	for _, hooks := range []client.Object{&admissionregistrationv1.ValidatingWebhookConfiguration{},
		&admissionregistrationv1.MutatingWebhookConfiguration{}} {
		hooks.SetName(admission.ConfigurationName)
		if err := c.Delete(t.Context(), hooks); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "nothing is asked any more", func(ctx context.Context) (bool, error) {
		probe := &provostv1.Person{ObjectMeta: metav1.ObjectMeta{Name: "probe"}}
		return c.Create(ctx, probe, client.DryRunAll) == nil, nil
	})
}

// apply applies objects server-side, strictly: a field that the server does not
// know is an error.
func apply(t *testing.T, c client.Client, objects []object) {
	t.Helper()
	strict := client.WithFieldValidation(c, metav1.FieldValidationStrict)
	for _, o := range objects {
		u := &unstructured.Unstructured{Object: o}
		if err := strict.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(u), fieldOwner); err != nil {
			t.Errorf("%s %s: %v", o.kind(), o.name(), err)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
}

// eventually waits for something that the control plane's controllers do.
func eventually(t *testing.T, what string, condition func(ctx context.Context) (bool, error)) {
	t.Helper()
	if err := wait.PollUntilContextTimeout(t.Context(), 100*time.Millisecond, time.Minute, true, condition); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// TestDefaultInstalls applies all of config/default to a real API server and
// asks it what came of it.
func TestDefaultInstalls(t *testing.T) {
	plane, c, objects := install(t)
	t.Run("again", func(t *testing.T) { apply(t, c, objects) })
	unguard(t, c)
	t.Run("CRDs", func(t *testing.T) { crdsAreServed(t, c, objects) })
	t.Run("samples", func(t *testing.T) { samplesAreAccepted(t, c) })
	t.Run("pod", func(t *testing.T) { podIsAdmitted(t, c, objects) })
	t.Run("people", func(t *testing.T) { aggregatedRoles(t, c) })
	t.Run("rights", func(t *testing.T) { managerRights(t, c, objects) })
	t.Run("manager", func(t *testing.T) { managerRuns(t, plane, c) })
}

// TestDeploymentArguments holds the Deployment to flags that the command has.
func TestDeploymentArguments(t *testing.T) {
	args := at(find(t, build(t, "default"), "Deployment", "provost-manager"), "spec.template.spec.containers.args")
	root := cli.NewCommand("provost", genericiooptions.NewTestIOStreamsDiscard())
	command, flags, err := root.Find(args)
	if err != nil || command.Name() != "manager" {
		t.Fatalf("provost %s is not the manager: %v", strings.Join(args, " "), err)
	}
	if err := command.ParseFlags(flags); err != nil {
		t.Errorf("provost %s: %v", strings.Join(args, " "), err)
	}
}

func crdsAreServed(t *testing.T, c client.Client, objects []object) {
	for _, o := range objects {
		if o.kind() != "CustomResourceDefinition" {
			continue
		}
		list := &unstructured.UnstructuredList{}
		list.SetAPIVersion(at(o, "spec.group")[0] + "/" + at(o, "spec.versions.name")[0])
		list.SetKind(at(o, "spec.names.listKind")[0])
		eventually(t, "listing "+o.name(), func(ctx context.Context) (bool, error) {
			return c.List(ctx, list) == nil, nil
		})
	}
}

func samplesAreAccepted(t *testing.T, c client.Client) {
	for _, dir := range []string{"samples", "samples-prefixed"} {
		apply(t, c, build(t, dir))
	}
}

// podIsAdmitted makes the pod that the Deployment would make: the namespace
// enforces the restricted profile, which the Deployment itself is not held to.
func podIsAdmitted(t *testing.T, c client.Client, objects []object) {
	var template corev1.PodTemplateSpec
	spec := find(t, objects, "Deployment", "provost-manager")["spec"].(map[string]any)
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(spec["template"].(map[string]any), &template); err != nil {
		t.Fatal(err)
	}
	pod := &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec}
	pod.GenerateName, pod.Namespace = "provost-manager-", systemNamespace
	if err := c.Create(t.Context(), pod.DeepCopy(), client.DryRunAll); err != nil {
		t.Error(err)
	}
	pod.Spec.Containers[0].SecurityContext = nil
	if err := c.Create(t.Context(), pod, client.DryRunAll); err == nil || !strings.Contains(err.Error(), "restricted") {
		t.Errorf("a pod without a security context: %v, want a refusal by the restricted profile", err)
	}
}

// aggregatedRoles asks what people with Kubernetes' own roles may do. The
// answers come from the API server, after the roles were aggregated.
func aggregatedRoles(t *testing.T, c client.Client) {
	for _, role := range []string{"view", "edit", "admin"} {
		binding := &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: "has-" + role, Namespace: "acme"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: role}},
		}
		if err := c.Create(t.Context(), binding); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "aggregation", func(ctx context.Context) (bool, error) {
		return allowed(ctx, c, "admin", "create", "rolebindings", "acme")
	})
	entities := []string{"organisations", "campuses", "courses", "modules", "sessions", "tasks"}
	access := []string{"groups", "roles", "roletemplates", "rolebindings", "permissionoverrides", "terms"}
	platform := []string{"people", "platforms", "systemdenies"}
	for _, test := range []struct {
		resources   []string
		read, write string // the first of view, edit, admin that may; "" for nobody
	}{
		{resources: entities, read: "view", write: "edit"},
		{resources: access, read: "view", write: "admin"},
		{resources: []string{"effectivepermissions"}, read: "admin"},
		{resources: []string{"gitsyncs"}, read: "view"},
		{resources: platform},
	} {
		for _, resource := range test.resources {
			checkLadder(t, c, resource, test.read, []string{"get", "list", "watch"})
			checkLadder(t, c, resource, test.write, []string{"create", "update", "patch", "delete", "deletecollection"})
		}
	}
}

// checkLadder checks that the users up to first may not, and from first on may.
func checkLadder(t *testing.T, c client.Client, resource, first string, verbs []string) {
	t.Helper()
	may := false
	for _, user := range []string{"view", "edit", "admin"} {
		may = may || user == first
		for _, verb := range verbs {
			got, err := allowed(t.Context(), c, user, verb, resource, "acme")
			if err != nil {
				t.Fatal(err)
			}
			if got != may {
				t.Errorf("%s may %s %s: %v, want %v", user, verb, resource, got, may)
			}
			if elsewhere, err := allowed(t.Context(), c, user, verb, resource, "other"); err != nil || elsewhere {
				t.Errorf("%s may %s %s in a namespace that is not theirs (%v)", user, verb, resource, err)
			}
		}
	}
}

// allowed asks the API server's authorizer about a resource of ours.
func allowed(ctx context.Context, c client.Client, user, verb, resource, namespace string) (bool, error) {
	resource, subresource, _ := strings.Cut(resource, "/")
	review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: user,
		ResourceAttributes: &authorizationv1.ResourceAttributes{
			Group: "provost.dev", Resource: resource, Subresource: subresource, Verb: verb, Namespace: namespace,
		},
	}}
	err := c.Create(ctx, review)
	return review.Status.Allowed, err
}

// managerRuns runs the manager as its own ServiceAccount, with the election that
// the Deployment asks for, until it holds the lease and shows the system roles.
func managerRuns(t *testing.T, plane *controlplane.ControlPlane, c client.Client) {
	config, err := plane.ServiceAccountConfig(t.Context(), systemNamespace, "provost-manager", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- manager.Run(ctx, config, manager.Options{LeaderElection: true, LeaderElectionNamespace: systemNamespace})
	}()
	eventually(t, "the system roles", func(ctx context.Context) (bool, error) {
		select {
		case err := <-done:
			return false, fmt.Errorf("the manager ended: %w", err)
		default:
		}
		roles := &provostv1.RoleList{}
		err := c.List(ctx, roles, client.InNamespace(systemNamespace))
		return len(roles.Items) == len(catalogue.SystemRoles()), err
	})
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// managerRights checks both ends: the manager sees every kind and writes the
// statuses, and it has no wildcard and nothing by which it could give itself more.
func managerRights(t *testing.T, c client.Client, objects []object) {
	for _, o := range objects {
		if o.kind() != "CustomResourceDefinition" {
			continue
		}
		resource := at(o, "spec.names.plural")[0]
		verbs := map[string][]string{resource: {"get", "list", "watch"}}
		if resource == "effectivepermissions" {
			verbs[resource] = append(verbs[resource], "create", "update", "delete")
		} else {
			verbs[resource+"/status"] = []string{"patch"}
		}
		for resource, verbs := range verbs {
			for _, verb := range verbs {
				if may, err := allowed(t.Context(), c, managerAccount, verb, resource, "acme"); err != nil || !may {
					t.Errorf("the manager may not %s %s (%v)", verb, resource, err)
				}
			}
		}
	}
	role := &rbacv1.ClusterRole{}
	if err := c.Get(t.Context(), client.ObjectKey{Name: "provost-manager"}, role); err != nil {
		t.Fatal(err)
	}
	for _, rule := range role.Rules {
		said := fmt.Sprintf("%v %v %v", rule.Verbs, rule.APIGroups, rule.Resources)
		if strings.Contains(said, "*") {
			t.Errorf("wildcard: %s", said)
		}
		for _, verb := range rule.Verbs {
			if verb == "bind" || verb == "escalate" {
				t.Errorf("a way to more rights: %s", said)
			}
		}
		for _, group := range rule.APIGroups {
			if group == rbacv1.GroupName {
				t.Errorf("rights over RBAC: %s", said)
			}
		}
	}
}
