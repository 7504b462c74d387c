package audit

import (
	"fmt"
	"io"

	"github.com/spf13/pflag"
)

// Stdout is the path that stands for standard output.
const Stdout = "-"

// Options say where the log goes. The names of the flags are those of
// kube-apiserver's own audit log.
type Options struct {
	// Path is the file; Stdout is standard output, and empty writes no log.
	Path string
	// MaxSize is how large a file may become, in megabytes, before a new one is begun. 0 is 100.
	MaxSize int
	// MaxBackups is how many full files are kept, and MaxAge for how many days; 0 keeps all.
	MaxBackups, MaxAge int
	// Compress packs full files.
	Compress bool
}

// AddFlags adds the flags of `provost manager`.
func (o *Options) AddFlags(f *pflag.FlagSet) {
	f.StringVar(&o.Path, "audit-log-path", Stdout,
		"Where every change of anybody's access is recorded: a file, - for standard output, or empty for nowhere.")
	f.IntVar(&o.MaxSize, "audit-log-maxsize", 100,
		"How large an audit log file may become, in megabytes, before a new one is begun.")
	f.IntVar(&o.MaxBackups, "audit-log-maxbackup", 0,
		"How many full audit log files to keep; 0 for all.")
	f.IntVar(&o.MaxAge, "audit-log-maxage", 0,
		"For how many days to keep full audit log files; 0 for ever.")
	f.BoolVar(&o.Compress, "audit-log-compress", false,
		"Pack full audit log files.")
}

// Open opens the log. It is nil where none is to be written.
func Open(o Options, stdout io.Writer) (*Log, error) {
	switch o.Path {
	case "":
		return nil, nil
	case Stdout:
		return New(stdout), nil
	}
	f, err := openFile(o)
	if err != nil {
		return nil, fmt.Errorf("the audit log %s cannot be written to: %w", o.Path, err)
	}
	return &Log{sink: f}, nil
}

// New is a log that goes to a stream.
func New(w io.Writer) *Log { return &Log{sink: stream{w}} }
