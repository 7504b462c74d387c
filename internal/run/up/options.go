package up

import (
	"io"
	"time"

	"provost.dev/provost/internal/run/manager"
)

// Namespace and name of the GitSync that follows Options.Repo.
const (
	SyncNamespace = "provost-system"
	SyncName      = "up"
)

// Options say what to bring up.
type Options struct {
	// DataDir keeps the state.
	DataDir string
	// BinDir has the control plane's programs; empty finds them.
	BinDir string
	// Port is the API server's; 0 takes that of the last start, or a free one.
	Port int

	// Repo is the repository to follow, DIR[@REV] or URL[@REV]. Empty follows none. REV is a
	// branch, a tag (tags/v1.2.0) or the full hash of a commit; none means the branch that is
	// checked out, or the default one.
	Repo string
	// Path is the folder within the repository; empty is all of it.
	Path string
	// Interval is how often the repository is looked at.
	Interval time.Duration
	// Timeout bounds the wait until everything is in place.
	Timeout time.Duration

	// Manager says how the manager runs. Run allows it local repositories, and
	// servers on this machine, since whoever starts it may reach them anyway. Without a Logger, its log is
	// manager.log in DataDir; that of the start before is manager.log.1.
	Manager manager.Options

	// Out is where the summary goes, Progress where steps are told.
	Out      io.Writer
	Progress func(step string)
}
