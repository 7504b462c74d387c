package gitsync

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/allowance"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/git/gitstore"
)

// depths are how many commits are asked of a server, one after the other, until those that came after an older one are
// certain; 0 is all of them.
var depths = []int{50, 1000, 0}

// Since are the commits of a checkout that an older commit does not reach, as those that may carry a trailer. What is kept
// of a remote repository is the newest commit alone, so that its history is fetched for this, and forgotten again.
func (f *Fetcher) Since(ctx context.Context, key string, src Source, c *Checkout, old gitrepo.Hash) (allowance.Commits, error) {
	if src.Location.Protocol == ProtocolLocal {
		return allowance.Since(c.Repository, old, c.Commit)
	}
	access, err := accessTo(src.Location, src.Secret)
	if err != nil {
		return allowance.Commits{}, err
	}
	r := f.remote(key, src.Location)
	commits, err := within(ctx, func() (allowance.Commits, error) { return r.since(ctx, access, c.Commit, old) })
	if large := (*gitstore.TooLargeError)(nil); errors.As(err, &large) {
		return allowance.Newest(c.Commit, fmt.Sprintf("the history behind it is larger than the %d MiB that are kept of one repository",
			r.maxBytes>>20)), nil
	}
	if err != nil {
		return allowance.Commits{}, r.explain(err, src.Ref)
	}
	return commits, nil
}

// since fetches more and more of what lies behind a commit, until it is known what came after the older one.
func (r *remote) since(ctx context.Context, a access, tip *gitrepo.Commit, old gitrepo.Hash) (out allowance.Commits, err error) {
	for _, depth := range depths {
		repo, err := r.bringBehind(ctx, a, tip, depth)
		if err != nil {
			return out, err
		}
		if out, err = allowance.Since(gitrepo.From(repo, r.location.Address), old, tip); err != nil || out.Alone == "" {
			return out, err
		}
	}
	return out, nil
}

// bringBehind fetches a commit with so many behind it: by its hash where the server allows that, and otherwise with all
// branches and tags.
func (r *remote) bringBehind(ctx context.Context, a access, tip *gitrepo.Commit, depth int) (*git.Repository, error) {
	repo, err := r.empty()
	if err != nil {
		return nil, err
	}
	err = r.bring(ctx, repo, a, depth, config.RefSpec(fmt.Sprintf("%s:%s", tip.Hash, fetched)))
	if !errors.Is(err, git.ErrExactSHA1NotSupported) {
		return repo, err
	}
	if repo, err = r.empty(); err != nil {
		return nil, err
	}
	return repo, r.bring(ctx, repo, a, depth, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
}

// Since are the commits of a repository that may carry a trailer, where that revision is the last one that was applied; ""
// where none was.
func Since(repo *gitrepo.Repository, applied string, tip *gitrepo.Commit) (allowance.Commits, error) {
	if applied == "" {
		return allowance.Newest(tip, "nothing was applied before it"), nil
	}
	return allowance.Since(repo, hashOf(applied), tip)
}

// since are the commits that the newest one brings beyond the last one that was applied, and that may say that what it does
// is meant. It is asked for only where a guard found something, and remembered while both stay the same.
func (r *run) since(ctx context.Context) (allowance.Commits, error) {
	last := r.gs.Status.LastAppliedRevision
	if last == "" {
		return Since(nil, last, r.commit())
	}
	if s := &r.state.since; s.tip == r.commit().Hash && s.last == last {
		return s.commits, nil
	}
	ctx, cancel := context.WithTimeout(ctx, r.timeout())
	defer cancel()
	src, err := r.source(ctx)
	if err != nil {
		return allowance.Commits{}, err
	}
	commits, err := r.Fetcher.Since(ctx, r.key(), src, r.checkout, hashOf(last))
	if err != nil {
		if f := AsFailure(err, ""); f.Reason == provostv1.ReasonTimeout {
			return allowance.Commits{}, f
		}
		return allowance.Commits{}, failed(provostv1.ReasonGitOperationFailed, "what the commits since %s allow cannot be read: %w", last, err)
	}
	r.state.since = since{tip: r.commit().Hash, last: last, commits: commits}
	return commits, nil
}

// since is what a run found out of the commits between two revisions.
type since struct {
	tip     gitrepo.Hash
	last    string
	commits allowance.Commits
}

// trusts says why a commit is not to be trusted, where the GitSync asks for signatures: a trailer is as good as its
// signature. The newest commit was verified already, or the tag that names it.
func (r *run) trusts(ctx context.Context) (func(*gitrepo.Commit) error, error) {
	v := r.gs.Spec.Verify
	if v == nil {
		return nil, nil
	}
	keys, err := r.keys(ctx, v)
	if err != nil {
		return nil, err
	}
	return func(c *gitrepo.Commit) error {
		if c.Hash == r.commit().Hash {
			return nil
		}
		_, err := gitrepo.Verify(c, keys)
		return err
	}, nil
}
