package cli

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// headroom is how much memory a command that answers and ends may fill before
// any is collected, in bytes: most are done by then.
const headroom = 256 << 20

// takeHeadroom has the collector wait in commands that answer and end: until they have
// filled the headroom, and from the first collection on it works as always. Unlike a
// larger GOGC that adds the same, however much is in use. Commands that stay, such as
// the manager, go without, and whoever has set the collector by its own variables is obeyed.
func takeHeadroom(cmd *cobra.Command) {
	for cmd.HasParent() && cmd.Parent().HasParent() {
		cmd = cmd.Parent()
	}
	if cmd.GroupID == groupRun || os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	percent := debug.SetGCPercent(-1)
	debug.SetMemoryLimit(headroom)
	first := new([64]byte) // which the first collection takes away
	runtime.AddCleanup(first, func(percent int) {
		debug.SetMemoryLimit(math.MaxInt64)
		debug.SetGCPercent(percent)
	}, percent)
}
