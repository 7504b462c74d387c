package edit

import (
	"strings"

	"go.yaml.in/yaml/v3"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/edit/splice"
)

// Upgrade writes the manifests of a file as this release has them, where an older one had another form, and leaves the rest
// as it is. Attributes of people had one text each, and have lists (R37).
func Upgrade(text []byte) ([]byte, error) { return splice.Listed(text, singleAttributes) }

// Upgradable says whether a problem is with what Upgrade writes anew.
func Upgradable(p manifest.Problem) bool {
	return p.Rule == manifest.RuleSchema && strings.HasPrefix(p.Object, string(directory.KindPerson)+" ") &&
		strings.HasPrefix(p.Field, "spec.attributes") && strings.Contains(p.Message, "must be of type array")
}

// singleAttributes are the attributes of a Person that have a text and no list.
func singleAttributes(root *yaml.Node) []*yaml.Node {
	kind, version := value(root, "kind"), value(root, "apiVersion")
	if kind == nil || version == nil || kind.Value != string(directory.KindPerson) || version.Value != provostv1.GroupVersion.String() {
		return nil
	}
	attributes := value(value(root, "spec"), "attributes")
	if attributes == nil || attributes.Kind != yaml.MappingNode {
		return nil
	}
	var out []*yaml.Node
	for i := 1; i < len(attributes.Content); i += 2 {
		if n := attributes.Content[i]; n.Kind == yaml.ScalarNode && n.Tag == "!!str" {
			out = append(out, n)
		}
	}
	return out
}

// value is what a mapping has under a key; nil where it has none.
func value(m *yaml.Node, key string) *yaml.Node {
	if m == nil || m.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return m.Content[i+1]
		}
	}
	return nil
}
