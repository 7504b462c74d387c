package export

import (
	"fmt"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/yaml"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/format"
	"provost.dev/provost/internal/manifest/generate"
	"provost.dev/provost/internal/manifest/ownership"
)

// Choice says which objects of a cluster are wanted.
type Choice struct {
	// Namespace is the only one whose objects are wanted, with the Namespace itself; "" is all of the cluster.
	Namespace string
	// Unmanaged wants only what no applier owns: what is in the cluster and in no repository.
	Unmanaged bool
}

// Of are the chosen objects, in the order of kind, namespace and name. What the manager writes itself is never among them, nor
// a Namespace in which nothing of ours lies, nor the system namespace, which an installation brings.
func (c Choice) Of(objects []manifest.Object) []manifest.Object {
	inUse := map[string]bool{}
	for _, o := range objects {
		inUse[o.GetNamespace()] = true
	}
	var out []manifest.Object
	for _, o := range objects {
		namespace := o.GetNamespace()
		if ns, ok := o.(*corev1.Namespace); ok {
			if namespace = ns.Name; !inUse[ns.Name] || ns.Name == directory.SystemNamespace {
				continue
			}
		}
		if role, ok := o.(*provostv1.Role); ok && role.Spec.Type == provostv1.RoleTypeSystem || o.GetDeletionTimestamp() != nil ||
			c.Namespace != "" && namespace != c.Namespace || c.Unmanaged && !ownership.Of(o).None() {
			continue
		}
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b manifest.Object) int { return strings.Compare(keyOf(a), keyOf(b)) })
	return out
}

func keyOf(o manifest.Object) string {
	return strings.Join([]string{kindOf(o).Kind, o.GetNamespace(), o.GetName()}, "\x00")
}

// kindOf is the kind of an object, which a typed client leaves out.
func kindOf(o manifest.Object) schema.GroupVersionKind {
	if _, ok := o.(*corev1.Namespace); ok {
		return corev1.SchemeGroupVersion.WithKind("Namespace")
	}
	name := fmt.Sprintf("%T", o)
	return provostv1.GroupVersion.WithKind(name[strings.LastIndexByte(name, '.')+1:])
}

// Text is an object as a manifest: one document, in the canonical layout.
func Text(o manifest.Object) ([]byte, error) {
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o)
	if err != nil {
		return nil, err
	}
	gvk := kindOf(o)
	out := map[string]any{"apiVersion": gvk.GroupVersion().String(), "kind": gvk.Kind, "metadata": metadata(o)}
	if spec, ok := content["spec"].(map[string]any); ok && gvk.Kind != "Namespace" {
		out["spec"] = spec
	}
	text, err := yaml.Marshal(out)
	if err != nil {
		return nil, err
	}
	result, problem := format.Text(text, format.Options{})
	if problem != nil {
		return nil, fmt.Errorf("it cannot be laid out: %s", problem.Message)
	}
	return result.Text, nil
}

// metadata is what people say of an object in its metadata.
func metadata(o metav1.Object) map[string]any {
	out := map[string]any{"name": o.GetName()}
	if ns := o.GetNamespace(); ns != "" {
		out["namespace"] = ns
	}
	if labels := without(o.GetLabels(), provostv1.GitSyncLabel, corev1.LabelMetadataName); len(labels) > 0 {
		out["labels"] = labels
	}
	added := append(slices.Clone(provostv1.TrailAnnotations), corev1.LastAppliedConfigAnnotation, provostv1.RequestedAtAnnotation,
		provostv1.AllowRemovalsAnnotation)
	if annotations := without(o.GetAnnotations(), added...); len(annotations) > 0 {
		out["annotations"] = annotations
	}
	return out
}

func without(all map[string]string, keys ...string) map[string]any {
	out := map[string]any{}
	for k, v := range all {
		if !slices.Contains(keys, k) {
			out[k] = v
		}
	}
	return out
}

// Files are objects as files, each by itself: NAMESPACE/FOLDER/NAME.yaml, and FOLDER/NAME.yaml for what lies in no namespace.
func Files(objects []manifest.Object) ([]generate.File, error) {
	files := make([]generate.File, 0, len(objects))
	for _, o := range objects {
		text, err := Text(o)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", kindOf(o).Kind, o.GetName(), err)
		}
		files = append(files, generate.File{Name: fileOf(o), Text: text})
	}
	return files, nil
}

// fileOf is where the manifest of an object lies. The kustomization of a folder has a name that no object's file may have.
func fileOf(o manifest.Object) string {
	kind := kindOf(o).Kind
	base := o.GetName() + ".yaml"
	if slices.Contains(konfig.RecognizedKustomizationFileNames(), base) {
		base = o.GetName() + "." + strings.ToLower(kind) + ".yaml"
	}
	return path.Join(o.GetNamespace(), generate.Folder(kind), base)
}

// Stream is objects as one text of several documents.
func Stream(objects []manifest.Object) ([]byte, error) {
	files, err := Files(objects)
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(files))
	for i, f := range files {
		texts[i] = string(f.Text)
	}
	return []byte(strings.Join(texts, "---\n")), nil
}
