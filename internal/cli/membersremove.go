package cli

import (
	"github.com/spf13/cobra"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/edit"
)

func newMembersRemoveCommand(o *Options) *cobra.Command {
	var e membersEdit
	everywhere := false
	cmd := &cobra.Command{
		Use:     "remove PERSON... GROUP",
		Aliases: []string{"rm"},
		Short:   "Take people out of a group and of every group below it, in the manifests",
		Long: `Takes people out of a group and of every group below it. Their entries there go. Whom a selector would bring back gets an entry
with state: Removed. Who was in the groups above through this one only is listed in the nearest of them, since leaving Engineering is
not leaving Corporate; --everywhere leaves that out.

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
				return edit.Remove(snapshot, group, people, everywhere)
			})
		},
	}
	e.addFlags(cmd)
	cmd.Flags().BoolVar(&everywhere, "everywhere", false, "do not list anybody in the group above to keep what the groups above give")
	return cmd
}
