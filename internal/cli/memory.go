package cli

import (
	"os"

	"github.com/spf13/cobra"
)

// headroom is how much memory a command that answers and ends may fill before
// any is collected, in bytes: most are done by then.
const headroom = 256 << 20

// takeHeadroom has the collector wait longer in commands that answer and end. It
// waits until what is in use has doubled; a piece of memory that is never
// touched, and so never taken from the machine, counts as in use. Unlike a larger
// GOGC that adds the same, however much is in use. Commands that stay, such as the
// manager, go without, and whoever has set the collector by its own variables is obeyed.
func (o *Options) takeHeadroom(cmd *cobra.Command) {
	for cmd.HasParent() && cmd.Parent().HasParent() {
		cmd = cmd.Parent()
	}
	if cmd.GroupID != groupRun && os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		o.ballast = make([]byte, headroom)
	}
}
