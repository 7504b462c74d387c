package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/testing/golden"
	"provost.dev/provost/internal/testing/need"
)

// planExamples are the commits that docs/plan.md shows, of a real organisation's history, by the names of their files.
var planExamples = []struct{ name, commit string }{
	{"joins", "e22b6fe6049b"},
	{"leaves", "800f89b0bb4f"},
	{"moves", "f280a4144331"},
	{"handover", "8d0e027ca758"},
	{"clean-up", "45a7832378b2"},
}

// TestPlanExamples holds what docs/plan shows against what the command says. Run with -update after a change.
func TestPlanExamples(t *testing.T) {
	noCluster(t)
	need.Time(t)
	repo := need.Organisation(t, true)
	for _, e := range planExamples {
		for form, ext := range map[string]string{printers.FormatTable: ".txt", printers.FormatMD: ".md"} {
			stdout, stderr, code := run(t, "", "plan", e.commit+"~1", e.commit, "--repo", repo, "--now", "2027-03-01T12:00:00Z", "-o", form)
			if code != ExitNo && code != ExitHeldBack {
				t.Fatalf("%s: exit code %d: %s", e.name, code, stderr)
			}
			if form == printers.FormatTable {
				stdout = "$ provost plan " + e.commit + "~1 " + e.commit + "\n" + stdout
			}
			file := filepath.Join("../../docs/plan", e.name+ext)
			golden.Equal(t, file, stdout, *update)
			if strings.Contains(stdout, "\t") {
				t.Errorf("%s holds tabs", file)
			}
		}
	}
}
