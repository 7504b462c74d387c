package source

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/git/history"
	"provost.dev/provost/internal/text/words"
)

// AddAtFlag adds --at to a command that answers from manifests.
func (f *Flags) AddAtFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.at, "at", "",
		"answer as of this commit, or this date (2027-06-30, or RFC 3339), with the clock of then; from -f, a date to come")
}

// AddMomentFlag adds --at to a command that compares two states, which it is told by name.
func (f *Flags) AddMomentFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.moment, "at", "", "compare both as of this date (2027-06-30, or RFC 3339) instead of now")
}

// Moment is the date of AddMomentFlag; zero where it is not given.
func (f *Flags) Moment() (time.Time, error) {
	if f.moment == "" {
		return time.Time{}, nil
	}
	t, ok := findings.ReadBeginning(f.moment)
	if !ok {
		return time.Time{}, fmt.Errorf("--at %q is no date; %s, or 2027-06-30", f.moment, words.WriteLike(words.Time))
	}
	return t, nil
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

// lookAhead takes --at for a folder: the clock goes on to a date to come. Back it does not go, since a folder does not
// say what it held then.
func (f *Flags) lookAhead() error {
	if f.at == "" {
		return nil
	}
	date, isDate := findings.ReadBeginning(f.at)
	now, err := f.Now()
	if err != nil {
		return err
	}
	if !isDate || date.Before(now) {
		return fmt.Errorf("a folder (-f) has no history, and --at %s would need it: --at looks ahead from a folder, to a date to come; "+
			"what was so then, --repo says (--repo . is the one around this folder)", f.at)
	}
	f.asOf = date
	return nil
}
