package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/internal/cli/printers"
)

// managerName is the name of the manager's Deployment, ServiceAccount and ClusterRole.
const managerName = "provost-manager"

// CheckData is the output of "check".
type CheckData struct {
	// Healthy says that no check failed.
	Healthy bool        `json:"healthy"`
	Checks  []CheckLine `json:"checks"`
}

// CheckLine is what one check found.
type CheckLine struct {
	Check   string      `json:"check"`
	Status  CheckStatus `json:"status"`
	Message string      `json:"message"`
}

// CheckStatus is how a check came out.
type CheckStatus string

// The ways in which a check comes out.
const (
	CheckOK   CheckStatus = "ok"
	CheckNote CheckStatus = "note" // it works, and somebody may want to know
	CheckFail CheckStatus = "fail"
	CheckSkip CheckStatus = "skipped" // it may not be looked at
)

func newCheckCommand(o *Options) *cobra.Command {
	var f *printers.Format
	cmd := &cobra.Command{
		Use:     "check",
		Short:   "Say whether the installation in a cluster is healthy",
		GroupID: groupRun,
		Long: `Looks at the cluster's version, the CustomResourceDefinitions, the manager and who leads, the webhooks and whether they
answer, the policies, the system roles, the Platform, the GitSyncs, and at what is stuck. Nothing is changed: the webhooks
are tried with a dry run. What you may not look at is skipped, and said.

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

// checker looks at one installation.
type checker struct {
	client  client.Client
	version discovery.ServerVersionInterface
	lines   []CheckLine
}

func (c *checker) say(check string, status CheckStatus, format string, args ...any) {
	c.lines = append(c.lines, CheckLine{check, status, fmt.Sprintf(format, args...)})
}

func (o *Options) check(ctx context.Context, f *printers.Format) error {
	if len(o.files) > 0 || o.repo != "" {
		return errors.New("check looks at a cluster; leave -f and --repo out (\"provost validate\" checks manifests)")
	}
	c, err := o.plainClient()
	if err != nil {
		return err
	}
	d, err := o.Kube.ToDiscoveryClient()
	if err != nil {
		return explainCluster(err)
	}
	k := &checker{client: c, version: d}
	if err := k.cluster(); err != nil {
		return explainCluster(err)
	}
	for _, look := range []func(context.Context){
		k.definitions, k.manager, k.webhooks, k.policies, k.systemRoles, k.platform, k.syncs, k.stuck,
	} {
		look(ctx)
	}
	data := CheckData{Healthy: true, Checks: k.lines}
	for _, l := range k.lines {
		data.Healthy = data.Healthy && l.Status != CheckFail
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
		case CheckOK:
			t.Mark(1, paint.Good)
		case CheckFail:
			t.Mark(1, paint.Bad)
		default:
			t.Mark(1, paint.Faint)
		}
	}
	return t.Write(o.Out)
}

// plainClient is a client that knows every kind of the cluster.
func (o *Options) plainClient() (client.Client, error) {
	if o.noCluster() {
		return nil, explainCluster(clientcmd.ErrEmptyConfig)
	}
	config, err := o.Kube.ToRESTConfig()
	if err != nil {
		return nil, explainCluster(err)
	}
	config.QPS, config.Burst = 100, 200
	c, err := client.New(config, client.Options{Scheme: newScheme()})
	return c, explainCluster(err)
}
