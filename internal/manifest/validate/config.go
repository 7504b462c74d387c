package validate

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/node"
	"provost.dev/provost/internal/text/suggest"
)

// ConfigFile is the file beside the manifests that holds a team's settings.
const ConfigFile = ".provost.yaml"

// Config are a team's settings.
type Config struct {
	Validate struct {
		// Severities are those of rules, by name.
		Severities map[string]string `json:"severities,omitempty"`
		// FailOn is the least severity that makes manifests invalid.
		FailOn string `json:"failOn,omitempty"`
	} `json:"validate"`
}

// Settings are what a Config, or flags, say.
type Settings struct {
	Severities map[string]Severity
	// FailOn is the least severity that makes manifests invalid; Off where nothing is said.
	FailOn Severity
}

// Severity sets that of a rule, both by name.
func (s *Settings) Severity(rule, severity string) error {
	if ruleByName[rule] == nil {
		hint := suggest.DidYouMean(rule, RuleNames())
		if hint == "" {
			hint = "\"provost validate --rules\" lists them"
		}
		return fmt.Errorf("there is no rule %q; %s", rule, hint)
	}
	value, err := ParseSeverity(severity)
	if err != nil {
		return err
	}
	if manifest.Rule(rule).Reading() && value != Error {
		return fmt.Errorf("%s is an error for everybody: what cannot be read or stored is refused by whoever reads the manifests", rule)
	}
	if s.Severities == nil {
		s.Severities = map[string]Severity{}
	}
	s.Severities[rule] = value
	return nil
}

// ReadSettings reads the ConfigFile of a source; without one nothing is set. What is
// wrong with it is manifest.Problems.
func ReadSettings(source manifest.Source) (Settings, error) {
	var out Settings
	if source.FS == nil {
		return out, nil
	}
	name := path.Join(source.Dir, ConfigFile)
	info, err := fs.Lstat(source.FS, name)
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	shown := path.Join(source.Name, ConfigFile)
	if source.Name == "" {
		shown = name
	}
	wrong := func(line, column int, field, message, remedy string) error {
		return manifest.Problems{{
			Position: manifest.Position{File: shown, Line: line, Column: column}, Field: field, Message: message, Remedy: remedy,
		}}
	}
	switch {
	case err != nil:
		return out, err
	case !info.Mode().IsRegular():
		return out, wrong(0, 0, "", "is not a file", "write the settings into a file of that name")
	case info.Size() > manifest.MaxFileSize:
		return out, wrong(0, 0, "", "is too large for settings", "")
	}
	text, err := fs.ReadFile(source.FS, name)
	if err != nil {
		return out, err
	}
	roots, problem := node.Parse(text)
	switch {
	case problem != nil:
		return out, wrong(problem.Line, problem.Column, "", problem.Message, problem.Remedy)
	case len(roots) == 0:
		return out, nil
	case len(roots) > 1:
		return out, wrong(roots[1].Line, roots[1].Column, "", "the settings are one document", "put them together")
	}
	var config Config
	if problems := node.Decode(roots[0], &config); len(problems) > 0 {
		p := problems[0]
		return out, wrong(p.Line, p.Column, p.Field, p.Message, p.Remedy)
	}
	for _, rule := range slices.Sorted(maps.Keys(config.Validate.Severities)) {
		if err := out.Severity(rule, config.Validate.Severities[rule]); err != nil {
			field := "validate.severities." + rule
			at := node.Find(roots[0], field)
			return out, wrong(at.Line, at.Column, field, err.Error(), "")
		}
	}
	if config.Validate.FailOn != "" {
		if out.FailOn, err = ParseSeverity(config.Validate.FailOn); err != nil {
			at := node.Find(roots[0], "validate.failOn")
			return out, wrong(at.Line, at.Column, "validate.failOn", err.Error(), "")
		}
	}
	return out, nil
}

// Merge adds what other settings say; they win where both speak.
func (s *Settings) Merge(o Settings) {
	for rule, severity := range o.Severities {
		if s.Severities == nil {
			s.Severities = map[string]Severity{}
		}
		s.Severities[rule] = severity
	}
	if o.FailOn != Off {
		s.FailOn = o.FailOn
	}
}
