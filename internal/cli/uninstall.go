package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/cli/source"
	"provost.dev/provost/internal/run/installation"
)

func newUninstallCommand(o *Options) *cobra.Command {
	u := &uninstall{Options: o}
	cmd := &cobra.Command{
		Use:     "uninstall",
		Short:   "Take an installation out of a cluster, in the order in which nothing hangs",
		GroupID: groupRun,
		Long: `Takes the manager, its webhooks, policies and rights out of the cluster, and releases what the manager was to look
after: entities that wait for their children, and GitSyncs that were to prune what they applied (they do not any more).

What teams declared stays where it is, and statuses say what was so at the end; install again and everything goes on.
With --crds the CustomResourceDefinitions go too, and with them everything of Provost's in every namespace, and the
namespace provost-system. There is no way back but a backup: "kubectl get provost -A -o yaml".

It says what it is about to do, and asks. It can be run again where it was interrupted.`,
		Example: `  # See what would go
  provost uninstall --dry-run

  # Take the installation away, and keep what was declared
  provost uninstall

  # Take everything away, without being asked
  provost uninstall --crds --yes`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return u.run(cmd.Context()) },
	}
	f := cmd.Flags()
	f.BoolVar(&u.crds, "crds", false, "delete the CustomResourceDefinitions, and so everything that was declared")
	f.BoolVarP(&u.yes, "yes", "y", false, "do not ask")
	f.BoolVar(&u.dryRun, "dry-run", false, "only say what would be done")
	f.DurationVar(&u.timeout, "timeout", 2*time.Minute, "how long to wait for what is being deleted")
	return cmd
}

type uninstall struct {
	*Options
	crds, yes, dryRun bool
	timeout           time.Duration
}

func (u *uninstall) run(ctx context.Context) error {
	if len(u.Files) > 0 || u.Repo != "" {
		return errors.New("uninstall works on a cluster; leave -f and --repo out")
	}
	c, err := u.Client()
	if err != nil {
		return err
	}
	stages, err := installation.Stages(ctx, c, u.crds)
	if err != nil {
		return source.ExplainCluster(err)
	}
	total := 0
	for _, s := range stages {
		total += len(s.Removals)
	}
	if total == 0 {
		_, _ = fmt.Fprintf(u.Out, "Nothing of Provost's is in %s.\n", u.ClusterName())
		return nil
	}
	if u.dryRun || !u.yes {
		u.announce(stages)
	}
	if u.dryRun {
		return nil
	}
	if err := u.confirm(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, u.timeout)
	defer cancel()
	for _, s := range stages {
		if err := s.CarryOut(ctx, c, u.Out); err != nil {
			return fmt.Errorf("%w; what is done is done, and \"provost uninstall\" goes on from there", source.ExplainCluster(err))
		}
	}
	if !u.crds {
		_, _ = fmt.Fprintln(u.Out, "What was declared is still there. \"provost uninstall --crds\" deletes it too.")
	}
	return nil
}

// announce says what is to be done.
func (u *uninstall) announce(stages []installation.Stage) {
	_, _ = fmt.Fprintf(u.Out, "In %s:\n", u.ClusterName())
	for _, s := range stages {
		if len(s.Removals) == 0 {
			continue
		}
		_, _ = fmt.Fprintf(u.Out, "%s\n", s.Title)
		const most = 20
		for i, r := range s.Removals {
			if i == most {
				_, _ = fmt.Fprintf(u.Out, "  and %d more\n", len(s.Removals)-most)
				break
			}
			_, _ = fmt.Fprintf(u.Out, "  %s\n", r)
		}
	}
}

// confirm asks whether to go on.
func (u *uninstall) confirm() error {
	if u.yes {
		return nil
	}
	question := "Go on?"
	if u.crds {
		question = "Delete everything that was declared, in every namespace?"
	}
	_, _ = fmt.Fprintf(u.ErrOut, "%s Type yes: ", question)
	answer, err := bufio.NewReader(u.In).ReadString('\n')
	if strings.TrimSpace(strings.ToLower(answer)) != "yes" {
		if err != nil {
			return errors.New("nobody answered, and nothing was done; say --yes where there is nobody to ask")
		}
		return errors.New("nothing was done")
	}
	return nil
}
