package cli

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/run/up"
	"provost.dev/provost/internal/text/version"
)

func newUpCommand(o *Options) *cobra.Command {
	u := &upOptions{Options: o}
	cmd := &cobra.Command{
		Use:     "up",
		Short:   "Run a control plane of your own that follows a repository",
		GroupID: groupRun,
		Long: `Starts etcd, a Kubernetes API server and its controller manager as child processes, installs Provost, and follows a
repository: what is committed there is applied, and people's effective permissions are kept current. No cluster and no
container engine is needed; the programs are built by "make controlplane", or found where KUBEBUILDER_ASSETS says.

It says what is in place and what to try, and runs until Ctrl-C. State is kept in --data-dir, and the next start
continues there.`,
		Example: `  # Follow the branch that is checked out in this repository, folder examples/acme
  provost up --repo . --path examples/acme

  # Follow another branch of a repository elsewhere
  provost up --repo https://example.org/people.git@staging

  # Start without a repository, and apply manifests by hand
  provost up`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return u.run(cmd) },
	}
	f := cmd.Flags()
	f.StringVar(&u.dataDir, "data-dir", ".provost", "the directory that keeps the state, the kubeconfig and the logs")
	f.StringVar(&u.binDir, "bin-dir", "",
		"the directory of etcd, kube-apiserver and kube-controller-manager (default: KUBEBUILDER_ASSETS, or bin/k8s)")
	f.IntVar(&u.port, "port", 0, "the API server's port; 0 takes that of the last start, or a free one")
	f.DurationVar(&u.interval, "interval", 10*time.Second, "how often to look for a new commit")
	f.DurationVar(&u.timeout, "timeout", 5*time.Minute, "how long to wait until everything is in place")
	_ = cmd.MarkFlagDirname("data-dir")
	_ = cmd.MarkFlagDirname("bin-dir")
	return cmd
}

type upOptions struct {
	*Options
	dataDir, binDir   string
	port              int
	interval, timeout time.Duration
}

func (u *upOptions) run(cmd *cobra.Command) error {
	if len(u.Files) > 0 {
		return fmt.Errorf("up follows a Git repository: name it with --repo instead of -f")
	}
	start := time.Now()
	return up.Run(cmd.Context(), up.Options{
		DataDir: u.dataDir, BinDir: u.binDir, Port: u.port,
		Repo: u.Repo, Path: u.Path, Interval: u.interval, Timeout: u.timeout,
		Manager: manager.Options{
			Revision: version.String(), Concurrency: 16,
			Audit: audit.Options{Path: filepath.Join(u.dataDir, "audit.log")},
		},
		Out: u.Out,
		Progress: func(step string) {
			_, _ = fmt.Fprintf(u.ErrOut, "%5.1fs  %s\n", time.Since(start).Seconds(), step)
		},
	})
}
