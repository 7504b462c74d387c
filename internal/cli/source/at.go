package source

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/git/history"
)

// AddAtFlag adds --at to a command that answers from manifests.
func (f *Flags) AddAtFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.at, "at", "",
		"answer as of this commit of --repo, or this date (2027-06-30, or RFC 3339), with the clock of then")
}

// commitAt is the commit that --at means: the revision, or the one that was the newest
// of the branch then. The clock goes back with it.
func (f *Flags) commitAt(repo *gitrepo.Repository, head *gitrepo.Commit) (*gitrepo.Commit, error) {
	if f.at == "" {
		return head, nil
	}
	date, isDate := findings.ReadBeginning(f.at)
	if !isDate {
		commit, err := repo.Resolve(f.at)
		if err != nil {
			return nil, fmt.Errorf("--at %s is neither a date nor a revision: %w", f.at, err)
		}
		f.asOf = commit.When
		return commit, nil
	}
	// The branch is followed back to the newest commit that is not after the date.
	found := head
	if head.When.After(date) {
		found = nil
		older, err := history.Branch(repo, head, func(c *gitrepo.Commit) bool {
			if !c.When.After(date) {
				found = c
			}
			return found != nil
		})
		if err != nil {
			return nil, err
		}
		if found == nil {
			return nil, fmt.Errorf("--at %s is before the first commit, which is of %s", f.at, findings.Day(older[0].When))
		}
	}
	f.asOf = date
	return found, nil
}

// checkAt refuses --at where there is no history.
func (f *Flags) checkAt() error {
	if f.at != "" && f.Repo == "" {
		return errors.New("--at goes back in the history of a repository; give it with --repo (--repo . is the one around this folder)")
	}
	return nil
}
