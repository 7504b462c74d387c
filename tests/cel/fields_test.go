package cel

import (
	"path/filepath"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"provost.dev/provost/config/crd"
)

// offlineFields returns the paths of all fields below one field of a kind, without the keys of maps.
func offlineFields(t *testing.T, kind, top string) []string {
	t.Helper()
	var fields []string
	var walk func(prefix string, schema *apiextensionsv1.JSONSchemaProps)
	walk = func(prefix string, schema *apiextensionsv1.JSONSchemaProps) {
		if schema.Items != nil {
			schema = schema.Items.Schema
		}
		for name, property := range schema.Properties {
			fields = append(fields, prefix+"."+name)
			walk(prefix+"."+name, &property)
		}
	}
	root := definition(t, kind).Spec.Versions[0].Schema.OpenAPIV3Schema.Properties[top]
	walk(top, &root)
	return fields
}

// definition returns the CRD of a kind.
func definition(t *testing.T, kind string) *apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	entries, err := crd.Bases.ReadDir("bases")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		data, err := crd.Bases.ReadFile(filepath.Join("bases", entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		definition := &apiextensionsv1.CustomResourceDefinition{}
		if err := yaml.UnmarshalStrict(data, definition); err != nil {
			t.Fatal(err)
		}
		if definition.Spec.Names.Kind == kind {
			return definition
		}
	}
	t.Fatalf("no CRD for %s", kind)
	return nil
}
