// Package schema checks objects against the CustomResourceDefinitions of this release, without a cluster, and says what
// the API server would say: types, limits and patterns, unknown fields, keys that must be unique, and the CEL rules,
// with the same paths and messages. It uses the API server's own libraries for it.
//
// What needs the other objects, or the requester, is not its concern.
package schema

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"

	"provost.dev/provost/config/crd"
)

// Set holds the schemas of a number of kinds. Each is compiled when it is first needed, and once. A Set may be used by
// any number of goroutines at once.
type Set struct {
	kinds map[schema.GroupVersionKind]*kind
}

// Release returns the schemas of this release, those that `config/crd` holds. The same Set every time.
var Release = sync.OnceValues(func() (*Set, error) {
	return New(crd.Bases)
})

// New reads every YAML file of a file system as a CustomResourceDefinition: what it says of its names at once, and
// the schema when it is first needed. A command that asks one question waits for that. The error names the file.
func New(files fs.FS) (*Set, error) {
	var names []string
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && path.Ext(name) == ".yaml" {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the CustomResourceDefinitions: %w", err)
	}
	set := &Set{kinds: map[schema.GroupVersionKind]*kind{}}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read the CustomResourceDefinitions: %w", err)
		}
		definition, err := read(name, head(text))
		if err != nil {
			return nil, err
		}
		all := sync.OnceValues(func() (*apiextensionsv1.CustomResourceDefinition, error) { return read(name, text) })
		for i, version := range definition.Spec.Versions {
			k := &kind{names: definition.Spec, version: version.Name, all: all, at: i}
			set.kinds[k.groupVersionKind()] = k
		}
	}
	return set, nil
}

func read(name string, text []byte) (*apiextensionsv1.CustomResourceDefinition, error) {
	definition := &apiextensionsv1.CustomResourceDefinition{}
	if err := yaml.UnmarshalStrict(text, definition); err != nil {
		return nil, fmt.Errorf("read the CustomResourceDefinitions: %s: %w", name, err)
	}
	return definition, nil
}

// head is what a definition as controller-gen writes it says before the schema of its only version: its names, and that
// version's. Of any other text it is all of it.
func head(text []byte) []byte {
	before, after, found := bytes.Cut(text, []byte("\n    schema:\n"))
	if !found || bytes.Contains(after, []byte("\n  - ")) {
		return text
	}
	return before
}

// Kinds returns the kinds that the set knows, sorted by name.
func (s *Set) Kinds() []schema.GroupVersionKind {
	kinds := make([]schema.GroupVersionKind, 0, len(s.kinds))
	for gvk := range s.kinds {
		kinds = append(kinds, gvk)
	}
	slices.SortFunc(kinds, func(a, b schema.GroupVersionKind) int { return strings.Compare(a.String(), b.String()) })
	return kinds
}

// Has says whether the set knows a kind.
func (s *Set) Has(gvk schema.GroupVersionKind) bool {
	_, ok := s.kinds[gvk]
	return ok
}

// Namespaced says whether the objects of a kind live in a namespace; false for a kind that the set does not know.
func (s *Set) Namespaced(gvk schema.GroupVersionKind) bool {
	k, ok := s.kinds[gvk]
	return ok && k.namespaced()
}

// Resource returns the resource of a kind, such as people for Person, and whether the set knows the kind.
func (s *Set) Resource(gvk schema.GroupVersionKind) (schema.GroupVersionResource, bool) {
	k, ok := s.kinds[gvk]
	if !ok {
		return schema.GroupVersionResource{}, false
	}
	return gvk.GroupVersion().WithResource(k.names.Names.Plural), true
}

// Validate says what is wrong with an object that somebody would create; nil if nothing is. It does not change the
// object. Numbers must be int64 or float64, as the JSON decoders of Kubernetes make them.
func (s *Set) Validate(ctx context.Context, obj *unstructured.Unstructured) field.ErrorList {
	if k, ok := s.kinds[obj.GroupVersionKind()]; ok {
		if compiled, err := k.compiled(); err == nil && compiled.surely(obj) {
			return nil
		}
	}
	return s.Thoroughly(ctx, obj)
}

// Thoroughly is Validate without the quick check that most good objects pass: for tests, which hold the two to each other.
func (s *Set) Thoroughly(ctx context.Context, obj *unstructured.Unstructured) field.ErrorList {
	_, errs := s.admit(ctx, obj, false)
	return errs
}

// Admit validates an object that somebody would create and returns it as the API server would store it: with defaults,
// and without what does not count (a status that only the controller may write). The argument is not changed. Where
// there are errors, the object returned is of no use.
func (s *Set) Admit(ctx context.Context, obj *unstructured.Unstructured) (*unstructured.Unstructured, field.ErrorList) {
	return s.admit(ctx, obj, true)
}

func (s *Set) admit(ctx context.Context, obj *unstructured.Unstructured, quickly bool) (*unstructured.Unstructured, field.ErrorList) {
	gvk := obj.GroupVersionKind()
	k, ok := s.kinds[gvk]
	if !ok {
		return nil, field.ErrorList{s.unknownKind(gvk)}
	}
	compiled, err := k.compiled()
	if err != nil {
		return nil, field.ErrorList{field.InternalError(nil, err)}
	}
	admitted := obj.DeepCopy()
	if quickly && compiled.surely(obj) {
		compiled.complete(admitted)
		return admitted, nil
	}
	switch errs, readable := compiled.decode(admitted); {
	case len(errs) > 0 && readable:
		return nil, append(errs, compiled.besides(admitted)...)
	case len(errs) > 0:
		return nil, errs
	}
	if errs := compiled.validate(ctx, admitted); len(errs) > 0 {
		return nil, errs
	}
	return admitted, nil
}

func (s *Set) unknownKind(gvk schema.GroupVersionKind) *field.Error {
	if gvk.Kind == "" {
		return field.Required(field.NewPath("kind"), "name the kind of the object")
	}
	if gvk.Version == "" {
		return field.Required(field.NewPath("apiVersion"), "name the group and version of the kind")
	}
	var kinds, versions []string
	for known := range s.kinds {
		kinds = append(kinds, known.Kind)
		if known.GroupVersion() != gvk.GroupVersion() {
			versions = append(versions, known.GroupVersion().String())
			continue
		}
	}
	if len(versions) == len(kinds) {
		return field.Invalid(field.NewPath("apiVersion"), gvk.GroupVersion().String(),
			"not a group and version of ours"+didYouMean(gvk.GroupVersion().String(), versions))
	}
	return field.Invalid(field.NewPath("kind"), gvk.Kind,
		fmt.Sprintf("%s has no such kind%s", gvk.GroupVersion(), didYouMean(gvk.Kind, kinds)))
}
