package crd_test

import (
	"io/fs"
	"strings"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"k8s.io/apimachinery/pkg/util/sets"
	"sigs.k8s.io/yaml"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/config/crd"
)

// maxAppliedSize is what client-side kubectl apply can put into its annotation.
const maxAppliedSize = 262144

// definitions reads every CRD; the key is the kind.
func definitions(t *testing.T) map[string]*apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	names, err := fs.Glob(crd.Bases, "bases/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*apiextensionsv1.CustomResourceDefinition{}
	for _, name := range names {
		data, err := crd.Bases.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) > maxAppliedSize {
			t.Errorf("%s has %d bytes; kubectl apply takes at most %d", name, len(data), maxAppliedSize)
		}
		definition := &apiextensionsv1.CustomResourceDefinition{}
		if err := yaml.UnmarshalStrict(data, definition); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[definition.Spec.Names.Kind] = definition
	}
	return all
}

// The API server's own validation of a CRD: structural schema, defaults, and the cost of the CEL rules at full size.
func TestAPIServerAcceptsEveryDefinition(t *testing.T) {
	for kind, definition := range definitions(t) {
		t.Run(kind, func(t *testing.T) {
			defaulted := definition.DeepCopy()
			apiextensionsv1.SetObjectDefaults_CustomResourceDefinition(defaulted)
			internal := &apiextensions.CustomResourceDefinition{}
			if err := apiextensionsv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(defaulted, internal,
				nil); err != nil {
				t.Fatal(err)
			}
			internal.Status.StoredVersions = []string{provostv1.GroupVersion.Version}
			for _, err := range validation.ValidateCustomResourceDefinition(t.Context(), internal) {
				t.Error(err)
			}
		})
	}
}

func TestEveryKindHasADefinition(t *testing.T) {
	want := sets.New("Organisation", "Campus", "Course", "Module", "Session", "Task", "Person", "Group", "Role", "RoleTemplate",
		"RoleBinding", "PermissionOverride", "SystemDeny", "EffectivePermissions", "Platform", "GitSync", "Term")
	got := sets.KeySet(definitions(t))
	if !want.Equal(got) {
		t.Errorf("missing %v, unexpected %v", want.Difference(got).UnsortedList(), got.Difference(want).UnsortedList())
	}
}

// What every definition has in common: the category, an atomic spec, a status that begins at generation -1, and READY,
// REASON and AGE at the right of the table.
func TestConventions(t *testing.T) {
	for kind, definition := range definitions(t) {
		t.Run(kind, func(t *testing.T) {
			if names := definition.Spec.Names; !sets.New(names.Categories...).Has(provostv1.Category) {
				t.Errorf("is not in the category %s", provostv1.Category)
			} else if kind != "Platform" && len(names.ShortNames) != 1 {
				t.Errorf("has the short names %v, want one", names.ShortNames)
			}
			version := definition.Spec.Versions[0]
			root := version.Schema.OpenAPIV3Schema
			if kind == "EffectivePermissions" {
				if version.Subresources != nil && version.Subresources.Status != nil {
					t.Error("has a status subresource, and could not be created by one write")
				}
			} else {
				if spec := root.Properties["spec"]; spec.XMapType == nil || *spec.XMapType != "atomic" {
					t.Error("spec is not atomic")
				}
				if status := root.Properties["status"]; status.Default == nil || string(status.Default.Raw) != `{"observedGeneration":-1}` {
					t.Error("status does not begin with observedGeneration: -1")
				}
				if version.Subresources == nil || version.Subresources.Status == nil {
					t.Error("has no status subresource")
				}
			}
			var columns []string
			for _, column := range version.AdditionalPrinterColumns {
				columns = append(columns, column.Name)
				if column.Type == "date" && column.JSONPath != ".metadata.creationTimestamp" {
					t.Errorf("column %s is a date: kubectl prints a future one as invalid", column.Name)
				}
			}
			if !strings.HasSuffix(strings.Join(columns, " "), "Ready Reason Age") {
				t.Errorf("columns %v do not end with Ready Reason Age", columns)
			}
		})
	}
}

// Every field is explained, every string and list has a limit.
func TestEveryFieldIsExplainedAndLimited(t *testing.T) {
	for kind, definition := range definitions(t) {
		root := definition.Spec.Versions[0].Schema.OpenAPIV3Schema
		if root.Description == "" {
			t.Errorf("%s has no description", kind)
		}
		for name, property := range root.Properties {
			if name == "spec" || name == "status" {
				checkField(t, kind+"."+name, name, &property)
			}
		}
	}
}

func checkField(t *testing.T, path, name string, schema *apiextensionsv1.JSONSchemaProps) {
	t.Helper()
	if schema.Description == "" {
		t.Errorf("%s has no description", path)
	} else if ours := !strings.Contains(path, ".conditions"); ours && name != "" && !strings.HasPrefix(schema.Description, name+" ") {
		t.Errorf("%s: the description does not begin with the field's name: %.40q", path, schema.Description)
	}
	checkLimits(t, path, schema)
	for property, sub := range schema.Properties {
		checkField(t, path+"."+property, property, &sub)
	}
}

func checkLimits(t *testing.T, path string, schema *apiextensionsv1.JSONSchemaProps) {
	t.Helper()
	switch schema.Type {
	case "string":
		limited := schema.MaxLength != nil || len(schema.Enum) > 0 || schema.Format == "date-time"
		if !limited {
			t.Errorf("%s: a string without maxLength", path)
		}
	case "array":
		if schema.MaxItems == nil {
			t.Errorf("%s: a list without maxItems", path)
		}
		if schema.XListType == nil {
			t.Errorf("%s: a list without a list type", path)
		}
		checkLimits(t, path+"[]", schema.Items.Schema)
		for property, sub := range schema.Items.Schema.Properties {
			checkField(t, path+"[]."+property, property, &sub)
		}
	case "object":
		if values := schema.AdditionalProperties; values != nil {
			if schema.MaxProperties == nil {
				t.Errorf("%s: a map without maxProperties", path)
			}
			checkLimits(t, path+"{}", values.Schema)
		}
	}
}
