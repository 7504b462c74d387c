package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/answers/members"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/assertions"
	"provost.dev/provost/internal/manifest/edit"
)

func newPeopleCommand(o *Options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "people",
		Short: "Find everything that names somebody, and take it out of the manifests",
		Example: `  # What names Emil?
  provost people list emil

  # Emil leaves
  provost people remove emil --dry-run -f examples/acme`,
		GroupID: groupCheck,
		Args:    noSuchCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newPeopleListCommand(o), newPeopleRemoveCommand(o))
	return cmd
}

func newPeopleListCommand(o *Options) *cobra.Command {
	var f *printers.Format
	cmd := &cobra.Command{
		Use:     "list NAME",
		Aliases: []string{"ls"},
		Short:   "List everything that names somebody, with file and line",
		Long: `Lists everything that has the name of somebody: the person's own object, entries of groups whatever their state, RoleBindings and
PermissionOverrides whatever their time, SystemDenies, what the person owns, the Platform, and of manifests the tests beside them. What
somebody has through groups "provost permissions" says. The exit code is 1 where nothing names the person.`,
		Example: `  # What names Emil, and where?
  provost people list emil -f examples/acme

  # As a spreadsheet
  provost people list emil -o csv`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: o.complete(completePeople),
		RunE: func(cmd *cobra.Command, args []string) error {
			tests, err := o.testsNaming(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return o.ask(cmd.Context(), func(q *question) error { return q.named(f, args[0], tests) })
		},
	}
	o.AddAtFlag(cmd)
	f = printers.AddOutputFlag(cmd, printers.FormatCSV)
	return cmd
}

// testsNaming is what the tests beside the manifests say of somebody; a cluster has none.
func (o *Options) testsNaming(ctx context.Context, who string) ([]members.SourceData, error) {
	if len(o.Files) == 0 && o.Repo == "" && o.Path == "" || slices.Contains(o.Files, "-") {
		return nil, nil
	}
	found, err := o.Manifests(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var out []members.SourceData
	for _, source := range found.Sources {
		if source.FS == nil {
			continue
		}
		tests, err := assertions.Read(ctx, source)
		if err != nil {
			return nil, problemsIn{"the tests have", err}
		}
		for _, t := range tests {
			for _, m := range t.Naming(who) {
				at := t.Place(m.Field)
				out = append(out, members.SourceData{
					Object: cite.Object{Kind: assertions.Kind, Name: t.Metadata.Name, File: at.File, Line: at.Line}, Gives: "is tested: " + m.List,
				})
			}
		}
	}
	return out, nil
}

func (q *question) named(f *printers.Format, who string, tests []members.SourceData) error {
	answer := members.Named(q.Records, who, q.now)
	answer.Sources = append(answer.Sources, tests...)
	var err error
	switch f.String() {
	case printers.FormatJSON, printers.FormatYAML:
		err = printers.WriteData(q.Out, f, answer)
	case printers.FormatName:
		for _, s := range answer.Sources {
			q.print("%s/%s\n", strings.ToLower(s.Kind), strings.TrimPrefix(s.Namespace+"/"+s.Name, "/"))
		}
	default:
		if len(answer.Sources) > 0 || f.Is(printers.FormatCSV) {
			t := &printers.Table{}
			t.Add("NAMED BY", "SAYS", "AT")
			for _, s := range answer.Sources {
				t.Add(cite.ObjectLabel(s.ID()), s.Gives, s.Place())
			}
			err = t.Print(q.Out, f)
		}
	}
	if len(answer.Sources) == 0 {
		q.notePerson(who)
		if err == nil {
			err = errNo
		}
	}
	return err
}

func newPeopleRemoveCommand(o *Options) *cobra.Command {
	var r peopleRemoval
	cmd := &cobra.Command{
		Use:     "remove NAME...",
		Aliases: []string{"rm"},
		Short:   "Take out of the manifests everything that names somebody, in one edit",
		Long: `Takes out of the manifests everything that names somebody, in one edit: entries of lists go, and what is about nobody else goes as
a whole, with its file and the file's name in a kustomization; in the tests beside the manifests the name goes too. Comments and layout
stay, and the manifests are read again with the edit before anything is written.

It is refused where something would be left half done: for somebody who owns a private entity, or is the last administrator of the
platform.

With --until, nothing goes: entries of groups, and what is about these people alone, get that end, and the answer says what else names
them and what they may afterwards. The
exit code is 1 where nothing had to be changed.`,
		Example: `  # What would go with Emil, as a patch
  provost people remove emil --dry-run -f examples/acme

  # Emil leaves
  provost people remove emil -f .

  # What Noor has by name ends with the term
  provost people remove noor --until 2027-06-30 -f examples/acme`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: o.completeFlag(completePeople),
		RunE:              func(cmd *cobra.Command, args []string) error { return r.run(cmd.Context(), o, args) },
	}
	r.form = printers.AddOutputFlag(cmd)
	cmd.Flags().Lookup("output").Usage += "; name is the files"
	cmd.Flags().StringVar(&r.until, "until", "", "take nothing out, and have it end: a day, which counts to its end, or a moment")
	cmd.Flags().BoolVar(&r.dryRun, "dry-run", false, "write no file; print the edit as a patch")
	return cmd
}

// peopleRemoval is "people remove" with its flags.
type peopleRemoval struct {
	until  string
	dryRun bool
	form   *printers.Format
}

// PeopleRemovalData is the output of "people remove".
type PeopleRemovalData struct {
	DryRun bool `json:"dryRun,omitempty"`
	// Files are those that were written or deleted, or would be.
	Files   []string              `json:"files"`
	Changes []ForgottenData       `json:"changes"`
	Remains []members.RemainsData `json:"remains"`
}

// ForgottenData is one thing that named somebody, and what became of it; file and line are those before the edit.
type ForgottenData struct {
	Person string `json:"person"`
	Object string `json:"object"`
	Change string `json:"change"`
	File   string `json:"file"`
	Line   int    `json:"line"`
}

func (r *peopleRemoval) run(ctx context.Context, o *Options, people []string) error {
	folders, err := o.editable()
	if err != nil {
		return err
	}
	var end time.Time
	if r.until != "" {
		text, err := findings.EndOf("--until", r.until)
		if err != nil {
			return err
		}
		if end, err = time.Parse(time.RFC3339, text); err != nil {
			return err
		}
	}
	w, err := edit.Open(ctx, manifest.Options{Namespace: o.Namespace()}, folders...)
	if err != nil {
		return err
	}
	defer w.Close()
	n := namer{snapshot: w.Snapshot, namespace: o.Namespace(), source: strings.Join(folders, ", ")}
	var errs []error
	for _, who := range people {
		if text := n.unknownPerson(who); text != "" {
			errs = append(errs, errors.New(text))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	now, err := o.Now()
	if err != nil {
		return err
	}
	var result *edit.Forgetting
	at := now // when what is left is asked for
	switch {
	case end.IsZero():
		result, err = w.Forget(ctx, people...)
	case !end.After(now):
		return fmt.Errorf("--until %s is over; give a day to come, or leave --until out to take out everything now", r.until)
	default:
		at = end
		result, err = w.EndFor(ctx, end, people...)
	}
	if err != nil {
		return err
	}
	if !r.dryRun {
		if err := result.Write(); err != nil {
			return err
		}
	}
	return r.report(o, result, remainsOf(result.After, result.Set, people, at))
}

func (r *peopleRemoval) report(o *Options, result *edit.Forgetting, remains []members.RemainsData) error {
	err := r.write(o, result, remains)
	if err == nil && len(result.Files) == 0 {
		o.Note("nothing was changed")
		err = errNo
	}
	return err
}

func (r *peopleRemoval) write(o *Options, result *edit.Forgetting, remains []members.RemainsData) error {
	switch r.form.String() {
	case printers.FormatJSON, printers.FormatYAML:
		return printers.WriteData(o.Out, r.form, r.data(result, remains))
	case printers.FormatName:
		for _, f := range result.Files {
			_, _ = fmt.Fprintln(o.Out, f.Name)
		}
		return nil
	}
	var out io.Writer = o.Out
	if r.dryRun { // the patch alone is the result, so that it can be piped
		if err := result.Diff(o.Out); err != nil {
			return err
		}
		out = o.ErrOut
	}
	if len(result.What) > 0 {
		t := &printers.Table{}
		t.Add("NAMED BY", "PERSON", "CHANGE", "WAS AT")
		for _, x := range result.What {
			t.Add(x.Of, x.Person, x.What, x.At.String())
		}
		if err := t.Write(out); err != nil {
			return err
		}
		_, _ = fmt.Fprintln(out)
	}
	for _, f := range result.Files {
		if f.Gone {
			_, _ = fmt.Fprintf(out, "%s goes: nothing is left of it\n", f.Name)
		}
	}
	return writeRemains(out, r.form, remains)
}

func (r *peopleRemoval) data(result *edit.Forgetting, remains []members.RemainsData) PeopleRemovalData {
	d := PeopleRemovalData{DryRun: r.dryRun, Files: []string{}, Changes: []ForgottenData{}, Remains: remains}
	for _, f := range result.Files {
		d.Files = append(d.Files, f.Name)
	}
	for _, x := range result.What {
		d.Changes = append(d.Changes, ForgottenData{Person: x.Person, Object: x.Of, Change: x.What, File: x.At.File, Line: x.At.Line})
	}
	return d
}
