package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/cli/planview"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/cli/source"
	"provost.dev/provost/internal/engine/guard"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/git/history"
	"provost.dev/provost/internal/text/words"
)

// planFlags are the flags of "plan".
type planFlags struct {
	format       *printers.Format
	names        bool
	mergeBase    bool
	gitSync      string
	limits       planLimits
	checkAuthors bool
	signers      []string
	keyrings     []string
}

func newPlanCommand(o *Options) *cobra.Command {
	flags := &planFlags{}
	cmd := &cobra.Command{
		Use:   "plan BASE HEAD",
		Short: "Show who gains and who loses what between two states of the manifests",
		Long: `Compares what everybody may do in two states, and says who gains and who loses what, where, and through which edit: numbers
first, then the changes, of which equal ones for many people are one.

BASE and HEAD are each a revision of --repo (the repository around the current folder where --repo is not given), dir:PATH for
a folder, or "cluster". With --merge-base, HEAD is compared with the commit at which its branch left BASE's.

Escalations come first and are marked with "!": new superadmins and admins, permissions to give roles, over ownership, money or
wallets, other sensitive permissions to manage something, lifted denies, entities that lose the last person who can give roles.

Guards hold back what takes access from many at once (the Platform's spec.removalGuard as of BASE, or --max-removals, or else 20 %
and at least 10), what gives sensitive permissions to many, and what leaves an entity without anybody who can give roles. A line of
a commit message lets it through, such as "Provost-Allow-Removals: 412"; the plan says which. It may stand in any commit that HEAD
reaches and BASE does not, of a merged branch too.

With the cluster as BASE, HEAD is applied to it as its GitSync would: by that one's removalGuard, with the lines of the commits since
the last one that it applied. What it owns and HEAD does not hold goes; what nobody owns stays, and is named as being in the cluster
and in no repository. Of several GitSyncs, --gitsync says which.

With --check-authors, whoever signed each commit must have had the authority for it, as if they had asked a cluster. What the
author line of a commit says counts for nothing.

The exit code is 0 where nobody's access differs, 1 where it does, 2 where there is no answer, 3 where a guard holds the change
back, and 4 where a commit was not its signer's to make, or nobody knows whose it is.`,
		Example: `  # What does this branch do to people?
  provost plan main HEAD

  # Of a pull request, as a comment
  provost plan --merge-base origin/main HEAD -o markdown

  # Everybody by name, with every permission
  provost plan HEAD~1 HEAD --repo ../people --names

  # What would applying this folder do to the cluster?
  provost plan cluster dir:examples/acme

  # What will this GitSync do with the branch once it is merged?
  provost plan cluster HEAD --gitsync acme/access

  # Nothing large, and nothing without authority
  provost plan main HEAD --max-removals 10 --check-authors --allowed-signers .allowed_signers`,
		GroupID: groupAsk,
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			flags.limits.changed = cmd.Flags().Changed
			return o.plan(cmd.Context(), flags, args[0], args[1])
		},
	}
	f := cmd.Flags()
	flags.format = printers.AddFormatFlag(cmd, printers.FormatTable, printers.FormatWide, printers.FormatMD, printers.FormatJSON,
		printers.FormatYAML)
	f.BoolVar(&flags.names, "names", false, "name everybody and every entity, however many")
	f.BoolVar(&flags.mergeBase, "merge-base", false, "compare HEAD with the commit at which its branch left BASE's")
	f.StringVar(&flags.gitSync, "gitsync", "", "with the cluster as BASE, the GitSync that applies HEAD, as NAMESPACE/NAME; by default "+
		"the only one that there is")
	flags.limits.add(f)
	f.BoolVar(&flags.checkAuthors, "check-authors", false, "check that whoever signed each commit had the authority for it")
	f.StringArrayVar(&flags.signers, "allowed-signers", nil,
		"SSH keys that are trusted to sign, as git's allowed_signers file; may be repeated")
	f.StringArrayVar(&flags.keyrings, "keyring", nil, "OpenPGP public keys that are trusted to sign, in armour; may be repeated")
	return cmd
}

