// Package junit writes results in the XML that JUnit made common, which every CI
// system shows.
package junit

import (
	"encoding/xml"
	"io"
)

// Suite is a number of test cases that belong together.
type Suite struct {
	Name     string `xml:"name,attr"`
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Errors   int    `xml:"errors,attr"`
	Skipped  int    `xml:"skipped,attr"`
	Cases    []Case `xml:"testcase"`
}

// Case is one test case. It passed where it has no Failure.
type Case struct {
	Name string `xml:"name,attr"`
	// Class is what the case belongs to: CI systems group by it.
	Class string `xml:"classname,attr"`
	// File is where the case is written, where it is in a file.
	File      string   `xml:"file,attr,omitempty"`
	Failure   *Failure `xml:"failure,omitempty"`
	SystemOut string   `xml:"system-out,omitempty"`
}

// Failure is why a case failed: in a line, of what kind, and at length.
type Failure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

type suites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Suites   []Suite  `xml:"testsuite"`
}

// Write writes suites, and counts their cases and failures.
func Write(w io.Writer, name string, all []Suite) error {
	out := suites{Name: name, Suites: all}
	for i := range out.Suites {
		s := &out.Suites[i]
		s.Tests, s.Failures = len(s.Cases), 0
		for _, c := range s.Cases {
			if c.Failure != nil {
				s.Failures++
			}
		}
		out.Tests += s.Tests
		out.Failures += s.Failures
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
