package validate_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"

	"provost.dev/provost/internal/manifest/validate"
)

const mistakes = `apiVersion: provost.dev/v1alpha1
kind: RoleBinding
metadata: {name: x, namespace: acme}
spec: {entityRef: {kind: Course, name: nowhere}, roleRef: {name: course-student}, subjects: []}
---
apiVersion: provost.dev/v1alpha1
kind: Course
metadata: {name: y, namespace: acme}
spec: {displayname: Y}
`

// required are the properties that the schema of SARIF 2.1.0 asks for, by where an object stands.
var required = map[string][]string{
	"": {"version", "runs"}, "runs[]": {"tool"}, "runs[].tool": {"driver"}, "runs[].tool.driver": {"name"},
	"runs[].tool.driver.rules[]": {"id"}, "runs[].tool.driver.rules[].shortDescription": {"text"},
	"runs[].tool.driver.rules[].help": {"text"}, "runs[].results[]": {"message"}, "runs[].results[].message": {"text"},
}

// A key or a name may hold what a terminal takes for a command, and what XML cannot hold.
func TestHiddenCharacters(t *testing.T) {
	report := run(t, validate.Options{},
		`{apiVersion: provost.dev/v1alpha1, kind: Course, metadata: {name: "a\e[2J", namespace: acme}, spec: {"b\e]0;c\a": 1}}`)
	for name, write := range map[string]func(*bytes.Buffer) error{
		"sarif": func(b *bytes.Buffer) error { return report.WriteSARIF(b, "v1") },
		"junit": func(b *bytes.Buffer) error { return report.WriteJUnit(b, validate.Error) },
	} {
		var out bytes.Buffer
		if err := write(&out); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(out.String(), "\x1b\ufffd") || strings.Contains(out.String(), `\u001b`) {
			t.Errorf("%s holds what does not print:\n%q", name, out.String())
		}
		if !strings.Contains(strings.ReplaceAll(out.String(), `\\`, `\`), `acme/a\x1b[2J: `) {
			t.Errorf("%s does not show the name:\n%s", name, out.String())
		}
	}
}

func TestSARIF(t *testing.T) {
	var out bytes.Buffer
	if err := run(t, validate.Options{}, mistakes).WriteSARIF(&out, "v1"); err != nil {
		t.Fatal(err)
	}
	var log map[string]any
	if err := json.Unmarshal(out.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	if log["version"] != "2.1.0" || log["$schema"] == "" {
		t.Errorf("version %v, schema %v", log["version"], log["$schema"])
	}
	seen := map[string]int{}
	walk(t, "", log, seen)
	for at := range required {
		if seen[at] == 0 {
			t.Errorf("nothing at %q", at)
		}
	}
	first := log["runs"].([]any)[0].(map[string]any)
	rules := first["tool"].(map[string]any)["driver"].(map[string]any)["rules"].([]any)
	for _, r := range first["results"].([]any) {
		result := r.(map[string]any)
		if !slices.Contains([]any{"none", "note", "warning", "error"}, result["level"]) {
			t.Errorf("level %v", result["level"])
		}
		if rule := rules[int(result["ruleIndex"].(float64))].(map[string]any); rule["id"] != result["ruleId"] {
			t.Errorf("ruleIndex of %v names %v", result["ruleId"], rule["id"])
		}
		location := result["locations"].([]any)[0].(map[string]any)["physicalLocation"].(map[string]any)
		region := location["region"].(map[string]any)
		if location["artifactLocation"].(map[string]any)["uri"] != "case.yaml" || region["startLine"].(float64) < 1 ||
			region["startColumn"].(float64) < 1 {
			t.Errorf("location %v", location)
		}
	}
}

// walk demands the required properties of every object, and of every text that it is not empty.
func walk(t *testing.T, at string, value any, seen map[string]int) {
	t.Helper()
	switch value := value.(type) {
	case map[string]any:
		seen[at]++
		for _, name := range required[at] {
			if value[name] == nil || value[name] == "" {
				t.Errorf("%s has no %s", at, name)
			}
		}
		for name, v := range value {
			walk(t, strings.TrimPrefix(at+"."+name, "."), v, seen)
		}
	case []any:
		for _, v := range value {
			walk(t, at+"[]", v, seen)
		}
	case string:
		if value == "" {
			t.Errorf("%s is empty", at)
		}
	}
}

func TestSARIFWithoutFindings(t *testing.T) {
	var out bytes.Buffer
	if err := (&validate.Report{}).WriteSARIF(&out, ""); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `"results": []`) {
		t.Error("a run without findings has an empty list of results, or it means that nothing was looked at")
	}
}

func TestJUnit(t *testing.T) {
	var out bytes.Buffer
	report := run(t, validate.Options{}, mistakes)
	report.Findings[0].Message += " <&\"\x01"
	if err := report.WriteJUnit(&out, validate.Warning); err != nil {
		t.Fatal(err)
	}
	var suites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Suites   []struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Cases    []struct {
				Name    string `xml:"name,attr"`
				Class   string `xml:"classname,attr"`
				Failure *struct {
					Message string `xml:"message,attr"`
					Text    string `xml:",chardata"`
				} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(out.Bytes(), &suites); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	s := suites.Suites[0]
	var failed []string
	for _, c := range s.Cases {
		if c.Failure != nil {
			failed = append(failed, c.Name)
			if c.Failure.Message == "" || !strings.Contains(c.Failure.Text, "case.yaml:") {
				t.Errorf("%+v", c)
			}
		}
	}
	if fmt.Sprint(failed) != "[schema dangling-reference]" || s.Failures != 2 || suites.Failures != 2 || s.Tests != len(validate.Rules) ||
		suites.Tests != s.Tests {
		t.Errorf("failed %v of %d, counted %d", failed, s.Tests, s.Failures)
	}
}
