package doors_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitsync"
	"provost.dev/provost/internal/manifest"
)

// memory is as much of a cluster as a GitSync needs: objects that are applied, listed and deleted. A property over many
// worlds cannot wait for an API server; TestPlanClusterAndGitSync in internal/cli has a real one.
type memory struct {
	client.Client // what nobody calls here

	scheme  *runtime.Scheme
	mu      sync.Mutex
	objects map[string]*unstructured.Unstructured
	version int
	// written are the objects that were applied, let go or deleted.
	written map[directory.ID]bool
}

func newMemory(scheme *runtime.Scheme) *memory {
	return &memory{scheme: scheme, objects: map[string]*unstructured.Unstructured{}, written: map[directory.ID]bool{}}
}

func keyOf(gvk schema.GroupVersionKind, namespace, name string) string {
	return strings.Join([]string{gvk.Kind, namespace, name}, "/")
}

func idOf(o *unstructured.Unstructured) directory.ID {
	return directory.ID{Kind: directory.Kind(o.GetKind()), Namespace: o.GetNamespace(), Name: o.GetName()}
}

// put writes an object by hand.
func (m *memory) put(o *unstructured.Unstructured) {
	m.version++
	o.SetResourceVersion(fmt.Sprint(m.version))
	o.SetUID("uid")
	m.objects[keyOf(o.GroupVersionKind(), o.GetNamespace(), o.GetName())] = o
}

// Scheme implements client.Client.
func (m *memory) Scheme() *runtime.Scheme { return m.scheme }

// Apply implements client.Client: labels of others stay, and the managed fields say what was applied.
func (m *memory) Apply(_ context.Context, obj runtime.ApplyConfiguration, _ ...client.ApplyOption) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	u := obj.(interface {
		DeepCopy() *unstructured.Unstructured
		SetResourceVersion(string)
	})
	o := u.DeepCopy()
	applied := map[string]any{}
	for k := range o.GetLabels() {
		applied["f:"+k] = map[string]any{}
	}
	raw, err := json.Marshal(map[string]any{"f:metadata": map[string]any{"f:labels": applied}})
	if err != nil {
		return err
	}
	if old := m.objects[keyOf(o.GroupVersionKind(), o.GetNamespace(), o.GetName())]; old != nil && o.GetKind() == "Namespace" {
		all := map[string]string{"kubernetes.io/metadata.name": o.GetName()}
		maps.Copy(all, o.GetLabels())
		o.SetLabels(all)
	}
	o.SetManagedFields([]metav1.ManagedFieldsEntry{{
		Manager: gitsync.FieldManager, Operation: metav1.ManagedFieldsOperationApply, FieldsV1: metav1.NewFieldsV1(string(raw)),
	}})
	m.put(o)
	m.written[idOf(o)] = true
	u.SetResourceVersion(o.GetResourceVersion())
	return nil
}

// Patch implements client.Client: it lets an object go.
func (m *memory) Patch(_ context.Context, obj client.Object, _ client.Patch, _ ...client.PatchOption) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	o := m.objects[keyOf(obj.(*unstructured.Unstructured).GroupVersionKind(), obj.GetNamespace(), obj.GetName())]
	all := o.GetLabels()
	delete(all, provostv1.GitSyncLabel)
	o.SetLabels(all)
	return nil
}

// Delete implements client.Client.
func (m *memory) Delete(_ context.Context, obj client.Object, _ ...client.DeleteOption) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	o := obj.(*unstructured.Unstructured)
	delete(m.objects, keyOf(o.GroupVersionKind(), o.GetNamespace(), o.GetName()))
	m.written[idOf(o)] = true
	return nil
}

// Get implements client.Client.
func (m *memory) Get(_ context.Context, key client.ObjectKey, obj client.Object, _ ...client.GetOption) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	gvk := obj.GetObjectKind().GroupVersionKind()
	if gvk.Empty() {
		kinds, _, err := m.scheme.ObjectKinds(obj)
		if err != nil {
			return err
		}
		gvk = kinds[0]
	}
	o := m.objects[keyOf(gvk, key.Namespace, key.Name)]
	if o == nil {
		return apierrors.NewNotFound(schema.GroupResource{Group: gvk.Group, Resource: gvk.Kind}, key.Name)
	}
	if u, ok := obj.(*unstructured.Unstructured); ok {
		o.DeepCopyInto(u)
		return nil
	}
	return runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, obj)
}

// List implements client.Client.
func (m *memory) List(_ context.Context, list client.ObjectList, options ...client.ListOption) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	out, ok := list.(*unstructured.UnstructuredList)
	if !ok {
		return nil
	}
	var o client.ListOptions
	o.ApplyOptions(options)
	for _, u := range m.objects {
		if u.GetKind()+"List" == out.GetKind() && (o.Namespace == "" || o.Namespace == u.GetNamespace()) &&
			(o.LabelSelector == nil || o.LabelSelector.Matches(labels.Set(u.GetLabels()))) {
			out.Items = append(out.Items, *u.DeepCopy())
		}
	}
	return nil
}

// all are the objects as typed ones.
func (m *memory) all() ([]manifest.Object, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []manifest.Object
	for _, u := range m.objects {
		typed, err := m.scheme.New(u.GroupVersionKind())
		if err == nil {
			err = runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, typed)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, typed.(manifest.Object))
	}
	return out, nil
}

// snapshot is what people may do.
func (m *memory) snapshot(context.Context) (*directory.Snapshot, error) {
	objects, err := m.all()
	if err != nil {
		return nil, err
	}
	var records []directory.Record
	for _, o := range objects {
		r, err := manifest.FromObject(o)
		if err != nil {
			return nil, err
		}
		if r != nil {
			records = append(records, r)
		}
	}
	return directory.Build(records...), nil
}
