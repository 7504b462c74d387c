package examples_test

import (
	"strings"
	"testing"

	"provost.dev/provost/internal/testing/need"
)

// What a pipeline would check of the examples: they are valid, formatted, and do what their assertions say.
func TestChecks(t *testing.T) {
	t.Chdir("..")
	for _, example := range all[:need.AtMost(len(all), 1)] {
		for _, command := range []string{"provost validate", "provost fmt --check", "provost test"} {
			output, exit := run(t, command+" examples/"+example)
			if exit != "0" {
				t.Errorf("%s examples/%s ends with %s:\n%s", command, example, exit, strings.Join(output, "\n"))
			}
		}
	}
}
