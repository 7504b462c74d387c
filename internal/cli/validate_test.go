package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is written for people and as JSON and JUnit is in testdata/golden. SARIF lists all rules and the version, so
// that here the results alone are compared.
func TestValidateSARIF(t *testing.T) {
	out, errOut, code := run(t, "", "validate", "-f", "testdata/mistakes/groups.yaml", "--now", "2027-03-01T12:00:00Z", "-o", "sarif")
	if code != ExitNo || errOut != "" {
		t.Errorf("exit code %d, notes %q", code, errOut)
	}
	var log struct {
		Runs []struct {
			Results []struct {
				RuleID, Level string
				Message       struct{ Text string }
				Locations     []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine, StartColumn int }
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &log); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range log.Runs[0].Results {
		at := r.Locations[0].PhysicalLocation
		text, _, _ := strings.Cut(r.Message.Text, " (")
		got = append(got, fmt.Sprintf("%s:%d:%d: %s: %s [%s]", at.ArtifactLocation.URI, at.Region.StartLine, at.Region.StartColumn, r.Level, text,
			r.RuleID))
	}
	want := []string{
		"testdata/mistakes/groups.yaml:5:19: error: Group acme/circle-a: spec.parentRef: the parents form a cycle [group-cycle]",
		"testdata/mistakes/groups.yaml:10:19: error: Group acme/circle-b: spec.parentRef: the parents form a cycle [group-cycle]",
		"testdata/mistakes/groups.yaml:17:5: note: Group acme/teachers: spec.members[0]: abe is a member through Group acme/assistants " +
			"as well; remove the entry here, unless the person is to stay when leaving that group [listed-twice]",
		"testdata/mistakes/groups.yaml:27:5: warning: Group acme/assistants: spec.members[1]: rita is listed here and no member: " +
			"rita is Removed in Group acme/teachers; take the entry out, or let the person in above [member-kept-out]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// What others wrote commands no terminal: not the names of files and objects, and not the keys of YAML.
func TestValidateHiddenCharacters(t *testing.T) {
	dir := t.TempDir()
	const text = `{apiVersion: provost.dev/v1alpha1, kind: Course, metadata: {name: "a\e[2J", namespace: acme}, spec: {"b\e]0;c\a": "\e[31m"}}`
	for name, content := range map[string]string{"a.yaml": text, "b\x1b[31m\n.yaml": "kind: ["} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, command := range []string{"validate", "can dana view_course acme/course/x", "fmt --check"} {
		args := strings.Fields(command)
		if args[0] == "can" {
			args = append(args, "-f")
		}
		out, errOut, code := run(t, "", append(args, dir)...)
		if code == ExitYes || strings.Contains(out+errOut, "\x1b") || !strings.Contains(out+errOut, `b\x1b[31m\n.yaml:1:`) {
			t.Errorf("%s: exit code %d:\n%q\n%q", command, code, out, errOut)
		}
	}
}

// A mistake in the settings ends the run, for what is meant is not known.
func TestValidateSettingsWithMistakes(t *testing.T) {
	dir := t.TempDir()
	text, err := os.ReadFile("testdata/settings/access.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"access.yaml": string(text), ".provost.yaml": "validate:\n  severities:\n    dangling: error\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, errOut, code := run(t, "", "validate", dir)
	want := "error: the settings have 1 problem:\n  " + dir +
		`/.provost.yaml:3:15: validate.severities.dangling: there is no rule "dangling"; did you mean dangling-deny or dangling-reference?` + "\n"
	if diff := cmp.Diff(want, errOut); diff != "" || out != "" || code != ExitFailed {
		t.Errorf("exit code %d, output %q, (-want +got)\n%s", code, out, diff)
	}
}

// Standard input is validated like a file, whatever the folder's settings are.
func TestValidateStandardInput(t *testing.T) {
	out, errOut, code := run(t, "apiVersion: provost.dev/v1alpha1\nkind: Person\nmetadata: {name: dana}\nspec: {mail: d@example.org}\n",
		"validate", "-")
	want := `<stdin>:4:8: error: Person dana spec.mail: Forbidden: unknown field "spec.mail"`
	if code != ExitFailed || errOut != "" || !strings.HasPrefix(out, want) || !strings.HasSuffix(out, "\n1 error in 1 object, 1 file\n") {
		t.Errorf("exit code %d, notes %q, output\n%s", code, errOut, out)
	}
}

// TestSharedRemedyStandsOnce has a remedy that several findings of a rule share once, below all findings and with the rule and their
// number, and one that is a finding's own right below it.
func TestSharedRemedyStandsOnce(t *testing.T) {
	out, errOut, _ := run(t, "", "validate", "-f", "testdata/mistakes", "--now", "2027-03-01T12:00:00Z")
	findings, shared, found := strings.Cut(out, "\nwhat to do\n")
	if !found {
		t.Fatalf("no remedies are shared:\n%s%s", out, errOut)
	}
	for _, remedy := range []string{"give all but one of them another spec.username", "say in justification why the access is needed"} {
		if strings.Contains(findings, remedy) || strings.Count(shared, remedy) != 1 {
			t.Errorf("%q does not stand once, below all findings:\n%s", remedy, out)
		}
	}
	if !strings.Contains(shared, "  ambiguous-username, 2 times: give all but one") {
		t.Errorf("the rule and its number are missing:\n%s", shared)
	}
	if !strings.Contains(findings, "[expired]\n    delete it, or set a later notAfter\n") {
		t.Errorf("a finding's own remedy does not stand below it:\n%s", findings)
	}
}
