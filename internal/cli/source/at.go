package source

import (
	"errors"
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
		"answer as of this commit of --repo, or this date (2027-06-30, or RFC 3339), with the clock of then")
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
	t, ok := parseDate(f.moment)
	if !ok {
		return time.Time{}, fmt.Errorf("--at %q is no date; %s, or 2027-06-30", f.moment, words.WriteLike(words.Time))
	}
	return t, nil
}

// dateForms are how --at takes a date. One without a zone is UTC, one without a time the first moment of the day.
var dateForms = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"}

func parseDate(text string) (time.Time, bool) {
	for _, form := range dateForms {
		if t, err := time.Parse(form, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// commitAt is the commit that --at means: the revision, or the one that was the newest
// of the branch then. The clock goes back with it.
func (f *Flags) commitAt(repo *gitrepo.Repository, head *gitrepo.Commit) (*gitrepo.Commit, error) {
	if f.at == "" {
		return head, nil
	}
	date, isDate := parseDate(f.at)
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
