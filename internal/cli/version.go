package cli

import (
	"runtime"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/zones"
	"provost.dev/provost/internal/text/version"
)

// VersionData is the output of "version".
type VersionData struct {
	Version  string `json:"version"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	// TimeZones is the edition of the IANA database of time zones that the release brings (R33).
	TimeZones string `json:"timeZones"`
}

func newVersionCommand(o *Options) *cobra.Command {
	var f *printers.Format
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Say which release this is",
		Example: `  # The release
  provost version

  # With the Go release and the platform
  provost version -o wide`,
		GroupID: groupRun,
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			q := &question{Options: o}
			v := VersionData{Version: version.String(), Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
				TimeZones: zones.Edition}
			switch f.String() {
			case printers.FormatJSON, printers.FormatYAML:
				return printers.WriteData(o.Out, f, v)
			case printers.FormatWide:
				q.print("provost %s (%s, %s, time zones %s)\n", v.Version, v.Go, v.Platform, v.TimeZones)
			case printers.FormatName:
				q.print("%s\n", v.Version)
			default:
				q.print("provost %s, time zones %s\n", v.Version, v.TimeZones)
			}
			return nil
		},
	}
	f = printers.AddOutputFlag(cmd)
	return cmd
}
