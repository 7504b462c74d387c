package admission_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/run/controlplane"
	"provost.dev/provost/internal/testing/testenv"
)

// TestNothingIsKeptWaiting deletes namespaces, and objects whose owner has gone,
// in front of webhooks that nobody answers: the namespace controller and the
// garbage collector are real (R25).
func TestNothingIsKeptWaiting(t *testing.T) {
	env := plane(t)
	g := &guarded{Env: env, hand: as(t, env, "system:serviceaccount:provost-system:provost-manager", "system:masters"),
		directory: directory.New()}
	for _, ns := range []string{"acme", directory.SystemNamespace} {
		g.Namespace(t, ns, nil)
	}
	g.everybody(t)
	for _, r := range school() {
		create(t, g.hand.Client, object(r))
	}
	shown := instructor()
	shown.Spec = provostv1.RoleSpec{Level: "Course", Type: provostv1.RoleTypeSystem, Permissions: []provostv1.Permission{}}
	create(t, g.hand.Client, shown)
	create(t, g.hand.Client, &provostv1.EffectivePermissions{ObjectMeta: metav1.ObjectMeta{Namespace: "acme", Name: "sue"}})

	owner := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "acme", Name: "owner"}}
	create(t, g.Client, owner)
	owned := binding("owned", "course-student")
	create(t, g.hand.Client, with(object(owned), func(o *unstructured.Unstructured) {
		o.SetOwnerReferences([]metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: owner.Name, UID: owner.UID}})
	}))

	g.url = fmt.Sprintf("https://127.0.0.1:%d", freePort(t)) // where nobody listens
	g.policies(t)
	g.connectTo(t, nil, `failed calling webhook "trail.provost.dev"`)

	if err := g.Client.Delete(t.Context(), owner); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the garbage collector deletes what was owned", func() bool {
		return apierrors.IsNotFound(g.Client.Get(t.Context(), client.ObjectKey{Namespace: "acme", Name: "owned"}, &provostv1.RoleBinding{}))
	})
	for _, ns := range []string{"acme", directory.SystemNamespace} {
		if err := g.Client.Delete(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns}}); err != nil {
			t.Fatal(err)
		}
		eventually(t, "namespace "+ns+" goes", func() bool {
			return apierrors.IsNotFound(g.Client.Get(t.Context(), client.ObjectKey{Name: ns}, &corev1.Namespace{}))
		})
	}
	// Neither does an uninstall that takes the CRDs, the Platform with them.
	crd := &apiextensionsv1.CustomResourceDefinition{ObjectMeta: metav1.ObjectMeta{Name: "platforms.provost.dev"}}
	if err := g.Client.Delete(t.Context(), crd); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the Platform goes with its CRD", func() bool {
		return apierrors.IsNotFound(g.Client.Get(t.Context(), client.ObjectKeyFromObject(crd), crd))
	})
}

func create(t testing.TB, c client.Client, o client.Object) {
	t.Helper()
	if err := c.Create(t.Context(), o); err != nil {
		t.Fatalf("%s: %v", o.GetName(), err)
	}
}

// plane is a control plane of its own, with Kubernetes' controllers and our CRDs.
func plane(t *testing.T) *testenv.Env {
	t.Helper()
	_, env := planeFor(t)
	return env
}

// planeFor is plane with an API server that shows webhooks at the addresses a certificate.
func planeFor(t *testing.T, addresses ...string) (*controlplane.ControlPlane, *testenv.Env) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs an API server: left out with -short")
	}
	binaries, err := testenv.Binaries()
	if err != nil {
		t.Skip(err)
	}
	p, err := controlplane.Start(t.Context(), controlplane.Options{DataDir: t.TempDir(), BinDir: binaries, Webhooks: addresses})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
	})
	scheme, err := testenv.NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	if err := apiextensionsv1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	cfg := p.RESTConfig()
	cfg.QPS = -1
	c, err := client.New(cfg, client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	env := &testenv.Env{Config: cfg, Client: c, Scheme: scheme}
	crds(t, env)
	return p, env
}

// crds installs the CRDs and waits until they are served.
func crds(t testing.TB, env *testenv.Env) {
	t.Helper()
	for _, content := range crdFiles(t) {
		env.Apply(t, "", content)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		var list apiextensionsv1.CustomResourceDefinitionList
		if err := env.Client.List(ctx, &list); err != nil {
			t.Fatal(err)
		}
		served := 0
		for i := range list.Items {
			for _, c := range list.Items[i].Status.Conditions {
				if c.Type == apiextensionsv1.Established && c.Status == apiextensionsv1.ConditionTrue &&
					strings.HasSuffix(list.Items[i].Name, ".provost.dev") {
					served++
				}
			}
		}
		if served == len(crdFiles(t)) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}
