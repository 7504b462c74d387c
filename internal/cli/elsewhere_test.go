package cli

import (
	"strings"
	"testing"
)

// TestNoteElsewhere reads all of a repository, in which manifests are the smallest part, and then the folder of the manifests.
func TestNoteElsewhere(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	p := newPlanned(t)
	p.commit("Begin", map[string]string{
		"charts/a.yaml": "{{ range .Values }}\n", "charts/b.yaml": "{{- if .x }}\nkind: X\n", "charts/c.yaml": "kind: [\n",
		"people/a.yaml": documents(planObject("Course", "acme", "algebra", "  displayName: Algebra\n"), planGroup("staff", "", "ada")),
	})
	p.commit("Let bob in", map[string]string{"people/a.yaml": documents(planObject("Course", "acme", "algebra", "  displayName: Algebra\n"),
		planGroup("staff", "", "ada", "bob"))})
	t.Chdir(p.dir)
	for _, tc := range []struct{ args, want string }{
		{"plan HEAD~1 HEAD", "--path FOLDER"},
		{"plan HEAD~1 HEAD --path people", ""},
		{"plan dir:charts HEAD", ""},
		{"blame --member bob acme/staff", "--path FOLDER"},
		{"blame --member bob acme/staff --path people", ""},
		{"members staff --repo .", "--path FOLDER"},
		{"members staff --repo . --path people", ""},
		{"members staff --path people", ""},
		{"members staff -f .", ""},
		{"validate --repo .", "--path FOLDER"},
		{"validate --repo . --path charts", ""},
		{"validate", "provost validate FOLDER"},
		{"validate charts", ""},
	} {
		_, errOut, _ := run(t, "", strings.Fields(tc.args)...)
		const note = "where the manifests are in one folder of it, name that: "
		if n := strings.Count(errOut, note); tc.want == "" && n > 0 || tc.want != "" && (n != 1 || !strings.Contains(errOut, note+tc.want)) {
			t.Errorf("%s: want %q in\n%s", tc.args, tc.want, errOut)
		}
	}
}
