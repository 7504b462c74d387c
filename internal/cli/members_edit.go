package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	k8s "k8s.io/apimachinery/pkg/util/validation"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/cli/source"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/edit"
	"provost.dev/provost/internal/text/suggest"
)

func newMembersAddCommand(o *Options) *cobra.Command {
	var e membersEdit
	var state, role string
	cmd := &cobra.Command{
		Use:   "add PERSON... GROUP",
		Short: "List people in a group, in the manifests",
		Long: `Lists people in a group: it edits the file that the group stands in, and nothing else of it. Whoever is listed already gets
the state and role that are asked for. The manifests are read again with the edit before anything is written, and the answer says
which groups each person is in then, and what keeps somebody out in spite of the entry.

A name that nothing in the manifests mentions is taken for a slip of the pen, unless --new says otherwise. The exit code is 1 where
nothing had to be changed.`,
		Example: `  # Two people more in the Department of Physics
  provost members add karim liv physics -f examples/acme

  # What would change, as a patch
  provost members add liv acme/physics --role Instructor --dry-run -f examples/acme

  # Everybody of a list, one name a line, whom nothing mentions yet
  provost members add --from intake.txt --new arts-2026 -f .`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: o.completePeopleAndGroups(),
		RunE: func(cmd *cobra.Command, args []string) error {
			var s *directory.MemberState
			var r *directory.MemberRole
			if cmd.Flags().Changed("state") {
				value, err := word("state", state, directory.MemberState.String, directory.MemberActive, directory.MemberPending,
					directory.MemberInactive,
					directory.MemberRemoved)
				if err != nil {
					return err
				}
				s = &value
			}
			if cmd.Flags().Changed("role") {
				value, err := word("role", role, directory.MemberRole.String, directory.Learner, directory.Instructor, directory.Admin)
				if err != nil {
					return err
				}
				r = &value
			}
			return e.run(cmd.Context(), o, args, func(snapshot *directory.Snapshot, group directory.Key, people []string) (*edit.Plan, error) {
				return edit.Add(snapshot, group, people, s, r, time.Now())
			})
		},
	}
	e.addFlags(cmd)
	cmd.Flags().StringVar(&state, "state", "Active", "the state of the entries: Active, Pending, Inactive or Removed")
	cmd.Flags().StringVar(&role, "role", "Learner",
		"the role within the group: Learner, Instructor or Admin; who is listed already keeps the role without it")
	cmd.Flags().BoolVar(&e.acceptNew, "new", false, "accept names that nothing in the manifests mentions yet")
	_ = cmd.RegisterFlagCompletionFunc("state", cobra.FixedCompletions([]string{"Active", "Pending", "Inactive", "Removed"},
		cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("role", cobra.FixedCompletions([]string{"Learner", "Instructor", "Admin"},
		cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// word is the value that a word of a flag means, in any case.
func word[V any](flag, text string, show func(V) string, values ...V) (V, error) {
	var known []string
	for _, v := range values {
		if strings.EqualFold(show(v), text) {
			return v, nil
		}
		known = append(known, show(v))
	}
	var none V
	return none, fmt.Errorf("--%s %q: the words are %s", flag, text, suggest.List(known, "and"))
}

// completePeopleAndGroups completes arguments that are people, with a group as the last one.
func (o *Options) completePeopleAndGroups() cobra.CompletionFunc {
	return o.completeFlag(func(s *directory.Snapshot, args []string) []string {
		names := append(completePeople(s, args), completeGroups(s, args)...)
		return slices.DeleteFunc(names, func(n string) bool { return slices.Contains(args, n) })
	})
}

// editable is what -f names, to be edited.
func (o *Options) editable() ([]string, error) {
	switch {
	case o.Repo != "":
		return nil, source.CommitIsFixed("-f")
	case o.Path != "":
		return nil, fmt.Errorf("--path goes with --repo, and %w", source.CommitIsFixed("-f"))
	case len(o.Files) == 0:
		return nil, errors.New("the command edits files; give the folder of the manifests with -f")
	}
	return o.Files, nil
}

func newMembersRemoveCommand(o *Options) *cobra.Command {
	var e membersEdit
	cmd := &cobra.Command{
		Use:     "remove PERSON... GROUP",
		Aliases: []string{"rm"},
		Short:   "Take people out of a group and of every group below it, in the manifests",
		Long: `Takes people out of a group and of every group below it. Their entries there go. Whom a selector would bring back gets an entry
with state: Removed. Who was in the groups above through this one only is listed in the nearest of them, since leaving Engineering is
not leaving Corporate; --everywhere leaves that out, and says what still names each of them: bindings, overrides, groups of other
trees, what they own, and the access that is left. None of that is edited.

The files are edited and nothing else of them changes; comments stay. The manifests are read again with the edit before anything is
written, and the answer says which groups each person has left and what still makes the person a member of those above. The exit
code is 1 where nothing had to be changed.`,
		Example: `  # Emil leaves Mathematics and stays on the staff of the university
  provost members remove emil mathematics -f examples/acme

  # Emil leaves, and with that everything that Mathematics gave, up to the top
  provost members remove emil mathematics --everywhere --dry-run -f examples/acme

  # Everybody of a list
  cut -d, -f1 leavers.csv | provost members remove --from - acme/university -f .`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: o.completePeopleAndGroups(),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.run(cmd.Context(), o, args, func(snapshot *directory.Snapshot, group directory.Key, people []string) (*edit.Plan, error) {
				return edit.Remove(snapshot, group, people, e.everywhere, time.Now())
			})
		},
	}
	e.addFlags(cmd)
	cmd.Flags().BoolVar(&e.everywhere, "everywhere", false,
		"do not list anybody in the group above to keep what the groups above give, and say what still names them")
	return cmd
}

// membersEdit is what "members add", "members remove" and "members set" share.
type membersEdit struct {
	from      string // --from
	dryRun    bool   // --dry-run
	acceptNew bool   // --new, of add
	// everywhere is set by remove: whoever goes is to be gone, and so what still names them is told.
	everywhere bool
	form       *printers.Format
}

func (e *membersEdit) addFlags(cmd *cobra.Command) {
	e.form = printers.AddOutputFlag(cmd)
	cmd.Flags().Lookup("output").Usage += "; name is the files"
	cmd.Flags().StringVar(&e.from, "from", "", "read people from this file too, one name a line; # begins a comment, - is standard input")
	cmd.Flags().BoolVar(&e.dryRun, "dry-run", false, "write no file; print the edit as a patch")
}

// run finds the group and the people, plans, edits and tells.
func (e *membersEdit) run(ctx context.Context, o *Options, args []string,
	plan func(*directory.Snapshot, directory.Key, []string) (*edit.Plan, error)) error {
	folders, err := o.editable()
	if err != nil {
		return err
	}
	people, groupName := args[:len(args)-1], args[len(args)-1]
	if e.from != "" {
		more, err := o.peopleFrom(e.from)
		if err != nil {
			return err
		}
		people = append(slices.Clone(people), more...)
	}
	if len(people) == 0 {
		return errors.New("name at least one person before the group, or give a list with --from")
	}
	w, err := edit.Open(ctx, manifest.Options{Namespace: o.Namespace()}, folders...)
	if err != nil {
		return err
	}
	defer w.Close()
	n := namer{snapshot: w.Snapshot, namespace: o.Namespace(), source: strings.Join(folders, ", ")}
	group, err := n.group(groupName)
	if err != nil {
		return swapped(&n, people, err)
	}
	if people, err = e.people(&n, people); err != nil {
		return err
	}
	p, err := plan(w.Snapshot, group, people)
	if err != nil {
		return err
	}
	report := &membersReport{Options: o, form: e.form, plan: p, dryRun: e.dryRun}
	report.unchanged()
	now, err := o.Now()
	if err != nil {
		return err
	}
	report.set = w.Set
	if len(p.Changes) == 0 {
		o.Note("nothing was changed")
		report.findRemains(e.everywhere, people, now)
		if !report.form.Is(printers.FormatTable, printers.FormatWide) {
			return errNo
		}
		return errors.Join(report.writeRemains(o.Out), errNo)
	}
	result, err := w.Apply(ctx, p)
	if err != nil {
		return err
	}
	report.result = result
	report.findRemains(e.everywhere, people, now)
	if !e.dryRun {
		if err := result.Write(); err != nil {
			return err
		}
	}
	return report.write()
}

// swapped adds to an error about the last argument, which is no group, that one before it is.
func swapped(n *namer, people []string, err error) error {
	for _, who := range people {
		if group, _ := n.group(who); group != (directory.Key{}) && !n.snapshot.Known(who) {
			return fmt.Errorf("%w; %s is a group: the people come first and the group last", err, who)
		}
	}
	return err
}

// people checks the names, each once, and says all at once what is wrong with them.
func (e *membersEdit) people(n *namer, given []string) ([]string, error) {
	var people []string
	var errs []error
	seen := map[string]bool{}
	for _, who := range given {
		if seen[who] {
			continue
		}
		seen[who] = true
		switch {
		case len(k8s.IsDNS1123Subdomain(who)) > 0 || len(who) > provostv1.MaxPersonNameLength:
			errs = append(errs,
				fmt.Errorf("%s: it has %s", manifest.NotAName(who, "a person"), manifest.PersonNameForm()))
		case !e.acceptNew && !n.snapshot.Known(who):
			text := n.unknownPerson(who)
			if e.from == "" || len(given) < 20 { // a long list would be one long hint
				text += "; somebody new is declared with \"provost new person\", or accepted with --new"
			}
			errs = append(errs, errors.New(text))
		}
		people = append(people, who)
	}
	if len(errs) > mostProblems {
		errs = append(errs[:mostProblems], fmt.Errorf("and %d more", len(errs)-mostProblems))
	}
	return people, errors.Join(errs...)
}

// peopleFrom reads names, one a line.
func (o *Options) peopleFrom(name string) ([]string, error) {
	var in io.Reader = o.In
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	var people []string
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		text := string(bytes.TrimPrefix(lines.Bytes(), []byte("\xEF\xBB\xBF")))
		text, _, _ = strings.Cut(text, "#")
		switch words := strings.Fields(text); len(words) {
		case 0:
		case 1:
			people = append(people, words[0])
		default:
			return nil, fmt.Errorf("%s:%d: one name a line, and no blanks in it: %q", name, n, strings.TrimSpace(text))
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(people) == 0 {
		return nil, fmt.Errorf("%s names nobody", name)
	}
	return people, nil
}
