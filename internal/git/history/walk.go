package history

import (
	"context"
	"fmt"
	"iter"

	"provost.dev/provost/internal/git/gitrepo"
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
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		for ahead := range w.readAhead(ctx, repo, dir, commits) {
			step, err := w.follow(ctx, <-ahead)
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(step, nil) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(nil, err)
		}
	}
}

// follow takes the world to a tree that was read ahead.
func (w *World) follow(ctx context.Context, r *reading) (*Step, error) {
	if r.err == nil {
		r.err = ctx.Err()
	}
	switch {
	case r.err != nil:
		return nil, r.err
	case r.next == nil || w.tree.Commit == nil || w.tree.Commit.Hash != r.from:
		// It was compared with a commit that changed nothing, being wrong, or with none.
		return w.Step(ctx, r.tree)
	}
	return w.judged(w.files.to(r.tree, r.next)), nil
}

// MergeBase is the commit at which head's branch left what base has: the newest commit of
// the branch that base has too.
func MergeBase(repo *gitrepo.Repository, base, head *gitrepo.Commit) (*gitrepo.Commit, error) {
	beyond, err := Beyond(repo, base, head)
	switch {
	case err != nil:
		return nil, err
	case len(beyond) == 0:
		return head, nil
	case len(beyond[0].Parents) == 0:
		return nil, fmt.Errorf("commits %s and %s have no commit in common", base.Short(), head.Short())
	}
	return repo.Commit(beyond[0].Parents[0])
}
