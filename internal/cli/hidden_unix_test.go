//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"provost.dev/provost/internal/testing/need"
)

// The name of a file commands no terminal, whatever fmt has to say of the file.
func TestFmtHiddenCharacters(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"formatted", unformatted, `a\x1b[2J\nb.yaml`},
		{"left alone",
			"kind: Group\napiVersion: provost.dev/v1alpha1\nmetadata: {name: g, namespace: acme}\nspec:\n  members: [ # first\n    {name: a}\n  ]\n",
			`a\x1b[2J\nb.yaml:1: the document stays as it is`},
		{"large", strings.Repeat("#", 10<<20+1), `a\x1b[2J\nb.yaml stays as it is: it is larger than 10 MiB`},
	} {
		for _, flag := range []string{"--check", "--diff", "--sort-members"} {
			t.Run(tc.name+" "+flag, func(t *testing.T) {
				if len(tc.text) > 10<<20 {
					need.Time(t)
				}
				dir := t.TempDir()
				if err := os.WriteFile(filepath.Join(dir, "a\x1b[2J\nb.yaml"), []byte(tc.text), 0o600); err != nil {
					t.Fatal(err)
				}
				out, errOut, _ := run(t, "", "fmt", flag, dir)
				if strings.Contains(out+errOut, "\x1b") || !strings.Contains(out+errOut, tc.want) {
					t.Errorf("%q\n%q", out, errOut)
				}
			})
		}
	}
}
