package validate

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// The parts of JUnit's XML that are written.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name      string        `xml:"name,attr"`
		Class     string        `xml:"classname,attr"`
		Failure   *junitFailure `xml:"failure,omitempty"`
		SystemOut string        `xml:"system-out,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// WriteJUnit writes the report as JUnit's XML: a test case a rule, which fails where
// the rule has findings of a severity or worse.
func (r *Report) WriteJUnit(w io.Writer, failOn Severity) error {
	suite := junitSuite{Name: "provost validate"}
	for _, rule := range Rules {
		one := junitCase{Name: rule.Name, Class: "provost.validate"}
		var failed, other []string
		worst := Off
		for i := range r.Findings {
			f := &r.Findings[i]
			switch {
			case f.Rule != rule.Name:
			case f.Severity >= failOn:
				worst = max(worst, f.Severity)
				failed = append(failed, f.line())
			default:
				other = append(other, f.line())
			}
		}
		if len(failed) > 0 {
			suite.Failures++
			message := failed[0]
			if more := len(failed) - 1; more > 0 {
				message = fmt.Sprintf("%s (and %d more)", message, more)
			}
			one.Failure = &junitFailure{Message: message, Type: worst.String(), Text: strings.Join(failed, "\n")}
		}
		one.SystemOut = strings.Join(other, "\n")
		suite.Cases = append(suite.Cases, one)
	}
	suite.Tests = len(suite.Cases)
	all := junitSuites{Name: suite.Name, Tests: suite.Tests, Failures: suite.Failures, Suites: []junitSuite{suite}}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// line is the finding with its place, on one line.
func (f *Finding) line() string {
	place := f.String()
	if f.Line > 0 && f.Column > 0 {
		place += fmt.Sprintf(":%d", f.Column)
	}
	return strings.ReplaceAll(place+": "+f.Severity.String()+": "+f.sentence(), "\n", " ")
}
