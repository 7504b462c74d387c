package cli

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/edit"
)

func newMembersSetCommand(o *Options) *cobra.Command {
	var e membersEdit
	cmd := &cobra.Command{
		Use:   "set GROUP --from FILE",
		Short: "Have a group list exactly the people of a file, in the manifests",
		Long: `Has a group list exactly the people of a file: who is missing in the group's list is added, who is listed and not in the file goes
off it, and the rest stays as it is, roles and comments included. Entries that say Removed stay unless the file names them. Groups below
keep their lists, and the answer says who is still a member through one. The same file once more changes nothing.

A file that names nobody is refused, and so is a name that nothing in the manifests mentions, unless --new accepts it. The exit code is 1
where nothing had to be changed.`,
		Example: `  # The intake as the registry has it
  provost members set arts-2026 --from intake.txt --new -f .

  # What would change, as a patch
  cut -d, -f1 staff.csv | provost members set acme/registry --from - --dry-run -f examples/acme`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: o.complete(completeGroups),
		RunE: func(cmd *cobra.Command, args []string) error {
			if e.from == "" {
				return errors.New("give the list with --from FILE; - is standard input")
			}
			return e.run(cmd.Context(), o, args, func(s *directory.Snapshot, group directory.Key, people []string) (*edit.Plan, error) {
				return edit.Set(s, group, people, time.Now())
			})
		},
	}
	e.addFlags(cmd)
	cmd.Flags().BoolVar(&e.acceptNew, "new", false, "accept names that nothing in the manifests mentions yet")
	return cmd
}
