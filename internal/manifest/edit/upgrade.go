package edit

import (
	"go.yaml.in/yaml/v3"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/edit/splice"
	"provost.dev/provost/internal/manifest/node"
)

// Upgrade writes the manifests of a file as this release has them, where an older one had another form, and leaves the rest
// as it is. Attributes of people had one text each, and have lists (R37).
func Upgrade(text []byte) ([]byte, error) { return splice.Listed(text, within) }

// within looks at an object, and at all of a List.
func within(root *node.Node) []*node.Node {
	items, isList := node.Objects(root)
	if !isList {
		return singleAttributes(root)
	}
	var out []*node.Node
	for _, item := range items {
		out = append(out, within(item)...)
	}
	return out
}

// singleAttributes are the attributes of a Person that have a text and no list.
func singleAttributes(root *node.Node) []*node.Node {
	if node.Text(get(root, "kind")) != string(directory.KindPerson) ||
		node.Text(get(root, "apiVersion")) != provostv1.GroupVersion.String() {
		return nil
	}
	attributes := get(get(root, "spec"), "attributes")
	if attributes == nil {
		return nil
	}
	var out []*node.Node
	for _, p := range node.Pairs(attributes) {
		if p.Value.Kind == yaml.ScalarNode && p.Value.Tag == "!!str" {
			out = append(out, p.Value)
		}
	}
	return out
}
