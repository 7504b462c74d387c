package cli

import "provost.dev/provost/internal/manifest/validate"

// ValidateData is the output of "validate -o json".
type ValidateData struct {
	// Valid says whether nothing was found of the severity that counts, FailOn, or worse.
	Valid  bool   `json:"valid"`
	FailOn string `json:"failOn"`
	Files  int    `json:"files"`
	// Objects counts the objects that were read.
	Objects int `json:"objects"`
	// Incomplete says why the objects were not looked at together, where they were not.
	Incomplete string        `json:"incomplete,omitempty"`
	Notes      []string      `json:"notes,omitempty"`
	Findings   []FindingData `json:"findings"`
}

// FindingData is one finding.
type FindingData struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	// Severity is info, warning or error.
	Severity string `json:"severity"`
	Rule     string `json:"rule"`
	Object   string `json:"object,omitempty"`
	Field    string `json:"field,omitempty"`
	Message  string `json:"message"`
	Remedy   string `json:"remedy,omitempty"`
}

func validateData(r *validate.Report, failOn validate.Severity) ValidateData {
	out := ValidateData{
		Valid: r.Worst() < failOn, FailOn: failOn.String(), Files: r.Files, Objects: r.Objects, Incomplete: r.Incomplete,
		Notes: r.Notes, Findings: []FindingData{},
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		out.Findings = append(out.Findings, FindingData{
			File: f.File, Line: f.Line, Column: f.Column, Severity: f.Severity.String(), Rule: f.Rule,
			Object: f.Object, Field: f.Field, Message: f.Message, Remedy: f.Remedy,
		})
	}
	return out
}
