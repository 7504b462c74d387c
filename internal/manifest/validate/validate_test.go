package validate_test

import (
	_ "embed"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/validate"
)

var update = flag.Bool("update", false, "write what is found now into the cases; look at the difference before you commit it")

// school is what the cases begin with.
//
//go:embed testdata/school.yaml
var school string

var now = time.Date(2027, time.March, 1, 12, 0, 0, 0, time.UTC)

func run(t *testing.T, o validate.Options, text string) *validate.Report {
	t.Helper()
	o.Now = now
	report, err := validate.Run(t.Context(), o,
		manifest.Source{Name: "school.yaml", Stream: strings.NewReader(school)},
		manifest.Source{Name: "case.yaml", Stream: strings.NewReader(text)})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// TestCases validates the files of testdata beside the school. Above the line of "=" stand the manifests, below it what is found.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	found := map[string]bool{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			const line = "====\n"
			before, want, _ := strings.Cut(string(text), line)
			var got strings.Builder
			report := run(t, validate.Options{}, before)
			for _, f := range report.Findings {
				found[f.Rule] = true
				fmt.Fprintf(&got, "%s:%d: %s: %s: %s: %s [%s]\n", f.Position, f.Column, f.Severity, f.Object, f.Field, f.Message, f.Rule)
				if f.Remedy == "" && f.Rule != "schema" && f.Rule != "syntax" {
					t.Errorf("no remedy for %+v", f)
				}
			}
			if report.Incomplete != "" {
				fmt.Fprintf(&got, "incomplete: %s\n", report.Incomplete)
			}
			if *update {
				if err := os.WriteFile(file, []byte(before+line+got.String()), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	elsewhere := map[string]bool{ // found in folders and commits, where the manifests' own tests are
		"unreadable-file": true, "kustomize": true, "case-collision": true,
	}
	for _, rule := range validate.Rules {
		if !found[rule.Name] && !elsewhere[rule.Name] {
			t.Errorf("no case shows %s", rule.Name)
		}
	}
}

// What a SystemDeny names may be misspelt, or be in another namespace.
func TestWhatADenyMeant(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "denies.txt"))
	if err != nil {
		t.Fatal(err)
	}
	manifests, _, _ := strings.Cut(string(text), "====\n")
	got := map[string]string{}
	for _, f := range run(t, validate.Options{}, manifests).Findings {
		got[f.Object+" "+f.Field] = f.Remedy
	}
	for field, want := range map[string]string{
		"near spec.subjects[0]":         "did you mean staff?",
		"near spec.subjects[1]":         "did you mean acme/staff?",
		"near spec.subjects[2]":         "create what is missing, or correct spec.subjects",
		"near spec.subjects[3]":         "did you mean mallory?",
		"near spec.subjects[4]":         "correct the name, or declare the Person",
		"near spec.scope.namespaces[0]": "did you mean acme?",
		"near spec.scope.entityRef":     "did you mean algebra?",
		"far spec.scope.entityRef":      "did you mean acme/algebra?",
	} {
		if got := got["SystemDeny "+field]; got != want {
			t.Errorf("%s: %q, want %q", field, got, want)
		}
	}
}

func TestSeverities(t *testing.T) {
	const text = `apiVersion: provost.dev/v1alpha1
kind: RoleBinding
metadata: {name: x, namespace: acme}
spec: {entityRef: {kind: Course, name: nowhere}, roleRef: {name: course-student}, subjects: []}
`
	for severity, want := range map[validate.Severity]int{validate.Off: 0, validate.Info: 1, validate.Error: 1} {
		report := run(t, validate.Options{Severities: map[string]validate.Severity{"dangling-reference": severity}}, text)
		if len(report.Findings) != want || report.Worst() != severity {
			t.Errorf("%s: %+v", severity, report.Findings)
		}
	}
	var s validate.Settings
	for _, bad := range [][2]string{{"dangling-references", "error"}, {"dangling-reference", "fatal"}} {
		if err := s.Severity(bad[0], bad[1]); err == nil || !strings.Contains(err.Error(), "dangling-reference") &&
			!strings.Contains(err.Error(), "severities are") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestSettings(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"", ""}, {"# nothing yet\n", ""},
		{"validate: {severities: {dangling-reference: error}, failOn: warning}\n", ""},
		{"validate:\n  severities:\n    dangling: error\n", `.provost.yaml:3:15: validate.severities.dangling: there is no rule "dangling"`},
		{"validate: {severities: {expired: off}}\n", `.provost.yaml:1:34: validate.severities[expired]: off without quotes is a truth value`},
		{"validate: {failon: error}\n", `.provost.yaml:1:12: validate.failon: unknown field "failon"`},
		{"validate: {failOn: always}\n", `.provost.yaml:1:20: validate.failOn: "always" is no severity`},
		{"a: [\n", `.provost.yaml:1:1: this is not YAML`},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, validate.ConfigFile), []byte(tc.text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := validate.ReadSettings(manifest.Source{FS: os.DirFS(dir), Dir: "."})
		if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.HasPrefix(err.Error(), tc.want)) {
			t.Errorf("%q: got %v, want %s", tc.text, err, tc.want)
		}
	}
	settings, err := validate.ReadSettings(manifest.Source{FS: os.DirFS(t.TempDir()), Dir: "."})
	if err != nil || settings.FailOn != validate.Off {
		t.Errorf("without settings: %+v, %v", settings, err)
	}
}

// The documentation lists every rule with its severity and what it finds.
func TestRulesAreDocumented(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "validate.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range validate.Rules {
		if row := fmt.Sprintf("| `%s` | %s | %s |\n", r.Name, r.Severity, r.Summary); !strings.Contains(string(text), row) {
			t.Errorf("docs/validate.md lacks\n%s", row)
		}
	}
}
