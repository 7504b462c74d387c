package gitsync

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// ID names one object of a cluster.
type ID struct {
	schema.GroupVersionKind
	Namespace, Name string
}

// idOf names an object.
func idOf(o *unstructured.Unstructured) ID {
	return ID{o.GroupVersionKind(), o.GetNamespace(), o.GetName()}
}

// String is how messages name the object: Course acme/algebra-1.
func (id ID) String() string {
	if id.Namespace == "" {
		return id.Kind + " " + id.Name
	}
	return id.Kind + " " + id.Namespace + "/" + id.Name
}

func (id ID) compare(other ID) int {
	return cmp.Or(strings.Compare(id.Group, other.Group), strings.Compare(id.Kind, other.Kind),
		strings.Compare(id.Namespace, other.Namespace), strings.Compare(id.Name, other.Name))
}

// key is the ID as it goes into digests.
func (id ID) key() string {
	return strings.Join([]string{id.Group, id.Kind, id.Namespace, id.Name}, "\x00")
}

// Object is one object of a commit.
type Object struct {
	ID
	// Desired is what is applied: as the API server would store it, with its
	// defaults, and with the owner's label. It is never changed once it is made.
	Desired *unstructured.Unstructured
	// Position is where it stands in the repository: file:line.
	Position string
	stage    stage
	// digest is a hash over Desired.
	digest [sha256.Size]byte
}

// newObject makes an object of one that passed its check.
func newObject(admitted *unstructured.Unstructured, owner, position string) (*Object, error) {
	o := &Object{ID: idOf(admitted), Desired: desired(admitted, owner), Position: position, stage: stageOf(admitted)}
	content, err := json.Marshal(o.Desired.Object) // maps are written in the order of their keys
	if err != nil {
		return nil, fmt.Errorf("%s (%s): %w", o.ID, position, err)
	}
	o.digest = sha256.Sum256(content)
	return o, nil
}

// Set is what one commit gives.
type Set struct {
	// Objects are all objects, in no order that matters.
	Objects []*Object
	// Digest is a hash over all of them: equal for commits that say the same.
	Digest string

	byID map[ID]*Object
}

// newSet makes a set of objects.
func newSet(objects []*Object) *Set {
	s := &Set{Objects: objects, byID: make(map[ID]*Object, len(objects))}
	for _, o := range objects {
		s.byID[o.ID] = o
	}
	sorted := slices.Clone(objects)
	slices.SortFunc(sorted, func(a, b *Object) int { return a.compare(b.ID) })
	sum := sha256.New()
	for _, o := range sorted {
		_, _ = fmt.Fprintf(sum, "%s\n%x\n", o.key(), o.digest)
	}
	s.Digest = "sha256:" + hex.EncodeToString(sum.Sum(nil))
	return s
}

// desired is the object to apply for one that passed its check: what a person
// says of it, and nothing that the server says.
func desired(admitted *unstructured.Unstructured, owner string) *unstructured.Unstructured {
	meta := map[string]any{"name": admitted.GetName()}
	if ns := admitted.GetNamespace(); ns != "" {
		meta["namespace"] = ns
	}
	labels := map[string]any{provostv1.GitSyncLabel: owner}
	for k, v := range admitted.GetLabels() {
		if k != provostv1.GitSyncLabel {
			labels[k] = v
		}
	}
	meta["labels"] = labels
	annotations := map[string]any{}
	for k, v := range admitted.GetAnnotations() {
		if !slices.Contains(provostv1.TrailAnnotations, k) { // in manifests that were read from a cluster
			annotations[k] = v
		}
	}
	if len(annotations) > 0 {
		meta["annotations"] = annotations
	}
	out := map[string]any{
		"apiVersion": admitted.GetAPIVersion(),
		"kind":       admitted.GetKind(),
		"metadata":   meta,
	}
	if admitted.GroupVersionKind() == namespaceKind {
		return &unstructured.Unstructured{Object: out}
	}
	// An object without a spec is applied with an empty one: what somebody else
	// wrote into it would otherwise stay, because nobody else owns the field.
	spec, ok := admitted.Object["spec"].(map[string]any)
	if !ok {
		spec = map[string]any{}
	}
	out["spec"] = spec
	return &unstructured.Unstructured{Object: out}
}
