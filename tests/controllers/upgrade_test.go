package controllers_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	eventsv1 "k8s.io/api/events/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/rewrite"
	"provost.dev/provost/internal/cli"
	"provost.dev/provost/internal/git/gitsync"
	"provost.dev/provost/internal/git/gitsync/gittest"
	"provost.dev/provost/internal/manifest/stored"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/testenv"
)

// What there was in the commit before memberships had windows and attributes lists: the CRDs (config/crd/bases, one file after
// the other), and the manifests of examples/acme. A clone need not hold that commit.
const (
	crdsBefore = "testdata/before/crds.yaml.gz"
	acmeBefore = "testdata/before/acme.tar.gz"
)

// TestUpgrade goes the whole way from one release to the next: the old CRDs and what a GitSync applied under them, then the
// new CRDs, "check", the manager, and the old manifests written anew and applied. Nothing that an API server could not
// compare is left, and what Git does not have any more goes.
func TestUpgrade(t *testing.T) {
	env := testenv.Start(t)
	env.Clear(t)
	definitions := newDefinitions(t, env)
	definitions.set(before(t))
	repo := gittest.New(t, acmeOfBefore(t))
	env.Namespace(t, home, nil)
	env.Apply(t, home, fmt.Sprintf("kind: GitSync\nmetadata: {name: access}\nspec: {url: %q, interval: 1h, suspend: true}\n", repo.URL()))
	definitions.serves(person("probe", "{department: physics}"), true)
	applied := applyAsOf(t, env, repo.Dir)
	// Some people have more than Git says: a label of somebody else's, and an attribute without a text, which is none any more.
	foreign := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"labels":{"desk":"7"}}}`))
	if err := env.Client.Patch(t.Context(), person("ada-of-before", ""), foreign, client.FieldOwner("somebody")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"nobody-knows", "git-knows"} {
		if err := env.Client.Create(t.Context(), person(name, "{note: '', city: Bern}")); err != nil {
			t.Fatal(err)
		}
	}

	definitions.set(definitions.now)
	definitions.serves(person("probe", "{department: physics}"), false)
	if out := checked(t, env); !containsAll(out, "of an older release: person/abel, person/ada-of-before,", "provost fmt --upgrade") {
		t.Errorf("check does not say what is of an older form:\n%s", out)
	}

	m := run(t, env, func(o *manager.Options) { o.GitSyncAllowLocal = true })
	env.Expect(t, `
Person/ada-of-before  Ready=True/Succeeded
Person/tara  Ready=True/Succeeded
Person/nobody-knows  Ready=True/Succeeded
Group/acme/science-2026  Ready=True/Succeeded
Course/acme/calculus  Ready=True/Succeeded
EffectivePermissions/acme/chloe  roles[Course/calculus]=course-student`)
	conform(t, env)
	if got := attributes(t, env, "tara"); got != "map[programme:[doctorate] role:[student]]" {
		t.Errorf("tara's attributes are still as they were: %s", got)
	}
	const problem = "nobody-knows"
	heardOfOlderForm(t, env, problem)
	if out := checked(t, env); !containsAll(out, "of an older release: person/git-knows, person/nobody-knows;") {
		t.Errorf("check does not say what is left of an older form:\n%s", out)
	}

	// Again: what was written is not written once more, and what cannot be is tried.
	m.stop()
	versions := resourceVersions(t, env)
	m = run(t, env, func(o *manager.Options) { o.GitSyncAllowLocal = true })
	calm(m.writes)
	if n := m.writes.Of("PATCH people"); n != 2 || resourceVersions(t, env) != versions {
		t.Errorf("started again, the manager writes %d people, want to try 2: %s", n, m.writes)
	}

	// The old manifests are refused, with the remedy.
	w := &gitWorld{T: t, env: env, manager: m, repo: repo}
	w.apply(", interval: 1h, suspend: false")
	w.is("Ready=False/ValidationFailed")
	if message := message(t, w.read()); !strings.Contains(message, "provost fmt --upgrade") {
		t.Errorf("the GitSync does not name the remedy:\n%s", message)
	}

	// Written anew, they say the same, and all of it is in step.
	if out, code := provostCommand(t, "fmt", "--upgrade", repo.Dir); code != 0 || !strings.Contains(out, "academic-staff.yaml") {
		t.Fatalf("fmt --upgrade: %d\n%s", code, out)
	}
	hash := repo.Commit(filesIn(t, repo.Dir))
	w.ask()
	w.is("Ready=True/Succeeded lastAppliedRevision=main@sha1:" + hash)
	if n := *w.read().Status.Objects.Count; int(n) != applied {
		t.Errorf("%d objects are in step, want %d", n, applied)
	}

	// What Git does not have any more goes, also where nobody knows any more who applied it (as after a status that was written
	// to an older form), and what is somebody else's stays; what nobody could write anew is replaced.
	forgotten := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"managedFields":[{}]}}`))
	if err := env.Client.Patch(t.Context(), person("eve-of-before", ""), forgotten); err != nil {
		t.Fatal(err)
	}
	hash = repo.Commit(gittest.Files{
		"people/before.yaml": document("Person", "ada-of-before", "labels: {team: a}", "{attributes: {department: [physics]}}") +
			"---\n" + document("Person", "eve-of-before", "labels: {team: b}", "{}"),
		"people/odd.yaml":    document("Person", "git-knows", "", "{attributes: {city: [Bern]}}"),
		"groups/before.yaml": document("Group", "before", "namespace: acme", "{members: [{name: ada-of-before}]}"),
	})
	w.ask()
	w.is("Ready=True/Succeeded lastAppliedRevision=main@sha1:" + hash)
	env.Expect(t, "Group/acme/before  members=ada-of-before")
	for name, want := range map[string]string{
		"ada-of-before": "map[desk:7 team:a] map[department:[physics]]",
		"eve-of-before": "map[team:b] map[]",
		"git-knows":     "map[] map[city:[Bern]]",
	} {
		labels := read(t, env, name).GetLabels()
		delete(labels, provostv1.GitSyncLabel)
		if got := fmt.Sprint(labels, " ", attributes(t, env, name)); got != want {
			t.Errorf("%s has the labels and attributes %s, want %s", name, got, want)
		}
	}
	env.Delete(t, "", "{kind: Person, metadata: {name: nobody-knows}}")
	if out := checked(t, env); !strings.Contains(out, "nothing is stuck") {
		t.Errorf("check finds something left:\n%s", out)
	}
}

// TestShapesOfBefore holds the kinds that are looked at to what changed of the CRDs: a field of another type than before cannot
// be compared with what is stored.
func TestShapesOfBefore(t *testing.T) {
	now := map[string]*apiextensionsv1.CustomResourceDefinition{}
	for _, crd := range release(t) {
		now[crd.Name] = crd
	}
	var other []string
	for _, crd := range before(t) {
		was, is := crd.Spec.Versions[0].Schema.OpenAPIV3Schema, now[crd.Name].Spec.Versions[0].Schema.OpenAPIV3Schema
		if path := otherShape("", was, is); path != "" {
			t.Logf("%s%s", crd.Spec.Names.Kind, path)
			other = append(other, crd.Spec.Names.Kind)
		}
		if crd.Spec.Names.Kind == "EffectivePermissions" { // which have none
			continue
		}
		// A spec is owned as a whole, so that the keys of its lists do not matter to who owns what.
		if m := is.Properties["spec"].XMapType; m == nil || *m != "atomic" {
			t.Errorf("the spec of a %s is not atomic: the keys of lists that changed would leave what Git has no more", crd.Spec.Names.Kind)
		}
	}
	if got, want := fmt.Sprint(other), fmt.Sprint(stored.Kinds); got != want {
		t.Errorf("the kinds %s have another form than before, and %s are looked at", got, want)
	}
}

// otherShape is the first field of which the schema takes another type than it did.
func otherShape(path string, was, is *apiextensionsv1.JSONSchemaProps) string {
	if was == nil || is == nil {
		return ""
	}
	if was.Type != is.Type {
		return path
	}
	for name := range was.Properties {
		a := was.Properties[name]
		b, ok := is.Properties[name]
		if !ok {
			return path + "." + name
		}
		if found := otherShape(path+"."+name, &a, &b); found != "" {
			return found
		}
	}
	if was.Items != nil && is.Items != nil {
		if found := otherShape(path+"[]", was.Items.Schema, is.Items.Schema); found != "" {
			return found
		}
	}
	if was.AdditionalProperties != nil && is.AdditionalProperties != nil {
		return otherShape(path+"[]", was.AdditionalProperties.Schema, is.AdditionalProperties.Schema)
	}
	return ""
}

// definitions are the CRDs of the API server, which has those of the release again when the test ends.
type definitions struct {
	*testing.T
	env    *testenv.Env
	client client.Client
	now    []*apiextensionsv1.CustomResourceDefinition
}

func newDefinitions(t *testing.T, env *testenv.Env) *definitions {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := apiextensionsv1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	c, err := client.New(env.Config, client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	d := &definitions{t, env, c, release(t)}
	t.Cleanup(func() { d.set(d.now) })
	return d
}

// set gives the API server these CRDs.
func (d *definitions) set(all []*apiextensionsv1.CustomResourceDefinition) {
	d.Helper()
	for _, crd := range all {
		within(d.T, "the definition of "+crd.Name+" is changed", func() bool {
			have := &apiextensionsv1.CustomResourceDefinition{}
			if err := d.client.Get(context.Background(), client.ObjectKeyFromObject(crd), have); err != nil {
				return false
			}
			have.Spec = crd.Spec
			return d.client.Update(context.Background(), have) == nil
		})
	}
}

// serves waits until an object is taken, or is not.
func (d *definitions) serves(o *unstructured.Unstructured, taken bool) {
	d.Helper()
	within(d.T, fmt.Sprintf("%s %s is taken: %v", o.GetKind(), o.GetName(), taken), func() bool {
		return (d.env.Client.Create(d.Context(), o.DeepCopy(), client.DryRunAll) == nil) == taken
	})
}

// release are the CRDs of this release.
func release(t *testing.T) []*apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	root, err := testenv.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "config", "crd", "bases", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var all []*apiextensionsv1.CustomResourceDefinition
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, definitionsIn(t, text)...)
	}
	return all
}

// before are the CRDs of before.
func before(t *testing.T) []*apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	return definitionsIn(t, unpacked(t, crdsBefore))
}

func definitionsIn(t *testing.T, text []byte) []*apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	var out []*apiextensionsv1.CustomResourceDefinition
	for _, document := range strings.Split(string(text), "\n---\n") {
		crd := &apiextensionsv1.CustomResourceDefinition{}
		if err := yaml.Unmarshal([]byte(document), crd); err != nil {
			t.Fatal(err)
		}
		out = append(out, crd)
	}
	return out
}

// unpacked is the content of a compressed file.
func unpacked(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// acmeOfBefore are the manifests of before, and two more people.
func acmeOfBefore(t *testing.T) gittest.Files {
	t.Helper()
	files := gittest.Files{
		"people/before.yaml": document("Person", "ada-of-before", "labels: {team: a, shift: b}",
			"{attributes: {department: physics, city: Bern}}") +
			"---\n" + document("Person", "eve-of-before", "labels: {team: b, shift: c}", "{attributes: {city: Bern}}"),
	}
	for r := tar.NewReader(bytes.NewReader(unpacked(t, acmeBefore))); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[h.Name] = string(text)
	}
}

// filesIn are the manifests of a folder as they are now.
func filesIn(t *testing.T, dir string) gittest.Files {
	t.Helper()
	files := gittest.Files{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, path))
		files[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func document(kind, name, meta, spec string) string {
	if meta != "" {
		meta = ", " + meta
	}
	return fmt.Sprintf("apiVersion: provost.dev/v1alpha1\nkind: %s\nmetadata: {name: %s%s}\nspec: %s\n", kind, name, meta, spec)
}

func person(name, attributes string) *unstructured.Unstructured {
	o := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(document("Person", name, "", "{attributes: "+attributes+"}")), &o.Object); err != nil {
		panic(err)
	}
	return o
}

// applyAsOf applies the manifests of a folder as a GitSync of before did, and says how many there are.
func applyAsOf(t *testing.T, env *testenv.Env, dir string) (n int) {
	t.Helper()
	var all []*unstructured.Unstructured
	files := filesIn(t, dir)
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if !strings.HasSuffix(path, "_test.yaml") {
			all = append(all, env.Objects(t, "", files[path])...)
		}
	}
	for _, namespaces := range []bool{true, false} {
		for _, o := range all {
			if (o.GetKind() == "Namespace") != namespaces {
				continue
			}
			labels := o.GetLabels()
			if labels == nil {
				labels = map[string]string{}
			}
			labels[provostv1.GitSyncLabel] = home + ".access"
			o.SetLabels(labels)
			err := env.Client.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(o), client.FieldOwner(gitsync.FieldManager))
			if err != nil {
				t.Fatalf("%s %s: %v", o.GetKind(), o.GetName(), err)
			}
		}
	}
	return len(all)
}

// provostCommand runs the program's command line.
func provostCommand(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	var both bytes.Buffer
	code = cli.Run(t.Context(), append([]string{"provost"}, args...), genericiooptions.IOStreams{In: strings.NewReader(""), Out: &both, ErrOut: &both})
	return both.String(), code
}

// checked asks the command whether the installation is healthy.
func checked(t *testing.T, env *testenv.Env) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(file, env.Kubeconfig, 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := provostCommand(t, "check", "--kubeconfig", file)
	return out
}

func containsAll(text string, parts ...string) bool {
	for _, p := range parts {
		if !strings.Contains(text, p) {
			return false
		}
	}
	return true
}

func read(t *testing.T, env *testenv.Env, name string) *unstructured.Unstructured {
	t.Helper()
	o := person(name, "")
	if err := env.Client.Get(t.Context(), client.ObjectKeyFromObject(o), o); err != nil {
		t.Fatal(err)
	}
	return o
}

func attributes(t *testing.T, env *testenv.Env, name string) string {
	t.Helper()
	found, _, _ := unstructured.NestedMap(read(t, env, name).Object, "spec", "attributes")
	return fmt.Sprint(found)
}

// resourceVersions are those of all people.
func resourceVersions(t *testing.T, env *testenv.Env) string {
	t.Helper()
	var people provostv1.PersonList
	if err := env.Client.List(t.Context(), &people); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range people.Items {
		out = append(out, p.Name+" "+p.ResourceVersion)
	}
	return strings.Join(out, "\n")
}

// heardOfOlderForm waits for the event that a person cannot be written anew.
func heardOfOlderForm(t *testing.T, env *testenv.Env, name string) {
	t.Helper()
	within(t, "there is an event about "+name, func() bool {
		var list eventsv1.EventList
		if err := env.Client.List(t.Context(), &list); err != nil {
			t.Fatal(err)
		}
		for _, e := range list.Items {
			if e.Reason == rewrite.OlderForm && e.Regarding.Name == name {
				t.Log(e.Note)
				return true
			}
		}
		return false
	})
}

func message(t *testing.T, gs *provostv1.GitSync) string {
	t.Helper()
	c := apimeta.FindStatusCondition(gs.Status.Conditions, provostv1.ConditionReady)
	if c == nil {
		t.Fatal("the GitSync says nothing")
	}
	return c.Message
}

// within waits until something is so.
func within(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 200 {
		if is() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("it is not so that %s", what)
}
