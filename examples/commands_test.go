package examples_test

import (
	"bytes"
	"flag"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"provost.dev/provost/internal/cli"
	"provost.dev/provost/internal/testing/need"
)

var update = flag.Bool("update", false, "write what the commands print now into the READMEs; look at the difference before you commit it")

// Every command of a README prints what the README says, and ends with its exit code.
func TestCommands(t *testing.T) {
	for _, example := range all[:need.AtMost(len(all), 1)] {
		t.Run(example, func(t *testing.T) {
			r := read(t, example)
			if len(r.calls) == 0 {
				t.Fatalf("%s has no console blocks", r.name)
			}
			t.Run("run", func(t *testing.T) {
				t.Chdir("..") // where a reader types them
				for i := range r.calls {
					c := &r.calls[i]
					output, exit := run(t, c.command)
					if *update {
						c.output, c.exit = output, exit
						continue
					}
					if exit != c.exit {
						t.Errorf("examples/%s:%d: %s\nends with %s, not %s", r.name, c.line, c.command, exit, c.exit)
					}
					if diff := cmp.Diff(c.output, output); diff != "" {
						t.Errorf("examples/%s:%d: %s\n-README +command:\n%s", r.name, c.line, c.command, diff)
					}
				}
			})
			if *update {
				r.write(t)
			}
		})
	}
}

// run is one command line, as a reader would type it, with both of its streams and its exit code.
func run(t *testing.T, command string) (output []string, exit string) {
	t.Helper()
	args := strings.Fields(command)
	if args[0] != "provost" {
		t.Fatalf("%s: only provost can be run here", command)
	}
	var out bytes.Buffer
	code := cli.Run(t.Context(), args, genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &out})
	return trimmed(strings.Split(out.String(), "\n")), strconv.Itoa(code)
}
