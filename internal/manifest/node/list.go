package node

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// Objects are what a List holds; ok says whether the document is one, which it is, to kubectl, where its kind ends so and it
// has items, whatever its group is. An item that says neither its apiVersion nor its kind has those of the list: one of a
// PersonList is a Person (k8s.io/apimachinery, unstructured, decodeToList). Such an item is a copy that says so, at its own
// place; what stands in it are the nodes themselves.
func Objects(root *Node) (items []*Node, ok bool) {
	list, kind := Get(root, "items"), Text(Get(root, "kind"))
	if list == nil || !strings.HasSuffix(kind, listSuffix) {
		return nil, false
	}
	of, apiVersion := strings.TrimSuffix(kind, listSuffix), Text(Get(root, "apiVersion"))
	for _, item := range Items(list) {
		if of != "" && resolve(item).Kind == yaml.MappingNode && !says(item, "kind") && !says(item, "apiVersion") {
			item = typed(item, apiVersion, of)
		}
		items = append(items, item)
	}
	return items, true
}

const listSuffix = "List"

// says says whether a field holds text. To kubectl, what is no text says nothing.
func says(n *Node, field string) bool {
	value := Get(n, field)
	return value != nil && value.ShortTag() == "!!str" && value.Value != ""
}

// typed is an item that says its kind. What it says itself stays, so that a field which it left empty stands there twice.
func typed(item *Node, apiVersion, kind string) *Node {
	out := *resolve(item)
	out.Line, out.Column = item.Line, item.Column
	text := func(s string) *Node {
		return &Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Line: item.Line, Column: item.Column}
	}
	out.Content = append(out.Content[:len(out.Content):len(out.Content)],
		text("apiVersion"), text(apiVersion), text("kind"), text(kind))
	return &out
}
