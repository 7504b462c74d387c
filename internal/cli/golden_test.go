package cli

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

var update = flag.Bool("update", false, "write the golden files anew")

// run runs a command line and returns what it wrote and its exit code.
func run(t *testing.T, stdin string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errOut bytes.Buffer
	streams := genericiooptions.IOStreams{In: strings.NewReader(stdin), Out: &out, ErrOut: &errOut}
	root := NewCommand("provost", streams)
	root.SetArgs(args)
	code = exitCode(root.ExecuteContext(t.Context()), streams)
	return out.String(), errOut.String(), code
}

// noCluster keeps a test away from any cluster that the machine knows.
func noCluster(t *testing.T) {
	t.Helper()
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	t.Setenv("HOME", t.TempDir())
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
}

// TestGolden runs the command lines of testdata/golden and compares what they
// write: every file holds lines that begin with "$ provost", each with its
// output, its notes and its exit code below. Run with -update after a change.
func TestGolden(t *testing.T) {
	noCluster(t)
	files, err := filepath.Glob("testdata/golden/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for line := range strings.Lines(string(want)) {
				if command, ok := strings.CutPrefix(line, "$ provost "); ok {
					got.WriteString(transcript(t, strings.TrimSpace(command)))
				}
			}
			if *update {
				if err := os.WriteFile(file, []byte(got.String()), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" && !*update {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func transcript(t *testing.T, command string) string {
	t.Helper()
	args := append(strings.Fields(command), "--now", "2027-03-01T12:00:00Z")
	if !strings.Contains(command, "-f ") && !strings.Contains(command, "--dir ") {
		args = append(args, "-f", "testdata/school")
	}
	stdout, stderr, code := run(t, "", args...)
	var b strings.Builder
	fmt.Fprintf(&b, "$ provost %s\n%s", command, stdout)
	for line := range strings.Lines(stderr) {
		b.WriteString("! " + line)
	}
	fmt.Fprintf(&b, "? %d\n\n", code)
	return b.String()
}
