package testenv

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
	"sigs.k8s.io/yaml"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// fieldOwner is in whose name the tests apply.
const fieldOwner = client.FieldOwner("test")

// Namespace makes sure that the namespace exists and has the labels.
func (e *Env) Namespace(t testing.TB, name string, labels map[string]string) {
	t.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}
	err := e.Client.Create(t.Context(), ns)
	if apierrors.IsAlreadyExists(err) {
		patch := client.MergeFrom(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
		err = e.Client.Patch(t.Context(), ns, patch)
	}
	if err != nil {
		t.Fatalf("namespace %s: %v", name, err)
	}
}

// Apply applies the YAML documents, server-side and as the owner of all of
// their fields. A document without an apiVersion is one of Provost's, and a
// namespaced object without a namespace goes into the one given.
func (e *Env) Apply(t testing.TB, namespace, documents string) {
	t.Helper()
	for _, o := range e.Objects(t, namespace, documents) {
		if err := e.Client.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(o), fieldOwner, client.ForceOwnership); err != nil {
			t.Fatalf("applying %s %s/%s: %v", o.GetKind(), o.GetNamespace(), o.GetName(), err)
		}
	}
}

// Delete deletes what the documents name; only kind and name are needed. What is not there is not an error.
func (e *Env) Delete(t testing.TB, namespace, documents string) {
	t.Helper()
	for _, o := range e.Objects(t, namespace, documents) {
		if err := client.IgnoreNotFound(e.Client.Delete(t.Context(), o)); err != nil {
			t.Fatalf("deleting %s %s/%s: %v", o.GetKind(), o.GetNamespace(), o.GetName(), err)
		}
	}
}

// Objects reads YAML documents as Apply does.
func (e *Env) Objects(t testing.TB, namespace, documents string) []*unstructured.Unstructured {
	t.Helper()
	var out []*unstructured.Unstructured
	for _, doc := range strings.Split("\n"+documents, "\n---") {
		content := map[string]any{}
		if err := yaml.UnmarshalStrict([]byte(doc), &content); err != nil {
			t.Fatalf("reading %s: %v", doc, err)
		}
		if len(content) == 0 {
			continue
		}
		o := &unstructured.Unstructured{Object: content}
		if o.GetAPIVersion() == "" {
			o.SetAPIVersion(provostv1.GroupVersion.String())
		}
		namespaced, err := apiutil.IsGVKNamespaced(o.GroupVersionKind(), e.Client.RESTMapper())
		if err != nil {
			t.Fatalf("%s %s: %v", o.GetKind(), o.GetName(), err)
		}
		if namespaced && o.GetNamespace() == "" {
			o.SetNamespace(namespace)
		}
		out = append(out, o)
	}
	return out
}

// Kinds are all of Provost's kinds.
func (e *Env) Kinds() []schema.GroupVersionKind {
	var out []schema.GroupVersionKind
	for kind := range e.Scheme.KnownTypes(provostv1.GroupVersion) {
		gvk := provostv1.GroupVersion.WithKind(kind)
		if o, err := e.Scheme.New(gvk); err == nil {
			if _, ok := o.(client.Object); ok {
				out = append(out, gvk)
			}
		}
	}
	return out
}

// Clear deletes every object of Provost's kinds, finalizers or not, so that the
// tests of a package can share the API server. It is for the beginning of a
// test, with no manager running. The system roles stay.
func (e *Env) Clear(t testing.TB) {
	t.Helper()
	for _, gvk := range e.Kinds() {
		list := &metav1.PartialObjectMetadataList{}
		list.SetGroupVersionKind(gvk.GroupVersion().WithKind(gvk.Kind + "List"))
		err := e.Client.List(t.Context(), list)
		if meta.IsNoMatchError(err) {
			continue
		}
		if err != nil {
			t.Fatalf("listing %s: %v", gvk.Kind, err)
		}
		namespaces := map[string]bool{}
		for i := range list.Items {
			o := &list.Items[i]
			namespaces[o.Namespace] = true
			if len(o.Finalizers) == 0 {
				continue
			}
			o.SetGroupVersionKind(gvk)
			patch := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`))
			if err := client.IgnoreNotFound(e.Client.Patch(t.Context(), o, patch)); err != nil {
				t.Fatalf("releasing %s %s: %v", gvk.Kind, o.Name, err)
			}
		}
		for ns := range namespaces {
			if gvk.Kind == "Role" && ns == provostv1.SystemNamespace {
				continue // the manager would write the same again, three requests for each
			}
			o := &metav1.PartialObjectMetadata{}
			o.SetGroupVersionKind(gvk)
			err := e.Client.DeleteAllOf(t.Context(), o, client.InNamespace(ns))
			for apierrors.IsTimeout(err) { // of many it goes on with the rest
				err = e.Client.DeleteAllOf(t.Context(), o, client.InNamespace(ns))
			}
			if err != nil {
				t.Fatalf("deleting the objects of kind %s in %q: %v", gvk.Kind, ns, err)
			}
		}
	}
}
