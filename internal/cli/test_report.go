package cli

import (
	"fmt"
	"strings"
	"time"

	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/manifest/assertions"
	"provost.dev/provost/internal/text/junit"
	"provost.dev/provost/internal/text/words"
)

// TestData is the output of "test -o json".
type TestData struct {
	Passed     bool          `json:"passed"`
	Assertions int           `json:"assertions"`
	Tests      []OutcomeData `json:"tests"`
}

// OutcomeData is what came of one test.
type OutcomeData struct {
	// Suite is the name of the AccessTest, and Test that of the test in it.
	Suite string `json:"suite"`
	Test  string `json:"test"`
	File  string `json:"file"`
	Line  int    `json:"line"`
	// At is the time that the test is about.
	At         time.Time     `json:"at"`
	Passed     bool          `json:"passed"`
	Assertions int           `json:"assertions"`
	Failures   []FailureData `json:"failures,omitempty"`
}

// FailureData is one assertion that does not hold.
type FailureData struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Message string `json:"message"`
	// Why explains it as "why" does, in text.
	Why string `json:"why,omitempty"`
}

// report writes what came of tests.
func (q *question) report(f *printers.Format, outcomes []assertions.Outcome) error {
	data := q.testData(outcomes)
	var err error
	switch f.String() {
	case printers.FormatJSON, printers.FormatYAML:
		err = printers.WriteData(q.Out, f, data)
	case printers.FormatJUnit:
		err = junit.Write(q.Out, "provost test", suites(data))
	default:
		q.testText(outcomes, data)
	}
	if err == nil && !data.Passed {
		err = errNo
	}
	return err
}

func (q *question) testData(outcomes []assertions.Outcome) TestData {
	out := TestData{Passed: true, Tests: []OutcomeData{}}
	for i := range outcomes {
		o := &outcomes[i]
		d := OutcomeData{
			Suite: o.Suite, Test: o.Test, File: o.Position.File, Line: o.Position.Line, At: o.At.UTC(),
			Passed: len(o.Failures) == 0, Assertions: o.Assertions,
		}
		for j := range o.Failures {
			x := &o.Failures[j]
			d.Failures = append(d.Failures, FailureData{File: x.Position.File, Line: x.Position.Line, Message: x.Message, Why: q.because(o, x)})
		}
		out.Passed = out.Passed && d.Passed
		out.Assertions += d.Assertions
		out.Tests = append(out.Tests, d)
	}
	return out
}

func (q *question) testText(outcomes []assertions.Outcome, data TestData) {
	failed := 0
	for i, o := range outcomes {
		if len(o.Failures) > 0 {
			failed++
		}
		for j, x := range o.Failures {
			q.print("%s: %s %s: %s\n", placeOf(x.Position), q.style.Bad("FAIL"), q.style.Bold(o.Suite+", "+o.Test), x.Message)
			for line := range strings.Lines(data.Tests[i].Failures[j].Why) {
				q.print("%s\n", strings.TrimRight("    "+line, " \n"))
			}
			q.print("\n")
		}
	}
	checked := words.Count(data.Assertions, "assertion", "assertions")
	if failed > 0 {
		q.print("%s of %s failed, with %s\n", q.style.Bad(fmt.Sprint(failed)), words.Count(len(outcomes), "test", "tests"), checked)
		return
	}
	q.print("%s passed, with %s\n", q.style.Good(words.Count(len(outcomes), "test", "tests")), checked)
}

// suites are the outcomes for JUnit: a suite an AccessTest.
func suites(data TestData) []junit.Suite {
	var out []junit.Suite
	for _, t := range data.Tests {
		if len(out) == 0 || out[len(out)-1].Name != t.Suite {
			out = append(out, junit.Suite{Name: t.Suite})
		}
		c := junit.Case{Name: t.Test, Class: t.Suite, File: t.File}
		if !t.Passed {
			var all []string
			for _, f := range t.Failures {
				all = append(all, strings.TrimSpace(fmt.Sprintf("%s:%d: %s\n%s", f.File, f.Line, f.Message, f.Why)))
			}
			c.Failure = &junit.Failure{Message: t.Failures[0].Message, Type: "assertion", Text: strings.Join(all, "\n\n")}
		}
		s := &out[len(out)-1]
		s.Cases = append(s.Cases, c)
	}
	return out
}
