package validate

import (
	"cmp"
	"encoding/json"
	"io"
	"net/url"
	"path/filepath"
	"slices"

	"provost.dev/provost/internal/text/termsafe"
)

// The parts of SARIF 2.1.0 that are written.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
		// ColumnKind says how columns are counted.
		ColumnKind string `json:"columnKind"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID                   string       `json:"id"`
		ShortDescription     sarifText    `json:"shortDescription"`
		Help                 *sarifText   `json:"help,omitempty"`
		DefaultConfiguration sarifSetting `json:"defaultConfiguration"`
	}
	sarifSetting struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
	}
	sarifLocation struct {
		PhysicalLocation sarifPhysical  `json:"physicalLocation"`
		LogicalLocations []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		ArtifactLocation sarifArtifact `json:"artifactLocation"`
		Region           *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
	}
	sarifLogical struct {
		Name               string `json:"name"`
		FullyQualifiedName string `json:"fullyQualifiedName"`
	}
)

var sarifLevels = [...]string{Off: "none", Info: "note", Warning: "warning", Error: "error"}

// WriteSARIF writes the report as SARIF 2.1.0, which code hosts show beside the lines.
func (r *Report) WriteSARIF(w io.Writer, version string) error {
	driver := sarifDriver{Name: "provost validate", Version: version, InformationURI: "https://provost.dev", Rules: []sarifRule{}}
	for _, rule := range Rules {
		described := sarifRule{ID: rule.Name, ShortDescription: sarifText{rule.Summary},
			DefaultConfiguration: sarifSetting{sarifLevels[rule.Severity]}}
		if help := cmp.Or(rule.Remedy, rule.Summary); help != "" {
			described.Help = &sarifText{help}
		}
		driver.Rules = append(driver.Rules, described)
	}
	out := sarifRun{Tool: sarifTool{driver}, Results: []sarifResult{}, ColumnKind: "unicodeCodePoints"}
	for i := range r.Findings {
		out.Results = append(out.Results, r.Findings[i].sarif())
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{out}})
}

func (f *Finding) sarif() sarifResult {
	out := sarifResult{
		RuleID: f.Rule, RuleIndex: slices.IndexFunc(Rules, func(r Rule) bool { return r.Name == f.Rule }),
		Level: sarifLevels[f.Severity], Message: sarifText{f.sentence()},
	}
	if f.File == "" {
		return out
	}
	at := sarifLocation{PhysicalLocation: sarifPhysical{ArtifactLocation: sarifArtifact{(&url.URL{Path: filepath.ToSlash(f.File)}).String()}}}
	if f.Line > 0 {
		at.PhysicalLocation.Region = &sarifRegion{StartLine: f.Line, StartColumn: f.Column}
	}
	if f.Object != "" {
		name := f.Object
		if f.Field != "" {
			name += " " + f.Field
		}
		at.LogicalLocations = []sarifLogical{{Name: termsafe.Line(f.Object), FullyQualifiedName: termsafe.Line(name)}}
	}
	out.Locations = []sarifLocation{at}
	return out
}

// sentence is the finding without its place. What does not print is written out.
func (f *Finding) sentence() string {
	text := ""
	for _, part := range []string{f.Object, f.Field} {
		if part != "" {
			text += part + ": "
		}
	}
	text += f.Message
	if f.Remedy != "" {
		text += "; " + f.Remedy
	}
	return termsafe.Lines(text)
}
