package installation

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/run/manager"
)

// Removal is one thing to be done: to delete an object, or to release it.
type Removal struct {
	object  client.Object
	release bool
}

// String says what is done to which object: "delete clusterrole/provost-manager".
func (r Removal) String() string {
	verb := "delete "
	if r.release {
		verb = "release "
	}
	return verb + describe(r.object)
}

// Stage is what may be done in any order; the next stage needs it done.
type Stage struct {
	Title    string
	Removals []Removal
	// gone waits until what was deleted has gone.
	gone bool
}

// Stages finds what there is to be done; with crds, to delete what was declared
// too. The manager goes first, since it would put its finalizers back; then what
// asks it; then what waits for it.
func Stages(ctx context.Context, c client.Client, crds bool) ([]Stage, error) {
	stages := []Stage{
		{Title: "Stop the manager:", gone: true},
		{Title: "Let requests through without it:", gone: true},
		{Title: "Release what waits for it:"},
		{Title: "Take its rights and surroundings:"},
	}
	for i, kinds := range [][]schema.GroupVersionKind{workloads, guards, nil, surroundings} {
		found, err := installed(ctx, c, kinds)
		if err != nil {
			return nil, err
		}
		stages[i].Removals = found
	}
	definitions, err := installed(ctx, c, definitionKinds)
	if err != nil {
		return nil, err
	}
	if stages[2].Removals, err = waiting(ctx, c, definitions); err != nil {
		return nil, err
	}
	if crds {
		ns := &metav1.PartialObjectMetadata{}
		ns.SetGroupVersionKind(kindOf("", "v1", "Namespace"))
		stages = append(stages, Stage{Title: "Delete what was declared:", Removals: definitions, gone: true})
		err := c.Get(ctx, client.ObjectKey{Name: directory.SystemNamespace}, ns)
		if client.IgnoreNotFound(err) != nil {
			return nil, err
		}
		if err == nil {
			stages = append(stages, Stage{Title: "Delete the namespace:", Removals: []Removal{{object: ns}}})
		}
	}
	return stages, nil
}

// installed lists the objects of an installation. Of a kind that the cluster does not know there are none.
func installed(ctx context.Context, c client.Client, kinds []schema.GroupVersionKind) ([]Removal, error) {
	var out []Removal
	for _, kind := range kinds {
		found, err := metadata(ctx, c, kind, partOf)
		if meta.IsNoMatchError(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, o := range found {
			out = append(out, Removal{object: o})
		}
	}
	return append(out, unlabelled(ctx, c, kinds)...), nil
}

// unlabelled are the objects that have no label of ours: what the manager makes by itself, and its ClusterRole.
func unlabelled(ctx context.Context, c client.Client, kinds []schema.GroupVersionKind) []Removal {
	var out []Removal
	for _, known := range []struct{ kind, namespace, name string }{
		{"Lease", directory.SystemNamespace, manager.LeaseName},
		{"Secret", directory.SystemNamespace, admission.SecretName},
		{"ClusterRole", "", managerName},
	} {
		i := slices.IndexFunc(kinds, func(k schema.GroupVersionKind) bool { return k.Kind == known.kind })
		if i < 0 {
			continue
		}
		o := &metav1.PartialObjectMetadata{}
		o.SetGroupVersionKind(kinds[i])
		err := c.Get(ctx, client.ObjectKey{Namespace: known.namespace, Name: known.name}, o)
		if err == nil && o.Labels["app.kubernetes.io/part-of"] != "provost" {
			o.SetGroupVersionKind(kinds[i])
			out = append(out, Removal{object: o})
		}
	}
	return out
}

// waiting lists the objects of our kinds that have a finalizer of ours.
func waiting(ctx context.Context, c client.Client, crds []Removal) ([]Removal, error) {
	var out []Removal
	for _, crd := range crds {
		definition := &unstructured.Unstructured{}
		definition.SetGroupVersionKind(definitionKinds[0])
		if err := c.Get(ctx, client.ObjectKeyFromObject(crd.object), definition); err != nil {
			return nil, err
		}
		group, _, _ := unstructured.NestedString(definition.Object, "spec", "group")
		kind, _, _ := unstructured.NestedString(definition.Object, "spec", "names", "kind")
		if group != provostv1.GroupName {
			continue
		}
		objects, err := metadata(ctx, c, kindOf(group, provostv1.GroupVersion.Version, kind), nil)
		if meta.IsNoMatchError(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, o := range objects {
			if len(foreign(o.Finalizers)) < len(o.Finalizers) {
				out = append(out, Removal{object: o, release: true})
			}
		}
	}
	return out, nil
}

// foreign are the finalizers that are not ours.
func foreign(finalizers []string) []string {
	return slices.DeleteFunc(slices.Clone(finalizers), func(f string) bool { return strings.HasPrefix(f, provostv1.GroupName+"/") })
}

// CarryOut does what the stage says, and tells each step.
func (s Stage) CarryOut(ctx context.Context, c client.Client, out io.Writer) error {
	for _, r := range s.Removals {
		var err error
		if r.release {
			next := r.object.DeepCopyObject().(client.Object)
			next.SetFinalizers(foreign(r.object.GetFinalizers()))
			err = c.Patch(ctx, next, client.MergeFrom(r.object))
		} else {
			// A Deployment goes when its pods have gone; of everything else nothing hangs on it.
			propagation := metav1.DeletePropagationBackground
			if r.object.GetObjectKind().GroupVersionKind().Kind == "Deployment" {
				propagation = metav1.DeletePropagationForeground
			}
			// The answer may be the object itself, which a client of metadata cannot read.
			o := &unstructured.Unstructured{}
			o.SetGroupVersionKind(r.object.GetObjectKind().GroupVersionKind())
			o.SetNamespace(r.object.GetNamespace())
			o.SetName(r.object.GetName())
			err = c.Delete(ctx, o, client.PropagationPolicy(propagation))
		}
		if client.IgnoreNotFound(err) != nil {
			return fmt.Errorf("to %s: %w", r, err)
		}
		_, _ = fmt.Fprintf(out, "%sd %s\n", strings.Fields(r.String())[0], describe(r.object))
	}
	if !s.gone {
		return nil
	}
	for _, r := range s.Removals {
		err := wait.PollUntilContextCancel(ctx, 200*time.Millisecond, true, func(ctx context.Context) (bool, error) {
			o := &metav1.PartialObjectMetadata{}
			o.SetGroupVersionKind(r.object.GetObjectKind().GroupVersionKind())
			err := c.Get(ctx, client.ObjectKeyFromObject(r.object), o)
			return apierrors.IsNotFound(err), client.IgnoreNotFound(err)
		})
		if err != nil {
			return fmt.Errorf("%s is being deleted and does not go: %w", describe(r.object), err)
		}
	}
	return nil
}
