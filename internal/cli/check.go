package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/cli/source"
	"provost.dev/provost/internal/run/installation"
)

// CheckData is the output of "check".
type CheckData struct {
	// Healthy says that no check failed.
	Healthy bool                   `json:"healthy"`
	Checks  []installation.Finding `json:"checks"`
}

func newCheckCommand(o *Options) *cobra.Command {
	var f *printers.Format
	cmd := &cobra.Command{
		Use:     "check",
		Short:   "Say whether the installation in a cluster is healthy",
		GroupID: groupRun,
		Long: `Looks at the cluster's version, the CustomResourceDefinitions, the manager and who leads, the webhooks, whether they
answer and whether they know who asks, the policies, the system roles, the Platform, the GitSyncs, and at what is stuck.
Nothing is changed: the webhooks are tried with a dry run. What you may not look at is skipped, and said.

The exit code is 0 where nothing failed, 1 where something did, 2 where the cluster could not be asked.`,
		Example: `  # A table
  provost check

  # For a monitoring job
  provost check -o json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.check(cmd.Context(), f) },
	}
	f = printers.AddFormatFlag(cmd, printers.FormatTable, printers.FormatJSON, printers.FormatYAML)
	return cmd
}

func (o *Options) check(ctx context.Context, f *printers.Format) error {
	if len(o.Files) > 0 || o.Repo != "" {
		return errors.New("check looks at a cluster; leave -f and --repo out (\"provost validate\" checks manifests)")
	}
	c, err := o.Client()
	if err != nil {
		return err
	}
	d, err := o.Kube.ToDiscoveryClient()
	if err != nil {
		return source.ExplainCluster(err)
	}
	k := &installation.Checker{Client: c, Version: d, Kinds: source.DeclaredKinds()}
	lines, err := k.Run(ctx)
	if err != nil {
		return source.ExplainCluster(err)
	}
	data := CheckData{Healthy: true, Checks: lines}
	for _, l := range lines {
		data.Healthy = data.Healthy && l.Status != installation.Fail
	}
	if err := o.printCheck(f, data); err != nil {
		return err
	}
	if !data.Healthy {
		return errNo
	}
	return nil
}

func (o *Options) printCheck(f *printers.Format, data CheckData) error {
	if !f.Is(printers.FormatTable) {
		return printers.WriteData(o.Out, f, data)
	}
	paint := printers.NewStyle(o.Out)
	t := &printers.Table{}
	t.Add("CHECK", "STATUS", "MESSAGE")
	for _, l := range data.Checks {
		t.Add(l.Check, string(l.Status), l.Message)
		switch l.Status {
		case installation.OK:
			t.Mark(1, paint.Good)
		case installation.Fail:
			t.Mark(1, paint.Bad)
		default:
			t.Mark(1, paint.Faint)
		}
	}
	return t.Write(o.Out)
}
