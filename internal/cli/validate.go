package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/cli/source"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/validate"
	"provost.dev/provost/internal/text/suggest"
	"provost.dev/provost/internal/text/termsafe"
	"provost.dev/provost/internal/text/version"
	"provost.dev/provost/internal/text/words"
)

// validation is the command "validate" with its flags.
type validation struct {
	*Options
	format     *printers.Format
	severities []string
	failOn     string
	rules      bool
}

func newValidateCommand(o *Options) *cobra.Command {
	v := &validation{Options: o}
	cmd := &cobra.Command{
		Use:   "validate [FOLDER...]",
		Short: "Say everything that is wrong with manifests, without a cluster",
		Long: `Says of each object what the API server would say (types, limits, unknown fields, CEL rules) and what the webhooks would
refuse or warn of, and of all objects together what shows only then: references to what does not exist, cycles, conflicts,
grants that are redundant, expired or to be reviewed, people who are kept out, entities without an administrator. All of it at
once, each with file, line, column, field, rule and remedy.

It reads the folders that are named (or -f, or --repo); without any, the current folder. Rules are listed by --rules. A rule's
severity is set by --severity RULE=none|info|warning|error, or in the file .provost.yaml of the folder:

  validate:
    severities: {dangling-reference: error, listed-twice: none}
    failOn: warning

The exit code is 0 where the manifests are valid, 1 where there is an error (with --fail-on another severity: that one or
worse), and 2 where something cannot be
read or cannot be stored: every other command, and a GitSync, refuses the manifests then.`,
		Example: `  # Everything that is wrong with a folder
  provost validate examples/acme

  # Before a merge: warnings count, and dangling references do not
  provost validate --repo .@main --fail-on warning --severity dangling-reference=info

  # For a code host, which shows findings beside the lines
  provost validate -f people -o sarif > validate.sarif`,
		GroupID: groupCheck,
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if v.rules {
				return v.listRules()
			}
			return v.run(cmd, args)
		},
	}
	v.format = printers.AddFormatFlag(cmd, printers.FormatText, printers.FormatJSON, printers.FormatSARIF, printers.FormatJUnit)
	cmd.Flags().StringArrayVar(&v.severities, "severity", nil,
		"set the severity of a rule: RULE=none, info, warning or error; may be repeated")
	cmd.Flags().StringVar(&v.failOn, "fail-on", "error", "the least severity that makes the manifests invalid: info, warning or error")
	cmd.Flags().BoolVar(&v.rules, "rules", false, "list the rules, and validate nothing")
	_ = cmd.RegisterFlagCompletionFunc("severity", cobra.FixedCompletions(validate.RuleNames(), cobra.ShellCompDirectiveNoSpace))
	_ = cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions([]string{"info", "warning", "error"},
		cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (v *validation) run(cmd *cobra.Command, args []string) error {
	now, err := v.Now()
	if err != nil {
		return err
	}
	found, err := v.Manifests(cmd.Context(), args)
	if err != nil {
		return err
	}
	defer found.Close()
	settings, err := v.settings(cmd, found.Sources)
	if err != nil {
		return err
	}
	report, err := validate.Run(cmd.Context(), validate.Options{
		Namespace: v.Namespace(), Now: now, Severities: settings.Severities,
	}, found.Sources...)
	if err != nil {
		return err
	}
	if report.Objects+len(report.Findings) == 0 {
		return source.Empty(found.Name)
	}
	if err := v.write(report, settings.FailOn); err != nil {
		return err
	}
	v.noteElsewhere(args, found, report)
	if report.Refused {
		return exitError(ExitFailed)
	}
	if report.Worst() >= settings.FailOn {
		return errNo
	}
	return nil
}

// noteElsewhere says how to name a folder, where none was named and most of what is wrong is in no manifests.
func (v *validation) noteElsewhere(args []string, found *source.Manifests, r *validate.Report) {
	var rules []manifest.Rule
	for i := range r.Findings {
		if r.Findings[i].Severity == validate.Error {
			rules = append(rules, manifest.Rule(r.Findings[i].Rule))
		}
	}
	switch {
	case v.Repo != "":
		v.NoteElsewhere(found.Sources[0].Dir, source.WithPath, rules)
	case len(args) == 0:
		v.NoteElsewhere(found.Name, "provost validate FOLDER", rules)
	}
}

// settings are those of the folder, and over them those of the flags.
func (v *validation) settings(cmd *cobra.Command, sources []manifest.Source) (validate.Settings, error) {
	out := validate.Settings{}
	for _, source := range sources {
		read, err := validate.ReadSettings(source)
		if err != nil {
			return out, problemsIn{"the settings have", err}
		}
		out.Merge(read)
	}
	for _, text := range v.severities {
		rule, severity, ok := strings.Cut(text, "=")
		if !ok {
			return out, fmt.Errorf("--severity %s: write RULE=SEVERITY, for example dangling-reference=error", text)
		}
		if err := out.Severity(rule, severity); err != nil {
			return out, fmt.Errorf("--severity %s: %w", text, err)
		}
	}
	if out.FailOn == validate.Off || cmd.Flags().Changed("fail-on") {
		var err error
		if out.FailOn, err = validate.ParseSeverity(v.failOn); err != nil || out.FailOn == validate.Off {
			return out, fmt.Errorf("--fail-on %s: the severities are info, warning and error", v.failOn)
		}
	}
	return out, nil
}

func (v *validation) write(r *validate.Report, failOn validate.Severity) error {
	switch v.format.String() {
	case printers.FormatJSON:
		return printers.WriteData(v.Out, v.format, validateData(r, failOn))
	case printers.FormatSARIF:
		return r.WriteSARIF(v.Out, version.String())
	case printers.FormatJUnit:
		return r.WriteJUnit(v.Out, failOn)
	}
	for _, n := range r.Notes {
		v.Note("%s", n)
	}
	s := printers.NewStyle(v.Out)
	shared := sharedRemedies(r.Findings)
	for i := range r.Findings {
		f := r.Findings[i]
		if shared.of(&f) > 1 {
			f.Remedy = ""
		}
		v.finding(s, &f)
	}
	shared.write(v.Out, s)
	v.summary(s, r)
	return nil
}

// remedies counts the findings of each rule that have one remedy in common, in the order in which they come.
type remedies struct {
	order []ruleRemedy
	count map[ruleRemedy]int
}

type ruleRemedy struct{ rule, remedy string }

func sharedRemedies(findings []validate.Finding) *remedies {
	out := &remedies{count: map[ruleRemedy]int{}}
	for i := range findings {
		k := ruleRemedy{findings[i].Rule, findings[i].Remedy}
		if out.count[k]++; out.count[k] == 2 && k.remedy != "" {
			out.order = append(out.order, k)
		}
	}
	return out
}

func (r *remedies) of(f *validate.Finding) int { return r.count[ruleRemedy{f.Rule, f.Remedy}] }

// write says once, below all findings, what several of them have for a remedy, and which these are.
func (r *remedies) write(w io.Writer, s printers.Style) {
	for i, k := range r.order {
		if i == 0 {
			_, _ = fmt.Fprintln(w, "\nwhat to do")
		}
		text := fmt.Sprintf("  %s, %d times: %s", k.rule, r.count[k], termsafe.Lines(k.remedy))
		_, _ = fmt.Fprintln(w, printers.Lines(text, s.Width()))
	}
}

// finding writes one finding as compilers do, so that editors find the place, and the remedy below it.
func (v *validation) finding(s printers.Style, f *validate.Finding) {
	severity := f.Severity.String()
	switch f.Severity {
	case validate.Error:
		severity = s.Bad(severity)
	case validate.Warning:
		severity = s.Bold(severity)
	}
	place := f.String()
	if f.Line > 0 && f.Column > 0 {
		place = fmt.Sprintf("%s:%d", place, f.Column)
	}
	about := termsafe.Line(f.Object)
	if f.Field != "" {
		about = strings.TrimSpace(about + " " + s.Faint(termsafe.Line(f.Field)))
	}
	if about != "" {
		about += ": "
	}
	line := fmt.Sprintf("%s: %s: %s%s %s", place, severity, about, termsafe.Lines(f.Message), s.Faint("["+f.Rule+"]"))
	_, _ = fmt.Fprintln(v.Out, printers.Lines(line, s.Width()))
	if f.Remedy != "" {
		_, _ = fmt.Fprintln(v.Out, printers.Lines("    "+termsafe.Lines(f.Remedy), s.Width()))
	}
}

func (v *validation) summary(s printers.Style, r *validate.Report) {
	var parts []string
	for _, p := range []struct {
		severity  validate.Severity
		one, many string
		colour    func(string) string
	}{{validate.Error, "error", "errors", s.Bad}, {validate.Warning, "warning", "warnings", s.Bold},
		{validate.Info, "note", "notes", s.Faint}} {
		if n := r.Count(p.severity); n > 0 {
			parts = append(parts, p.colour(words.Count(n, p.one, p.many)))
		}
	}
	what := s.Good("nothing to complain of")
	if len(parts) > 0 {
		what = suggest.List(parts, "and")
		_, _ = fmt.Fprintln(v.Out)
	}
	_, _ = fmt.Fprintf(v.Out, "%s in %s, %s\n", what, words.Count(r.Objects, "object", "objects"), words.Count(r.Files, "file", "files"))
	if r.Incomplete != "" {
		v.Note("the objects were not looked at together: %s", r.Incomplete)
	}
}

func (v *validation) listRules() error {
	t := &printers.Table{}
	t.Add("RULE", "SEVERITY", "FINDS")
	for _, rule := range validate.Rules {
		t.Add(rule.Name, rule.Severity.String(), rule.Summary)
	}
	return t.Write(v.Out)
}
