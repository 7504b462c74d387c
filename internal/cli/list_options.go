package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newOptionsCommand(o *Options) *cobra.Command {
	return &cobra.Command{
		Use:   "options",
		Short: "List the flags that every command has",
		Example: `  # How to reach a cluster in some other way
  provost options`,
		GroupID: groupRun,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			all := pflag.NewFlagSet("options", pflag.ContinueOnError)
			cmd.Root().PersistentFlags().VisitAll(func(f *pflag.Flag) {
				shown := *f
				shown.Hidden = false
				all.AddFlag(&shown)
			})
			q := &question{Options: o}
			q.print("These flags may be given to every command:\n\n%s", all.FlagUsages())
			return nil
		},
	}
}
