package findings

import (
	"fmt"

	"provost.dev/provost/internal/engine/directory"
)

// CircleOf says which groups hang on themselves, and which name closes the circle (rule R36).
func CircleOf(c directory.Circle) string {
	who, them := "group "+c.Groups[0].String(), "it"
	if len(c.Groups) > 1 {
		who, them = "groups "+List(keyNames(c.Groups)), "them"
	}
	return fmt.Sprintf("who is in %s hangs on who is in %s, since compose.%s of group %s names %s", who, them, c.List, c.By, c.Names)
}

func keyNames(keys []directory.Key) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = k.String()
	}
	return out
}
