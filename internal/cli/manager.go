package cli

import (
	"flag"
	"fmt"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/text/version"
)

func newManagerCommand(o *Options) *cobra.Command {
	m := manager.Options{Revision: version.String()}
	log := zap.Options{}
	cmd := &cobra.Command{
		Use:     "manager",
		Short:   "Run the controllers in a cluster",
		GroupID: groupRun,
		Long: `Keeps the statuses of a cluster current: who may do what where, and why; and applies the repositories that GitSyncs
name. This is what the Deployment of config/default runs; of several replicas one writes and the others wait.

It speaks to the cluster of the kubeconfig, or to its own when it runs in one, and needs the rights of
config/rbac/role.yaml and no more.`,
		Example: `  # In a pod: everything is found by itself
  provost manager

  # On a workstation, against the cluster of the current kubeconfig
  provost manager --leader-elect=false --zap-devel`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := o.Kube.ToRESTConfig()
			if err != nil {
				return fmt.Errorf("no cluster to work for: %w", err)
			}
			m.AuditOut = o.Out
			m.Logger = zap.New(zap.UseFlagOptions(&log), zap.WriteTo(o.ErrOut))
			return manager.Run(cmd.Context(), cfg, m)
		},
	}
	m.AddFlags(cmd.Flags())
	zapFlags := flag.NewFlagSet("zap", flag.ContinueOnError)
	log.BindFlags(zapFlags)
	cmd.Flags().AddGoFlagSet(zapFlags)
	return cmd
}
