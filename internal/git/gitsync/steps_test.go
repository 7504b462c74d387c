package gitsync

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/testing/testenv"
)

// TestStepsAreDescribed holds docs/gitsync.md to the list of steps: a row a step, and what to do about every reason.
func TestStepsAreDescribed(t *testing.T) {
	root, err := testenv.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(root, "docs", "gitsync.md"))
	if err != nil {
		t.Fatal(err)
	}
	before, remedies, found := strings.Cut(string(page), "\n## When it does not work\n")
	if !found {
		t.Fatal("gitsync.md says nowhere what to do when it does not work")
	}
	_, table, _ := strings.Cut(before, "\n## The steps of a run\n")
	rows := strings.Split(table, "\n|")
	if len(rows) != len(steps)+3 {
		t.Fatalf("gitsync.md has %d rows for %d steps", len(rows)-3, len(steps))
	}
	for i, s := range steps {
		cells := strings.Split(rows[i+3], " | ")
		if len(cells) != 4 || strings.TrimSpace(cells[1]) != s.name {
			t.Errorf("row %d of gitsync.md is not of the step %q: %s", i+1, s.name, rows[i+3])
			continue
		}
		reasons, _, _ := strings.Cut(cells[3], " |")
		if want := "`" + strings.Join(s.reasons, "`, `") + "`"; reasons != want {
			t.Errorf("gitsync.md says that %s fails with %s, want %s", s.name, reasons, want)
		}
		for _, reason := range s.reasons {
			// The first is said of what an edit mends, the other passes by itself.
			if reason != provostv1.ReasonInvalid && reason != provostv1.ReasonProgressing && !strings.Contains(remedies, "`"+reason+"`") {
				t.Errorf("gitsync.md does not say what to do about %s", reason)
			}
		}
	}
}
