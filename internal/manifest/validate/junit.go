package validate

import (
	"fmt"
	"io"
	"strings"

	"provost.dev/provost/internal/text/junit"
)

// WriteJUnit writes the report as JUnit's XML: a test case a rule, which fails where
// the rule has findings of a severity or worse.
func (r *Report) WriteJUnit(w io.Writer, failOn Severity) error {
	suite := junit.Suite{Name: "provost validate"}
	for _, rule := range Rules {
		one := junit.Case{Name: rule.Name, Class: "provost.validate"}
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
			message := failed[0]
			if more := len(failed) - 1; more > 0 {
				message = fmt.Sprintf("%s (and %d more)", message, more)
			}
			one.Failure = &junit.Failure{Message: message, Type: worst.String(), Text: strings.Join(failed, "\n")}
		}
		one.SystemOut = strings.Join(other, "\n")
		suite.Cases = append(suite.Cases, one)
	}
	return junit.Write(w, suite.Name, []junit.Suite{suite})
}

// line is the finding with its place, on one line.
func (f *Finding) line() string {
	place := f.String()
	if f.Line > 0 && f.Column > 0 {
		place += fmt.Sprintf(":%d", f.Column)
	}
	return strings.ReplaceAll(place+": "+f.Severity.String()+": "+f.sentence(), "\n", " ")
}
