package allowance

import (
	"fmt"
	"strings"

	"provost.dev/provost/internal/engine/guard"
	"provost.dev/provost/internal/git/gitrepo"
)

// Commits are those that may carry a trailer for the way from one state to another.
type Commits struct {
	// Commits are the newest one and all that it reaches and the state before does not, through merges too.
	Commits []*gitrepo.Commit
	// Alone says why the newest commit alone may carry one; "" where all between the states may.
	Alone string
}

// Newest has the newest commit alone carry a trailer, and says why.
func Newest(tip *gitrepo.Commit, why string) Commits {
	return Commits{Commits: []*gitrepo.Commit{tip}, Alone: why}
}

// Since are the commits that tip reaches and old does not: those of a branch that was merged as well as those that
// were rebased. What old reaches has been used, and counts no more; of a tip that old reaches itself nothing counts. Where
// it cannot be known which those are, because old is not in the repository or the history between is not, the newest counts
// alone: nothing that was used before may let something through again.
func Since(repo *gitrepo.Repository, old gitrepo.Hash, tip *gitrepo.Commit) (Commits, error) {
	commits, whole, err := repo.Since(old, tip)
	switch {
	case err != nil:
		return Commits{}, err
	case !whole && len(commits) == 1 && repo.Shallow():
		return Newest(tip, "what lies between it and commit "+short(old)+" is not in this shallow clone (git fetch --unshallow)"), nil
	case !whole:
		return Newest(tip, fmt.Sprintf("which commits came after commit %s is not known here", short(old))), nil
	}
	return Commits{Commits: commits}, nil
}

func short(h gitrepo.Hash) string { return h.String()[:12] }

// Said is what commits allow.
type Said struct {
	guard.Allowance
	// Passed over are commits that say something which does not count, each with why, as sentence parts.
	PassedOver []string
}

// Say reads the trailers. With trusted, a commit counts only where that has no error for it: whoever trusts signatures
// takes no word from what nobody trusted signed. Of several numbers the largest counts, and none are added up.
func (c Commits) Say(trusted func(*gitrepo.Commit) error) Said {
	var out Said
	var messages []string
	for _, commit := range c.Commits {
		if guard.Allowances(commit.Message) == (guard.Allowance{}) {
			continue
		}
		if trusted != nil {
			if err := trusted(commit); err != nil {
				out.PassedOver = append(out.PassedOver, fmt.Sprintf("what commit %s allows does not count: %s", commit.Short(), err))
				continue
			}
		}
		messages = append(messages, commit.Message)
	}
	out.Allowance = guard.Allowances(messages...)
	return out
}

// Why says in one sentence part for each thing what kept commits from being asked, or from counting.
func (c Commits) Why(s Said) []string {
	var out []string
	if c.Alone != "" {
		out = append(out, "the newest commit alone was asked for it: "+strings.TrimSpace(c.Alone))
	}
	return append(out, s.PassedOver...)
}
