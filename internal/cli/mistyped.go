package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"provost.dev/provost/internal/text/suggest"
)

// noSuchCommand refuses the arguments of a command that takes none but commands below it, with the name that may have been meant.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := nearCommand(cmd, args[0])
	if hint != "" {
		hint = "; " + hint
	}
	return fmt.Errorf("there is no command %q%s; \"%s --help\" lists them", cmd.CommandPath()+" "+args[0], hint, cmd.CommandPath())
}

// nearCommand offers the commands below one that a word may have been meant for; "" where none is near.
func nearCommand(cmd *cobra.Command, word string) string {
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(append(names, c.Name()), c.Aliases...)
		}
	}
	return suggest.DidYouMean(word, names)
}

// noSuchFlag adds to an error about a flag that there is not the one that may have been meant.
func noSuchFlag(cmd *cobra.Command, err error) error {
	word, unknown := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !unknown {
		return err
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	hint := suggest.DidYouMean("--"+word, names)
	if hint == "" {
		hint = fmt.Sprintf("\"%s --help\" lists them", cmd.CommandPath())
	}
	return fmt.Errorf("%w; %s", err, hint)
}

// inOrder are a permission and an entity, in whichever order they were written: an entity has a slash and a permission none.
func inOrder(a, b string) (permission, entity string) {
	if strings.Contains(a, "/") && !strings.Contains(b, "/") {
		return b, a
	}
	return a, b
}
