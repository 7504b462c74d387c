package cli

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	unformatted = "kind: Person   # declared by hand\napiVersion: provost.dev/v1alpha1\nmetadata:\n    name: dana\n"
	formatted   = "apiVersion: provost.dev/v1alpha1\nkind: Person   # declared by hand\nmetadata:\n  name: dana\n"
)

func TestFmtStandardInput(t *testing.T) {
	for _, tc := range []struct {
		name, in string
		args     []string
		out, err string
		code     int
	}{
		{"formats", unformatted, nil, formatted, "", ExitYes},
		{"leaves what is in order", formatted, nil, formatted, "", ExitYes},
		{"leaves what is not ours", "kind: ConfigMap\napiVersion: v1\n", nil, "kind: ConfigMap\napiVersion: v1\n", "", ExitYes},
		{"checks", unformatted, []string{"--check"}, "<stdin>\n", "", ExitNo},
		{"checks what is in order", formatted, []string{"--check"}, "", "", ExitYes},
		{"cannot read", "a: [\n", nil, "", "error: the manifests have 1 problem:\n" +
			"  <stdin>:1:1: this is not YAML: did not find expected node content\n", ExitFailed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			out, errOut, code := run(t, tc.in, append([]string{"fmt", "-"}, tc.args...)...)
			if diff := cmp.Diff([]string{tc.out, tc.err}, []string{out, errOut}); diff != "" || code != tc.code {
				t.Errorf("exit code %d, want %d; (-want +got)\n%s", code, tc.code, diff)
			}
		})
	}
}

// TestFmtWrites formats a folder: what changes is named and keeps its permissions, and the second time nothing changes.
func TestFmtWrites(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{
		"dana.yaml": unformatted, "done.yml": formatted, "sub/dana.yaml": unformatted,
		"kept_test.yaml": "apiVersion: test.provost.dev/v1alpha1\nkind: AccessTest\n", ".hidden.yaml": unformatted,
		"dana.json": `{"kind": "Person", "apiVersion": "provost.dev/v1alpha1", "metadata": {"name": "json"}}`,
	}
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o640); err != nil { //nolint:gosec // that the mode stays is what is tested
			t.Fatal(err)
		}
	}
	changed := filepath.Join(dir, "dana.yaml") + "\n" + filepath.Join(dir, "sub", "dana.yaml") + "\n"
	for _, step := range []struct {
		args []string
		out  string
		code int
	}{
		{[]string{"fmt", "--check", dir}, changed, ExitNo},
		{[]string{"fmt", dir}, changed, ExitYes},
		{[]string{"fmt", dir}, "", ExitYes},
		{[]string{"fmt", "--check", dir}, "", ExitYes},
	} {
		if out, errOut, code := run(t, "", step.args...); out != step.out || errOut != "" || code != step.code {
			t.Errorf("%s: exit code %d, output %q, notes %q", step.args, code, out, errOut)
		}
	}
	files["dana.yaml"], files["sub/dana.yaml"] = formatted, formatted
	for name, want := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		got, err := os.ReadFile(file)
		if err != nil || string(got) != want {
			t.Errorf("%s is %q, %v", name, got, err)
		}
		if info, err := os.Stat(file); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != 0o640) {
			t.Errorf("%s: mode %v, %v", name, info.Mode(), err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".provost-fmt-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// Beside a kustomization files may be parts of objects: nothing is said of their fields, and what cannot be laid out is
// said all the same.
func TestFmtBesideAKustomization(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("kustomization.yaml", "resources: []\n")
	write("patch.yaml", "apiVersion: provost.dev/v1alpha1\nkind: RoleBinding\nmetadata:\n  name: lead\nspec:\n  justification: Term\n")
	if out, errOut, code := run(t, "", "fmt", "--check", dir); out+errOut != "" || code != ExitYes {
		t.Errorf("a patch: exit code %d, output %q, %q", code, out, errOut)
	}
	write("broken.yaml", "a: [\n")
	if _, errOut, code := run(t, "", "fmt", "--check", dir); !strings.Contains(errOut, "broken.yaml:1:1: this is not YAML") ||
		code != ExitFailed {
		t.Errorf("a broken file: exit code %d, %q", code, errOut)
	}
}
