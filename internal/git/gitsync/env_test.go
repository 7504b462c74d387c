package gitsync

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitsync/gittest"
	"provost.dev/provost/internal/manifest/schema"
	"provost.dev/provost/internal/testing/testenv"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// world is a cluster and a Syncer, for GitSyncs that tests make.
type world struct {
	*testing.T
	env    *testenv.Env
	syncer *Syncer
	// client counts what the Syncer writes.
	client *countingClient
}

func newWorld(t *testing.T) *world {
	t.Helper()
	env := testenv.Start(t)
	schemas, err := schema.Release()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, env: env, client: &countingClient{Client: env.Client}}
	w.restart(schemas)
	env.Clear(t)
	// Without a controller for namespaces none ever goes; it is there, without labels, when a test begins.
	env.Namespace(t, "acme", nil)
	acme := w.get("Namespace", "acme")
	acme.SetLabels(nil)
	acme.SetManagedFields(nil)
	if err := env.Client.Update(t.Context(), acme); err != nil {
		t.Fatal(err)
	}
	return w
}

// restart makes a Syncer that remembers nothing.
func (w *world) restart(schemas *schema.Set) {
	var cached client.Reader
	if w.syncer != nil {
		cached = w.syncer.Cached
	}
	w.syncer = &Syncer{Cached: cached, Client: w.client, Schemas: schemas, Fetcher: fetcher(FetcherOptions{AllowLocal: true})}
}

// home is where the GitSyncs of tests lie, which apply to more than one namespace (R40).
const home = provostv1.SystemNamespace

// gitSync makes a GitSync of a repository in the system namespace.
func (w *world) gitSync(name, url string, change ...func(*provostv1.GitSync)) *provostv1.GitSync {
	w.Helper()
	w.env.Namespace(w, home, nil)
	gs := &provostv1.GitSync{}
	gs.Namespace, gs.Name, gs.Spec.URL = home, name, url
	for _, c := range change {
		c(gs)
	}
	if err := w.env.Client.Create(w.Context(), gs); err != nil {
		w.Fatal(err)
	}
	return gs
}

// run runs a GitSync and wants it to succeed.
func (w *world) run(gs *provostv1.GitSync) Outcome {
	w.Helper()
	out, err := w.syncer.Run(w.Context(), gs, false, Progress{})
	if err != nil {
		w.Fatalf("%s: %v", gs.Name, err)
	}
	return out
}

// fails runs a GitSync and wants it to fail for the reason, saying all of these.
func (w *world) fails(gs *provostv1.GitSync, reason string, says ...string) Outcome {
	w.Helper()
	out, err := w.syncer.Run(w.Context(), gs, false, Progress{})
	var f *Failure
	if !errors.As(err, &f) || f.Reason != reason {
		w.Fatalf("%s: %v (reason %s), want a failure of reason %s", gs.Name, err, reasonOf(err), reason)
	}
	for _, s := range says {
		if !strings.Contains(f.Error(), s) {
			w.Errorf("%s: the failure does not say %q:\n%v", gs.Name, s, f)
		}
	}
	return out
}

// get reads an object of ours; nil where there is none.
func (w *world) get(kind, name string) *unstructured.Unstructured {
	w.Helper()
	o := &unstructured.Unstructured{}
	o.SetGroupVersionKind(ours(kind))
	if kind == "Namespace" {
		o.SetGroupVersionKind(namespaceKind)
	}
	key := types.NamespacedName{Name: name}
	if !clusterScoped(o.GroupVersionKind()) {
		key.Namespace = "acme"
		if ns, n, ok := strings.Cut(name, "/"); ok {
			key.Namespace, key.Name = ns, n
		}
	}
	err := w.env.Client.Get(w.Context(), key, o)
	if client.IgnoreNotFound(err) != nil {
		w.Fatal(err)
	}
	if err != nil || o.GetDeletionTimestamp() != nil {
		return nil
	}
	return o
}

// exists wants these objects, written Kind/name, to be there.
func (w *world) exists(objects ...string) { w.Helper(); w.presence(true, objects) }

// gone wants these objects not to be there.
func (w *world) gone(objects ...string) { w.Helper(); w.presence(false, objects) }

func (w *world) presence(want bool, objects []string) {
	w.Helper()
	for _, o := range objects {
		kind, name, _ := strings.Cut(o, "/")
		if got := w.get(kind, name) != nil; got != want {
			w.Errorf("%s is there: %t, want %t", o, got, want)
		}
	}
}

// members are the members of a group.
func (w *world) members(group string) string {
	w.Helper()
	o := w.get("Group", group)
	if o == nil {
		w.Fatalf("there is no group %s", group)
	}
	list, _, _ := unstructured.NestedSlice(o.Object, "spec", "members")
	var out []string
	for _, m := range list {
		out = append(out, m.(map[string]any)["name"].(string))
	}
	return strings.Join(out, " ")
}

// countingClient counts what goes through it.
type countingClient struct {
	client.Client
	writes, reads atomic.Int64
}

func (c *countingClient) Get(ctx context.Context, k client.ObjectKey, o client.Object, opts ...client.GetOption) error {
	c.reads.Add(1)
	return c.Client.Get(ctx, k, o, opts...)
}

func (c *countingClient) List(ctx context.Context, o client.ObjectList, opts ...client.ListOption) error {
	c.reads.Add(1)
	return c.Client.List(ctx, o, opts...)
}

func (c *countingClient) Apply(ctx context.Context, o runtime.ApplyConfiguration, opts ...client.ApplyOption) error {
	c.writes.Add(1)
	return c.Client.Apply(ctx, o, opts...)
}

func (c *countingClient) Patch(ctx context.Context, o client.Object, p client.Patch, opts ...client.PatchOption) error {
	c.writes.Add(1)
	return c.Client.Patch(ctx, o, p, opts...)
}

func (c *countingClient) Delete(ctx context.Context, o client.Object, opts ...client.DeleteOption) error {
	c.writes.Add(1)
	return c.Client.Delete(ctx, o, opts...)
}

// Files for many tests: an organisation with a course and a group that is bound to it.
var acme = gittest.Files{
	"namespace.yaml": `
apiVersion: v1
kind: Namespace
metadata: {name: acme, labels: {team: yes-please}}
`,
	"acme.yaml": `
apiVersion: provost.dev/v1alpha1
kind: Organisation
metadata: {name: acme, namespace: acme}
spec: {displayName: Acme}
---
apiVersion: provost.dev/v1alpha1
kind: Course
metadata: {name: algebra, namespace: acme}
spec: {displayName: Algebra, parentRef: {kind: Organisation, name: acme}}
`,
	"people/groups.yaml": group("maths", "alice", "bob"),
	"people/bindings.json": `{"apiVersion": "provost.dev/v1alpha1", "kind": "RoleBinding",
 "metadata": {"name": "maths", "namespace": "acme"},
 "spec": {"entityRef": {"kind": "Course", "name": "algebra"}, "roleRef": {"name": "course-student"},
          "subjects": [{"kind": "Group", "name": "maths"}]}}`,
	"README.md": "Who may do what.",
}

func group(name string, members ...string) string {
	text := "apiVersion: provost.dev/v1alpha1\nkind: Group\nmetadata: {name: " + name + ", namespace: acme}\nspec:\n  displayName: " + name +
		"\n  members:\n"
	for _, m := range members {
		text += "  - {name: " + m + "}\n"
	}
	return text
}
