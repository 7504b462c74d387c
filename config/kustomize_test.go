package config_test

import (
	"reflect"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// object is one object of a built kustomization.
type object map[string]any

func (o object) kind() string { return o["kind"].(string) }

func (o object) name() string {
	return o["metadata"].(map[string]any)["name"].(string)
}

// builds holds what was built of each directory, for as long as the tests run.
var builds = map[string][]object{}

// build runs kustomize on a directory, as kubectl apply -k does. What it returns is not to be changed.
func build(t *testing.T, dir string) []object {
	t.Helper()
	if objects, ok := builds[dir]; ok {
		return objects
	}
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		t.Fatalf("kustomize build %s: %v", dir, err)
	}
	var objects []object
	for _, r := range built.Resources() {
		text, err := r.AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		var o object
		if err := yaml.Unmarshal(text, &o); err != nil {
			t.Fatal(err)
		}
		objects = append(objects, o)
	}
	builds[dir] = objects
	return objects
}

// find returns the object of a kind and name.
func find(t *testing.T, objects []object, kind, name string) object {
	t.Helper()
	for _, o := range objects {
		if o.kind() == kind && o.name() == name {
			return o
		}
	}
	t.Fatalf("no %s %s", kind, name)
	return nil
}

// at collects the values at a path such as spec.subjects.name; lists are walked.
func at(value any, path string) []string {
	if list, ok := value.([]any); ok {
		var found []string
		for _, item := range list {
			found = append(found, at(item, path)...)
		}
		return found
	}
	if path == "" {
		if s, ok := value.(string); ok {
			return []string{s}
		}
		return nil
	}
	field, rest, _ := strings.Cut(path, ".")
	switch m := value.(type) {
	case object:
		return at(m[field], rest)
	case map[string]any:
		return at(m[field], rest)
	}
	return nil
}

// TestPrefixReachesReferences holds the component in config/kustomize to its
// word: what lies inside the kustomization is renamed wherever it is named, and
// nothing else is.
func TestPrefixReachesReferences(t *testing.T) {
	objects := build(t, "samples-prefixed")
	for _, test := range []struct {
		object, path string
		want         []string
	}{
		{"Campus/trial-north", "spec.parentRef.name", []string{"trial-acme"}},
		{"Course/trial-algebra-1", "spec.parentRef.name", []string{"trial-north"}},
		{"Course/trial-algebra-1", "spec.owner", []string{"trial-dana"}},
		{"Module/trial-rings", "spec.parentRef.name", []string{"trial-algebra-1"}},
		{"Session/trial-rings-lecture", "spec.parentRef.name", []string{"trial-rings"}},
		{"Task/trial-rings-exercises", "spec.parentRef.name", []string{"trial-rings-lecture"}},
		{"Group/trial-mathematics", "spec.entityRef.name", []string{"trial-north"}},
		{"Group/trial-mathematics", "spec.members.name", []string{"trial-dana", "somebody-outside"}},
		{"Group/trial-algebra-team", "spec.parentRef.name", []string{"trial-mathematics"}},
		{"Group/trial-algebra-team", "spec.enrolments.entityRef.name", []string{"trial-algebra-1", "trial-algebra-1"}},
		{"Group/trial-algebra-team", "spec.enrolments.roleRef.name", []string{"trial-marker", "trial-teaching"}},
		{"Course/trial-algebra-1", "spec.termRef.name", []string{"trial-autumn-2026"}},
		{"Group/trial-algebra-team", "spec.members.termRef.name", []string{"trial-autumn-2026"}},
		{"Group/trial-algebra-team", "spec.enrolments.termRef.name", []string{"trial-autumn-2026"}},
		{"RoleBinding/trial-algebra-teachers", "spec.termRef.name", []string{"trial-autumn-2026"}},
		{"Role/trial-marker", "spec.entityRef.name", []string{"trial-algebra-1"}},
		{"Role/trial-marker", "spec.requires.role", []string{"course-student"}},
		{"Role/trial-marker", "spec.exclusiveWith.role", []string{"trial-invigilator"}},
		{"Role/trial-marker", "spec.complements", []string{"trial-invigilator"}},
		{"RoleTemplate/trial-teaching", "spec.roles.name", []string{"course-instructor", "trial-marker"}},
		{"RoleBinding/trial-algebra-markers", "spec.entityRef.name", []string{"trial-algebra-1"}},
		{"RoleBinding/trial-algebra-markers", "spec.roleRef.name", []string{"trial-marker"}},
		// The last is a group of the same name in another namespace.
		{"RoleBinding/trial-algebra-markers", "spec.subjects.name", []string{"trial-dana", "trial-mathematics", "mathematics"}},
		{"RoleBinding/trial-algebra-markers", "spec.subjects.namespace", []string{"acme", "partner"}},
		{"RoleBinding/trial-algebra-teachers", "spec.roleRef.name", []string{"course-instructor"}},
		{"PermissionOverride/trial-dana-algebra", "spec.person", []string{"trial-dana"}},
		{"PermissionOverride/trial-dana-algebra", "spec.entityRef.name", []string{"trial-algebra-1"}},
		{"GitSync/trial-acme", "spec.serviceAccountName", []string{"trial-acme-applier"}},
		{"GitSync/trial-acme", "spec.secretRef.name", []string{"acme-access"}},
		{"SystemDeny/trial-no-exports", "spec.subjects.name", []string{"trial-dana", "trial-mathematics"}},
		{"SystemDeny/trial-no-exports", "spec.scope.entityRef.name", []string{"trial-algebra-1"}},
	} {
		kind, name, _ := strings.Cut(test.object, "/")
		if got := at(find(t, objects, kind, name), test.path); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s %s = %q, want %q", test.object, test.path, got, test.want)
		}
	}
}

// TestSamplesShowEveryKind keeps the samples complete: every kind that people
// write is there.
func TestSamplesShowEveryKind(t *testing.T) {
	shown := map[string]bool{}
	for _, o := range build(t, "samples") {
		shown[o.kind()] = true
	}
	for _, o := range build(t, "crd") {
		kind := at(o, "spec.names.kind")[0]
		// EffectivePermissions is written by the manager only.
		if !shown[kind] && kind != "EffectivePermissions" {
			t.Errorf("config/samples has no %s", kind)
		}
	}
}