// plan makes a plan and writes it.
func (o *Options) plan(ctx context.Context, flags *planFlags, base, head string) error {
	now, err := o.Now()
	if err != nil {
		return err
	}
	if err := flags.limits.check(); err != nil {
		return err
	}
	s := &planStates{Options: o, gitSync: flags.gitSync}
	defer s.close()
	r := &planview.View{Base: base, Head: head, Format: flags.format, Names: flags.names, Style: printers.NewStyle(o.Out)}
	if err := s.open(ctx, base, head, flags.mergeBase); err != nil {
		return err
	}
	r.Comparison, err = history.Compare(ctx, s.reading(), s.repo, s.dir, s.trees[0], s.trees[1], now)
	var unreadable *history.UnreadableError
	if errors.As(err, &unreadable) {
		o.Note("%s cannot be read", unreadable.Tree.Name)
		if unreadable.Tree.Commit != nil {
			o.NoteElsewhere(s.dir, source.WithPath, unreadable.Problems.Rules())
		}
	}
	if err != nil {
		return err
	}
	if broken := r.Comparison.Broken; broken != nil {
		o.Note("%s has %s and was never applied (%s); compared with %s, the last commit before it that can be read", broken.Tree.Name,
			words.Count(len(broken.Problems), "problem", "problems"), broken.Problems[0].Error(), r.Comparison.Base.Name)
	}
	for _, n := range r.Comparison.Step.Notes {
		o.Note("%s", n)
	}
	for _, u := range r.Comparison.Unread {
		o.Note("%s changes nothing, for it has %s: %s", u.Tree.Name, words.Count(len(u.Problems), "problem", "problems"), u.Problems[0].Error())
	}
	if s.cluster != nil {
		r.Unmanaged = s.cluster.Unmanaged()
	}
	var keys *gitrepo.Keys
	if flags.checkAuthors {
		if keys, err = s.keys(flags); err != nil {
			return err
		}
		if r.Authors, err = history.Authors(ctx, s.reading(), s.repo, s.dir, s.trees[0], r.Comparison.Commits, keys, now); err != nil {
			return err
		}
	}
	if r.Findings, err = s.guards(&flags.limits, r.Comparison, keys); err != nil {
		return err
	}
	if err := r.Write(o.Out); err != nil {
		return err
	}
	return planExit(r)
}

// keys are the public keys by which the commits of a plan are trusted.
func (s *planStates) keys(flags *planFlags) (*gitrepo.Keys, error) {
	if s.trees[0].Commit == nil || s.trees[1].Commit == nil {
		return nil, fmt.Errorf("--check-authors asks who signed the commits between BASE and HEAD; give two revisions")
	}
	keys := &gitrepo.Keys{}
	for _, name := range append(append([]string(nil), flags.signers...), flags.keyrings...) {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if err := keys.Add(name, text); err != nil {
			return nil, err
		}
	}
	if keys.Empty() {
		return nil, fmt.Errorf("--check-authors needs to know whom to trust; give SSH keys with --allowed-signers or OpenPGP keys with --keyring")
	}
	return keys, nil
}

// The exit codes of "plan" beyond the usual ones.
const (
	// ExitHeldBack: a guard holds the change back.
	ExitHeldBack = 3
	// ExitUnauthorised: a commit was not its signer's to make, or nobody knows whose it is.
	ExitUnauthorised = 4
)

// planExit is a plan's exit code as an error.
func planExit(r *planview.View) error {
	for i := range r.Authors {
		if !r.Authors[i].OK() {
			return exitError(ExitUnauthorised)
		}
	}
	switch {
	case len(guard.Held(r.Findings)) > 0:
		return exitError(ExitHeldBack)
	case r.Comparison.Plan.Differs():
		return errNo
	}
	return nil
}

// exitError ends a command with an exit code of its own, after everything has been said.
type exitError int

// Error implements error.
func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }
