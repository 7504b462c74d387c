package controllers_test

import (
	"context"
	"testing"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/internal/testing/testenv"
)

// TestAttributesOfBefore has a Person stored under the schema of an older release, in which an attribute had one text: under
// the schema of this one it still counts, its status is written, and it can be written anew as a list (R37).
func TestAttributesOfBefore(t *testing.T) {
	env, _ := start(t)
	restore := attributesAs(t, env, apiextensionsv1.JSONSchemaProps{Type: "string"})
	old := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "provost.dev/v1alpha1", "kind": "Person", "metadata": map[string]any{"name": "ada"},
		"spec": map[string]any{"attributes": map[string]any{"department": "physics"}},
	}}
	within(t, "the schema of before is served", func() bool { return env.Client.Create(t.Context(), old.DeepCopy()) == nil })
	restore()
	within(t, "the schema of now is served", func() bool {
		other := old.DeepCopy()
		other.SetName("ben")
		return env.Client.Create(t.Context(), other, client.DryRunAll) != nil
	})
	walk(t, env,
		step{name: "what is stored counts", apply: school + `
---
{kind: Group, metadata: {name: physicists}, spec: {memberSelector: {matchLabels: {department: physics}}}}`, expect: `
Group/acme/physicists  Ready=True/Succeeded members=ada
Person/ada  Ready=True/Succeeded groups=1`},
	)
	// Server-side apply cannot compare what is stored: it is replaced as a whole.
	within(t, "it is written anew", func() bool {
		now := old.DeepCopy()
		if env.Client.Get(t.Context(), client.ObjectKeyFromObject(old), now) != nil {
			return false
		}
		err := unstructured.SetNestedStringSlice(now.Object, []string{"mathematics", "physics"}, "spec", "attributes", "department")
		return err == nil && env.Client.Update(t.Context(), now) == nil
	})
	walk(t, env, step{name: "written anew", apply: `
{kind: Group, metadata: {name: mathematicians}, spec: {memberSelector: {matchLabels: {department: mathematics}}}}`, expect: `
Group/acme/physicists  members=ada
Group/acme/mathematicians  members=ada
Person/ada  Ready=True/Succeeded groups=2`})
}

// attributesAs gives the attributes of people another schema, and returns what gives them back their own.
func attributesAs(t *testing.T, env *testenv.Env, values apiextensionsv1.JSONSchemaProps) (restore func()) {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := apiextensionsv1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	c, err := client.New(env.Config, client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	change := func(values apiextensionsv1.JSONSchemaProps) (was apiextensionsv1.JSONSchemaProps) {
		crd := &apiextensionsv1.CustomResourceDefinition{}
		within(t, "the definition of people is changed", func() bool {
			if err := c.Get(context.Background(), client.ObjectKey{Name: "people.provost.dev"}, crd); err != nil {
				return false
			}
			root := crd.Spec.Versions[0].Schema.OpenAPIV3Schema
			spec := root.Properties["spec"]
			attributes := spec.Properties["attributes"]
			was = *attributes.AdditionalProperties.Schema
			attributes.AdditionalProperties.Schema = &values
			spec.Properties["attributes"] = attributes
			root.Properties["spec"] = spec
			err := c.Update(context.Background(), crd)
			if err != nil {
				t.Log(err)
			}
			return err == nil
		})
		return was
	}
	was := change(values)
	done := false
	restore = func() {
		if !done {
			done = true
			change(was)
		}
	}
	t.Cleanup(restore)
	return restore
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
