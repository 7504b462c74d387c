package history

import (
	"context"
	"iter"

	"provost.dev/provost/internal/gitrepo"
)

// Branch is the commits of a branch that ends at head, oldest first: head, the first
// parent of it, and so on back to the first commit, or to the first one for
// which stop says so, which is left out. In a shallow clone it ends where the clone does.
func Branch(repo *gitrepo.Repository, head *gitrepo.Commit, stop func(*gitrepo.Commit) bool) ([]*gitrepo.Commit, error) {
	var out []*gitrepo.Commit
	shallow := repo.Shallow()
	for c := head; stop == nil || !stop(c); {
		out = append(out, c)
		if len(c.Parents) == 0 {
			break
		}
		parent, err := repo.Commit(c.Parents[0])
		if err != nil {
			if shallow {
				break
			}
			return nil, err
		}
		c = parent
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out, nil
}

// Beyond is the commits of head's branch that base does not have, oldest first.
func Beyond(repo *gitrepo.Repository, base, head *gitrepo.Commit) ([]*gitrepo.Commit, error) {
	known := map[gitrepo.Hash]bool{base.Hash: true}
	onBranch := false
	out, err := Branch(repo, head, func(c *gitrepo.Commit) bool {
		onBranch = c.Hash == base.Hash
		return onBranch
	})
	if err != nil || onBranch {
		return out, err
	}
	// The branches parted, or base came in by a merge: everything that base has is left out.
	for c, err := range repo.History(base) {
		if err != nil {
			return nil, err
		}
		known[c.Hash] = true
	}
	for i := len(out) - 1; i >= 0; i-- {
		if known[out[i].Hash] {
			return out[i+1:], nil
		}
	}
	return out, nil
}

// Walk takes the world along commits, in their order, through the folder at dir
// of each, and yields what each did. A step with Problems leaves the world where
// it was, and the next is compared with what was there before. The walk ends at
// the first error, which is that of the context where that is done.
func (w *World) Walk(ctx context.Context, repo *gitrepo.Repository, dir string, commits []*gitrepo.Commit) iter.Seq2[*Step, error] {
	return func(yield func(*Step, error) bool) {
		for _, c := range commits {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			tree, err := CommitTree(repo, c, dir)
			if err != nil {
				yield(nil, err)
				return
			}
			step, err := w.Step(ctx, tree)
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(step, nil) {
				return
			}
		}
	}
}
