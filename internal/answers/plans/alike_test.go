package plans

import (
	"strings"
	"testing"
)

// TestPattern keeps whole words of what names have in common.
func TestPattern(t *testing.T) {
	for names, want := range map[string]string{
		"":      "",
		"uni/a": "uni/a",
		"uni/algebra-exam-board uni/logic-exam-board": "uni/*-exam-board",
		"uni/algebra-board uni/alchemy-board":         "uni/*-board",
		"uni/board-1 uni/board-12":                    "uni/board-*",
		"uni/a mit/b":                                 "*",
		"a-b a-b-b":                                   "a-*",
		"x-s27-lead x-s27-students":                   "x-s27-*",
	} {
		if got := Pattern(strings.Fields(names)); got != want {
			t.Errorf("%q has the pattern %q, want %q", names, got, want)
		}
	}
}
