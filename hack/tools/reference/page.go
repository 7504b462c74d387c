package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// page is the reference of one kind.
func page(definition *apiextensionsv1.CustomResourceDefinition) string {
	var b strings.Builder
	names, version := definition.Spec.Names, definition.Spec.Versions[0]
	root := version.Schema.OpenAPIV3Schema
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", names.Kind, prose(root.Description))
	scope := "in a namespace"
	if definition.Spec.Scope == apiextensionsv1.ClusterScoped {
		scope = "for the whole cluster"
	}
	fmt.Fprintf(&b, "- `apiVersion: %s/%s`, `kind: %s`, %s\n", definition.Spec.Group, version.Name, names.Kind, scope)
	fmt.Fprintf(&b, "- kubectl knows it as `%s`\n", strings.Join(append([]string{names.Plural + "." + definition.Spec.Group},
		names.ShortNames...), "`, `"))
	if len(version.SelectableFields) > 0 {
		var fields []string
		for _, field := range version.SelectableFields {
			fields = append(fields, "`"+strings.TrimPrefix(field.JSONPath, ".")+"`")
		}
		fmt.Fprintf(&b, "- `kubectl get --field-selector` takes %s\n", list(fields, "and"))
	}
	rules(&b, root)
	b.WriteString("\n## Columns\n\n| column | what it shows |\n|---|---|\n")
	for _, column := range version.AdditionalPrinterColumns {
		description := column.Description
		if description == "" {
			description = "How long ago it was created."
		}
		fmt.Fprintf(&b, "| %s | %s |\n", strings.ToUpper(column.Name), prose(description))
	}
	for _, top := range []string{"spec", "status"} {
		if property, ok := root.Properties[top]; ok {
			object(&b, top, &property)
		}
	}
	return b.String()
}

// object writes a section on an object and, after it, one on every object in it.
func object(b *strings.Builder, path string, schema *apiextensionsv1.JSONSchemaProps) {
	depth := min(2+strings.Count(path, "."), 4)
	fmt.Fprintf(b, "\n%s %s\n\n", strings.Repeat("#", depth), path)
	if strings.HasSuffix(path, ".conditions[]") {
		b.WriteString("The standard conditions of Kubernetes. [All types and reasons](conditions.md).\n")
		return
	}
	b.WriteString(prose(schema.Description) + "\n\n| field | type | |\n|---|---|---|\n")
	required := map[string]bool{}
	for _, name := range schema.Required {
		required[name] = true
	}
	fields := slices.SortedFunc(maps.Keys(schema.Properties), func(a, b string) int {
		if required[a] != required[b] {
			if required[a] {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	for _, name := range fields {
		property := schema.Properties[name]
		label := "`" + name + "`"
		if required[name] {
			label = "**" + label + "**, required"
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", label, typeOf(path+"."+name, &property), prose(property.Description)+messages(&property))
	}
	rules(b, schema)
	for _, name := range fields {
		property := schema.Properties[name]
		if property.Items != nil && len(property.Items.Schema.Properties) > 0 {
			object(b, path+"."+name+"[]", property.Items.Schema)
		} else if len(property.Properties) > 0 {
			object(b, path+"."+name, &property)
		}
	}
}

// typeOf says what a field holds, with its limits.
func typeOf(path string, schema *apiextensionsv1.JSONSchemaProps) string {
	switch {
	case schema.Type == "array":
		items := schema.Items.Schema
		what := "list of " + typeOf(path+"[]", items)
		if items.Type == "string" && len(items.Enum) == 0 {
			what = fmt.Sprintf("list of strings of at most %s characters", number(*items.MaxLength))
		}
		if schema.MaxItems != nil {
			what += ", at most " + number(*schema.MaxItems)
		}
		if keys := schema.XListMapKeys; len(keys) > 0 {
			what += ", each `" + strings.Join(keys, "`, `") + "` once"
		}
		return what
	case len(schema.Properties) > 0:
		return fmt.Sprintf("[object](#%s)", anchor(path))
	case schema.AdditionalProperties != nil && schema.AdditionalProperties.Schema.Type == "array":
		return "map of lists: each a " + typeOf(path+"{}", schema.AdditionalProperties.Schema)
	case schema.AdditionalProperties != nil:
		return "map of strings"
	case len(schema.Enum) > 0:
		var values []string
		for _, value := range schema.Enum {
			values = append(values, "`"+strings.Trim(string(value.Raw), `"`)+"`")
		}
		return list(values, "or")
	case schema.Format == "date-time":
		return "time (RFC 3339)"
	case schema.Type == "integer":
		what := "integer"
		if schema.Minimum != nil && schema.Maximum != nil {
			what += fmt.Sprintf(", %s to %s", number(int64(*schema.Minimum)), number(int64(*schema.Maximum)))
		}
		return what
	case schema.Type == "string" && schema.MaxLength != nil:
		return fmt.Sprintf("string, at most %s characters", number(*schema.MaxLength))
	}
	return schema.Type
}

// rules lists what the rules of an object say when they are broken.
func rules(b *strings.Builder, schema *apiextensionsv1.JSONSchemaProps) {
	if len(schema.XValidations) == 0 {
		return
	}
	b.WriteString("\nRefused with these messages:\n")
	for _, rule := range schema.XValidations {
		fmt.Fprintf(b, "- %s\n", prose(rule.Message))
	}
}

// messages appends what the rules of a field, and of the items of a list, say when they are broken.
func messages(schema *apiextensionsv1.JSONSchemaProps) string {
	if len(schema.Properties) > 0 {
		return "" // the section on the object says it
	}
	all := schema.XValidations
	if schema.Items != nil && len(schema.Items.Schema.Properties) == 0 {
		all = append(slices.Clone(all), schema.Items.Schema.XValidations...)
	}
	var b strings.Builder
	for _, rule := range all {
		if strings.HasPrefix(rule.Message, "must be the name of a") || strings.HasPrefix(rule.Message, "must be a moment") {
			continue // what a name or a time looks like is said once, in the README
		}
		fmt.Fprintf(&b, "<br>*Refused:* %s", prose(rule.Message))
	}
	return b.String()
}

// anchor is what a heading is called in a link.
func anchor(heading string) string {
	return strings.NewReplacer(".", "", "[", "", "]", "").Replace(strings.ToLower(heading))
}

// prose makes one paragraph of a description, safe in a table.
func prose(text string) string {
	paragraphs := strings.Split(text, "\n\n")
	for i := range paragraphs {
		paragraphs[i] = strings.Join(strings.Fields(paragraphs[i]), " ")
	}
	return strings.NewReplacer("|", `\|`, "*", `\*`, "<", "&lt;").Replace(strings.Join(paragraphs, "\n\n"))
}

func firstSentence(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if end := strings.Index(text, ". "); end >= 0 {
		return text[:end+1]
	}
	return text
}

// list joins words: a, b and c.
func list(words []string, conjunction string) string {
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + conjunction + " " + words[len(words)-1]
}

// number writes a number with commas: 5,000.
func number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
