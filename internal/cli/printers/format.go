package printers

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/text/suggest"
)

// The forms of output: the words that -o takes.
const (
	FormatTable = "table"
	FormatWide  = "wide"
	FormatJSON  = "json"
	FormatYAML  = "yaml"
	FormatName  = "name"
	FormatDot   = "dot"
	FormatMD    = "markdown"
	FormatText  = "text"
	FormatSARIF = "sarif"
	FormatJUnit = "junit"
	FormatCSV   = "csv"
)

// Format is the value of -o, one of the forms that a command allows.
type Format struct {
	value   string
	allowed []string
}

// AddOutputFlag adds -o with the usual forms and the further ones.
func AddOutputFlag(cmd *cobra.Command, further ...string) *Format {
	return AddFormatFlag(cmd, append([]string{FormatTable, FormatWide, FormatJSON, FormatYAML, FormatName}, further...)...)
}

// AddFormatFlag adds -o with the forms given, of which the first is the default.
func AddFormatFlag(cmd *cobra.Command, forms ...string) *Format {
	f := &Format{value: forms[0], allowed: forms}
	cmd.Flags().VarP(f, "output", "o", "the form of the output: "+suggest.List(f.allowed, "or"))
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(f.allowed, cobra.ShellCompDirectiveNoFileComp))
	return f
}

// Full says that the form abridges nothing.
func (f *Format) Full() bool { return f.Is(FormatWide, FormatCSV) }

// String implements pflag.Value.
func (f *Format) String() string { return f.value }

// Type implements pflag.Value.
func (f *Format) Type() string { return "form" }

// Set implements pflag.Value.
func (f *Format) Set(s string) error {
	s = strings.ToLower(s)
	if !slices.Contains(f.allowed, s) {
		return fmt.Errorf("the forms are %s", suggest.List(f.allowed, "and"))
	}
	f.value = s
	return nil
}

// Is says whether the form is one of these.
func (f *Format) Is(values ...string) bool { return slices.Contains(values, f.value) }
