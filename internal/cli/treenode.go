package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"provost.dev/provost/internal/answers/trees"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/text/words"
)

// nodeLabel is what a node is called below one of a namespace: a group of another one with its own.
func nodeLabel(t *trees.Node, namespace string) string {
	o := &t.Object
	switch {
	case o.Kind != string(directory.KindGroup) && o.Kind != trees.Namespace:
		return strings.ToLower(o.Kind) + "/" + o.Name
	case o.Kind == trees.Namespace || o.Namespace == namespace:
		return o.Name
	}
	return nodeName(t)
}

// nodeName is a node as the commands take it.
func nodeName(t *trees.Node) string {
	o := &t.Object
	if o.Kind == string(directory.KindGroup) {
		return directory.Key{Namespace: o.Namespace, Name: o.Name}.String()
	}
	return o.Namespace + "/" + strings.ToLower(o.Kind) + "/" + o.Name
}

// nodeColumns say how much there is in a node; wide with the roles that people hold.
func nodeColumns(t *trees.Node, f *printers.Format) []string {
	switch t.Object.Kind {
	case trees.Namespace:
		return nil
	case string(directory.KindGroup):
		text := words.Count(t.Counts["members"], "member", "members")
		if declared := t.Counts["declared"]; declared != t.Counts["members"] {
			text += fmt.Sprintf(", %d declared", declared)
		}
		return []string{text}
	}
	text := ""
	if n := t.Counts["people"]; n > 0 {
		text = words.Count(n, "person", "people")
	}
	if f.Is(printers.FormatWide) {
		for _, role := range slices.Sorted(maps.Keys(t.Roles)) {
			text += fmt.Sprintf("   %d %s", t.Roles[role], role)
		}
	}
	return []string{text}
}
