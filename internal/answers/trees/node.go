// Package trees are the trees of groups and of entities, with counts and problems.
package trees

import (
	"provost.dev/provost/internal/answers/cite"
)

// Node is one node of the output of "tree".
type Node struct {
	// Object is the group or entity; in the roots of a namespace it is the Namespace.
	Object cite.Object `json:"object"`
	// Counts say how much there is: declared and members of a group; people of an entity.
	Counts map[string]int `json:"counts,omitempty"`
	// Roles say how many people hold each role at an entity.
	Roles    map[string]int `json:"roles,omitempty"`
	Problems []string       `json:"problems,omitempty"`
	Children []*Node        `json:"children,omitempty"`
}

// Namespace is the kind of the roots that stand for namespaces.
const Namespace = "Namespace"

// under adds a tree to the one of its namespace.
func under(roots []*Node, namespace string, tree *Node) []*Node {
	if n := len(roots); n > 0 && roots[n-1].Object.Name == namespace {
		roots[n-1].Children = append(roots[n-1].Children, tree)
		return roots
	}
	return append(roots, &Node{Object: cite.Object{Kind: Namespace, Name: namespace}, Children: []*Node{tree}})
}
