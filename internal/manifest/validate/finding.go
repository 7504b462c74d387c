package validate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/text/suggest"
)

// Severity is how much a finding matters.
type Severity uint8

// The severities. What is Off is not reported.
const (
	Off Severity = iota
	Info
	Warning
	Error
)

var severityNames = []string{Off: "none", Info: "info", Warning: "warning", Error: "error"}

// String is the severity's name: none, info, warning or error.
func (s Severity) String() string { return severityNames[s] }

// ParseSeverity reads a severity's name.
func ParseSeverity(text string) (Severity, error) {
	i := slices.Index(severityNames, strings.ToLower(text))
	if i < 0 {
		return Off, fmt.Errorf("%q is no severity; the severities are %s", text, suggest.List(severityNames, "and"))
	}
	return Severity(i), nil
}

// Finding is one thing to say of the manifests.
type Finding struct {
	manifest.Position
	// Rule is the name of the rule, one of Rules.
	Rule     string
	Severity Severity
	// Object is what it is about, such as "Group acme/staff", and Field the path in it; either may be empty.
	Object, Field string
	// Message says what is the matter and Remedy what to do about it; the message may do for both.
	Message, Remedy string
}

// Report is what a validation found.
type Report struct {
	// Findings are sorted by place.
	Findings []Finding
	// Files and Objects count what was read.
	Files, Objects int
	// Refused says that something cannot be read or cannot be stored: whoever else reads the manifests refuses them.
	Refused bool
	// Incomplete says why the objects were not looked at together; empty where they were.
	Incomplete string
	// Notes say what was passed over.
	Notes []string
}

// Count counts the findings of a severity.
func (r *Report) Count(s Severity) int {
	n := 0
	for i := range r.Findings {
		if r.Findings[i].Severity == s {
			n++
		}
	}
	return n
}

// Worst is the highest severity among the findings; Off without any.
func (r *Report) Worst() Severity {
	worst := Off
	for i := range r.Findings {
		worst = max(worst, r.Findings[i].Severity)
	}
	return worst
}

func (r *Report) sort() {
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(a.Compare(b.Position), strings.Compare(a.Rule, b.Rule), strings.Compare(a.Field, b.Field),
			strings.Compare(a.Message, b.Message))
	})
	r.Findings = slices.Compact(r.Findings)
}
