package controlplane

import (
	"errors"
	"fmt"
	"strings"
)

// What Start's errors wrap, for callers that must tell them apart. The full
// message always names what is wrong and what to do about it.
var (
	// ErrBinaryMissing: a program is not in Options.BinDir.
	ErrBinaryMissing = errors.New("binary missing")
	// ErrDataDirInUse: another process runs a control plane on the directory.
	ErrDataDirInUse = errors.New("data directory in use")
	// ErrDataDirForeign: the directory holds files that are not a control plane's.
	ErrDataDirForeign = errors.New("not a data directory")
	// ErrVersion: the binaries cannot work on what the directory holds.
	ErrVersion = errors.New("version mismatch")
	// ErrPortInUse: Options.Port is taken.
	ErrPortInUse = errors.New("port in use")
)

// ExitError says that a program ended although nobody had asked it to.
type ExitError struct {
	// Component is the program.
	Component Component
	// Cause is its exit status or the signal that ended it.
	Cause error
	// LogPath is the file with everything that it said.
	LogPath string
	// LogTail is the end of that file.
	LogTail string
}

// Error names the program, how it ended and its last words.
func (e *ExitError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s ended unexpectedly", e.Component)
	if e.Cause != nil {
		fmt.Fprintf(&b, " (%v)", e.Cause)
	}
	if e.LogTail == "" {
		fmt.Fprintf(&b, "; %s is empty", e.LogPath)
		return b.String()
	}
	fmt.Fprintf(&b, "; the end of %s:\n", e.LogPath)
	for line := range strings.SplitSeq(e.LogTail, "\n") {
		fmt.Fprintf(&b, "  %s\n", line)
	}
	return strings.TrimRight(b.String(), "\n")
}

// Unwrap gives the exit status.
func (e *ExitError) Unwrap() error { return e.Cause }
