package gitrepo

import (
	"container/heap"
	"errors"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
)

// Since is the commits that tip reaches and old does not, newest first by commit time, through merges too. Whole is
// false where that is not known for certain, because old or something between is not in the repository, as in a shallow
// clone; then the commits are those that are known, and tip alone where old is not here.
func (r *Repository) Since(old Hash, tip *Commit) (commits []*Commit, whole bool, err error) {
	past, cut, err := r.past(old)
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return []*Commit{tip}, false, nil
	}
	if err != nil || past[tip.Hash] {
		return nil, err == nil, err
	}
	whole = true
	seen := map[Hash]bool{tip.Hash: true}
	queue := byTime{tip}
	for len(queue) > 0 {
		c := heap.Pop(&queue).(*Commit)
		commits = append(commits, c)
		for _, h := range c.Parents {
			if seen[h] || past[h] {
				continue
			}
			seen[h] = true
			p, err := r.present(h)
			if errors.Is(err, plumbing.ErrObjectNotFound) {
				whole = false
				continue
			}
			if err != nil {
				return nil, false, err
			}
			heap.Push(&queue, p)
		}
	}
	// What old reaches by ways that are not here may be among them, unless all of them came after it.
	return commits, whole && (!cut || allAfter(old, commits)), nil
}

// past is a commit and everything before it; cut says that some of that is not here.
func (r *Repository) past(of Hash) (past map[Hash]bool, cut bool, err error) {
	first, err := r.present(of)
	if err != nil {
		return nil, false, err
	}
	past = map[Hash]bool{of: true}
	for queue := []*Commit{first}; len(queue) > 0; {
		c := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for _, h := range c.Parents {
			if past[h] {
				continue
			}
			p, err := r.present(h)
			switch {
			case errors.Is(err, plumbing.ErrObjectNotFound):
				cut = true
				continue
			case err != nil:
				return nil, false, err
			}
			past[h] = true
			queue = append(queue, p)
		}
	}
	return past, cut, nil
}

// present is a commit; the error is plumbing.ErrObjectNotFound where the repository does not have it.
func (r *Repository) present(h Hash) (*Commit, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c, err := r.git.CommitObject(h)
	if err != nil {
		return nil, err
	}
	return commitOf(c)
}

// allAfter says whether each of the commits has old before it.
func allAfter(old Hash, commits []*Commit) bool {
	after := map[Hash]bool{old: true}
	for left := commits; len(left) > 0; {
		var rest []*Commit
		for i := len(left) - 1; i >= 0; i-- { // the oldest first: mostly one round is enough
			if c := left[i]; hasAny(after, c.Parents) {
				after[c.Hash] = true
			} else {
				rest = append(rest, c)
			}
		}
		if len(rest) == len(left) {
			return false
		}
		slices.Reverse(rest)
		left = rest
	}
	return true
}

func hasAny(set map[Hash]bool, hashes []Hash) bool {
	for _, h := range hashes {
		if set[h] {
			return true
		}
	}
	return false
}
