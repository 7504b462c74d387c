package up

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// logName is the file in the data directory that takes the manager's log, which
// would drown the summary if it came to the terminal.
const logName = "manager.log"

// openLog begins a log and keeps that of the start before beside it. The data
// directory must be held: the log may be that of somebody who runs.
func openLog(dataDir string) (*os.File, error) {
	path := filepath.Join(dataDir, logName)
	if err := os.Rename(path, path+".1"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot put the last log aside: %w", err)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot write the log: %w", err)
	}
	return file, nil
}
