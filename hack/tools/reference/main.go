// Command reference writes the reference of the API: a page a kind from the CustomResourceDefinitions, so that it shows
// what the API server enforces, and a page of conditions and reasons from the Go constants.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// order is the kinds as a reader wants them.
var order = []string{
	"Organisation", "Campus", "Course", "Module", "Session", "Task",
	"Person", "Group",
	"Role", "RoleTemplate", "RoleBinding", "Term", "PermissionOverride", "SystemDeny",
	"EffectivePermissions", "Platform", "GitSync",
}

// common is what holds for every kind and is said once.
const common = `
[Conditions and their reasons](conditions.md) are the same for every kind.

- A **name** has lower-case letters, digits, ` + "`-` and `.`" +
	`, with a letter or digit at both ends. The name of a person has at most 63 characters.
- A **time** is written as in ` + "`2027-06-30T00:00:00Z`" + `, with a zone.
- The **spec** of every kind is atomic: whoever applies it applies all of it, and what somebody else added to a list is gone.
- Nothing that is named needs to exist yet.
`

func main() {
	crds := flag.String("crds", "config/crd/bases", "folder of the generated CustomResourceDefinitions")
	api := flag.String("api", "api/v1alpha1", "folder of the Go types")
	out := flag.String("out", "docs/reference", "folder to write to")
	flag.Parse()
	if err := run(*crds, *api, *out); err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
}

func run(crds, api, out string) error {
	definitions, err := read(crds)
	if err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(out, "*.md"))
	if err != nil {
		return err
	}
	for _, name := range old {
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	var index strings.Builder
	index.WriteString("# Reference\n\nGenerated from the API types with `make docs`. `kubectl explain` says the same.\n\n| kind | kubectl " +
		"| what it is |\n|---|---|---|\n")
	for _, kind := range order {
		definition, ok := definitions[kind]
		if !ok {
			return fmt.Errorf("%s has no CustomResourceDefinition for %s", crds, kind)
		}
		delete(definitions, kind)
		if err := write(out, fileName(kind), page(definition)); err != nil {
			return err
		}
		names := definition.Spec.Names
		fmt.Fprintf(&index, "| [%s](%s) | `%s` | %s |\n", kind, fileName(kind), kubectlName(names),
			prose(firstSentence(definition.Spec.Versions[0].Schema.OpenAPIV3Schema.Description)))
	}
	for kind := range definitions {
		return fmt.Errorf("the kind %s has no place in the order of the reference: add it to hack/tools/reference", kind)
	}
	conditions, err := conditionsPage(api)
	if err != nil {
		return err
	}
	if err := write(out, "conditions.md", conditions); err != nil {
		return err
	}
	index.WriteString(common)
	return write(out, "README.md", index.String())
}

// read returns the definitions of a folder by kind.
func read(folder string) (map[string]*apiextensionsv1.CustomResourceDefinition, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		return nil, err
	}
	definitions := map[string]*apiextensionsv1.CustomResourceDefinition{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		definition := &apiextensionsv1.CustomResourceDefinition{}
		if err := yaml.UnmarshalStrict(data, definition); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		definitions[definition.Spec.Names.Kind] = definition
	}
	return definitions, nil
}

func write(folder, name, text string) error {
	return os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644)
}

func fileName(kind string) string { return strings.ToLower(kind) + ".md" }

// kubectlName is the shortest name by which kubectl knows a kind.
func kubectlName(names apiextensionsv1.CustomResourceDefinitionNames) string {
	if len(names.ShortNames) > 0 {
		return names.ShortNames[0]
	}
	return names.Plural
}
