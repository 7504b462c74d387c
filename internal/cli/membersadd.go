package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/cli/source"
	"provost.dev/provost/internal/engine/directory"
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
				return edit.Add(snapshot, group, people, s, r)
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
