package cli

import (
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"provost.dev/provost/internal/cli/source"
)

// Options are what all commands share: the flags and streams, with what they are asked by.
type Options struct {
	source.Flags
}

// NewOptions are the options of a command line with these streams.
func NewOptions(streams genericiooptions.IOStreams) *Options {
	return &Options{Flags: source.NewFlags(streams)}
}
