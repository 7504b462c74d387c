package up

import (
	"os"
	"path/filepath"

	"provost.dev/provost/internal/run/controlplane"
)

// logName is the file in the data directory that takes the manager's log, which
// would drown the summary if it came to the terminal.
const logName = "manager.log"

// openLog begins a log and keeps that of the start before beside it. The data
// directory must be held: the log may be that of somebody who runs.
func openLog(dataDir string) (*os.File, error) {
	return controlplane.OpenLog(filepath.Join(dataDir, logName), false)
}
