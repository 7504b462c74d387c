// Package cli is the command line. Every command asks the engine; what differs
// is only where the manifests come from: a cluster, a folder, or a commit.
package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"provost.dev/provost/internal/cli/create"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/text/termsafe"
)

// The exit codes. Anything from ExitFailed on means that there is no answer.
const (
	ExitYes    = 0 // yes, no difference, valid
	ExitNo     = 1 // no, differs, invalid
	ExitFailed = 2 // the question could not be answered
)

// errNo ends a command whose answer is no: nothing is left to say.
var errNo = errors.New("no")

// Main runs the command line with the process's own streams, and returns its
// exit code.
func Main(args []string) int {
	// One interrupt ends a command in good order; a second one ends it at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	defer stop()
	return Run(ctx, args, genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr})
}

// Run runs a command line and returns its exit code. The first argument is the
// program's own name, by which it knows that it is a plugin of kubectl.
func Run(ctx context.Context, args []string, streams genericiooptions.IOStreams) int {
	root := NewCommand(filepath.Base(args[0]), streams)
	root.SetArgs(args[1:])
	return exitCode(root.ExecuteContext(ctx), streams)
}

func exitCode(err error, streams genericiooptions.IOStreams) int {
	var own exitError
	switch {
	case errors.As(err, &own):
		return int(own)
	case err == nil:
		return ExitYes
	case errors.Is(err, errNo):
		return ExitNo
	case errors.Is(err, context.Canceled):
		_, _ = fmt.Fprintln(streams.ErrOut, "interrupted")
		return ExitFailed
	}
	text := "error: " + termsafe.Lines(strings.TrimSpace(describeError(err)))
	_, _ = fmt.Fprintln(streams.ErrOut, printers.Lines(text, printers.Width(streams.ErrOut)))
	return ExitFailed
}

// NewCommand is the command line, called by the name of its program.
func NewCommand(program string, streams genericiooptions.IOStreams) *cobra.Command {
	o := NewOptions(streams)
	root := &cobra.Command{
		Use:   "provost",
		Short: "Who may do what where in a learning organisation, and why",
		Long: `Provost keeps people's access in Git and in Kubernetes: organisations, campuses, courses, modules, sessions and tasks;
people in nested groups; roles, bindings, overrides and denies.

The commands ask the cluster of the current kubeconfig, or a folder (-f), or a commit (--repo): the same question has the
same answer everywhere. With a folder or a commit, answers name the file and line that they come from, and need no cluster.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noSuchCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	if strings.HasPrefix(strings.TrimSuffix(program, ".exe"), "kubectl-") {
		root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl provost"}
	}
	root.SetFlagErrorFunc(noSuchFlag)
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.ErrOut)
	o.AddTo(root)
	_ = root.RegisterFlagCompletionFunc("namespace", o.completeFlag(completeNamespaces))
	root.AddGroup(
		&cobra.Group{ID: groupAsk, Title: "Ask:"},
		&cobra.Group{ID: groupCheck, Title: "Check and change manifests:"},
		&cobra.Group{ID: groupRun, Title: "Run:"},
	)
	root.SetCompletionCommandGroupID(groupRun)
	root.SetHelpCommandGroupID(groupRun)
	newManifests := create.New(&o.Flags)
	newManifests.GroupID, newManifests.Args = groupRun, noSuchCommand
	root.AddCommand(
		newCanCommand(o), newWhyCommand(o), newPermissionsCommand(o), newWhoCanCommand(o), newMembersCommand(o), newEndingCommand(o),
		newTreeCommand(o), newMatrixCommand(o), newPlanCommand(o), newBlameCommand(o),
		newPeopleCommand(o), newValidateCommand(o), newFmtCommand(o), newRenameCommand(o), newTestCommand(o),
		newExportCommand(o), newManifests,
		newUpCommand(o), newManagerCommand(o), newCheckCommand(o), newUninstallCommand(o), newVersionCommand(o), newOptionsCommand(o),
	)
	sayArguments(root)
	return root
}

// sayArguments has every command whose arguments are too few or too many say which it takes.
func sayArguments(cmd *cobra.Command) {
	for _, c := range cmd.Commands() {
		if check := c.Args; check != nil {
			c.Args = func(cmd *cobra.Command, args []string) error {
				err := check(cmd, args)
				if err != nil && len(args) > 0 {
					if hint := nearCommand(cmd, args[0]); hint != "" {
						return fmt.Errorf("%w; %s", err, hint)
					}
				}
				if err != nil && !strings.Contains(err.Error(), "provost ") { // else the command says it itself
					return fmt.Errorf("%w; usage: %s", err, cmd.UseLine())
				}
				return err
			}
		}
		sayArguments(c)
	}
}

// The groups under which help lists the commands.
const (
	groupAsk   = "ask"
	groupCheck = "check"
	groupRun   = "run"
)
