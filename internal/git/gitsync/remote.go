package gitsync

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/git/gitstore"
	"provost.dev/provost/internal/git/gittransport"
	"provost.dev/provost/internal/text/termsafe"
)

// renewAfter is after how many commits what is kept of a repository is thrown
// away and filled anew: what commits long past held would otherwise stay in
// memory for ever.
const renewAfter = 200

// fetched is the name under which a store keeps what it last fetched.
const fetched = plumbing.ReferenceName("refs/heads/fetched")

// remote is one remote repository with what was fetched from it: a bare,
// shallow clone in memory.
type remote struct {
	location Location
	maxBytes int64
	options  gittransport.Options

	mu   sync.Mutex
	held held
}

// held is what a remote keeps from one fetch to the next.
type held struct {
	git     *git.Repository
	fetches int
	// last is the checkout of the last fetch, valid while the server still names target.
	last   *Checkout
	target plumbing.Hash
}

// fetch returns the commit that ref names at the server now.
func (r *remote) fetch(ctx context.Context, a access, ref Ref) (*Checkout, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held.last != nil && r.held.last.Commit.Hash.String() == ref.Commit {
		return r.held.last, nil // a commit never changes
	}
	before := r.held
	after, err := within(ctx, func() (held, error) { return r.update(ctx, a, ref, before) })
	if err != nil {
		if ctx.Err() != nil {
			// The step that was given up may still be writing to the store.
			r.held = held{}
		}
		return nil, r.explain(err, ref)
	}
	r.held = after
	return after.last, nil
}

// within gives up waiting for f when the context ends: not every transport
// looks at the context in every step.
func within[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		v, err := f()
		done <- result{v, err}
	}()
	select {
	case res := <-done:
		return res.value, res.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// update returns what to hold from now on. It changes nothing of the remote
// itself, because fetch may have given up waiting for it.
func (r *remote) update(ctx context.Context, a access, ref Ref, h held) (held, error) {
	if ref.Commit != "" {
		return r.fetchCommit(ctx, a, ref.Commit)
	}
	name, short, hash, err := r.lookUp(ctx, a, ref)
	if err != nil {
		return h, err
	}
	if h.last != nil && hash == h.target && h.last.Ref == short {
		return h, nil
	}
	spec := config.RefSpec(fmt.Sprintf("+%s:%s", name, fetched))
	again := h.git != nil && h.fetches < renewAfter
	if again {
		err = r.bring(ctx, h.git, a, 1, spec)
	}
	if large := (*gitstore.TooLargeError)(nil); !again || errors.As(err, &large) {
		// It may be what earlier commits held that leaves no room for this one.
		if h.git, err = r.empty(); err != nil {
			return h, err
		}
		h.fetches = 0
		err = r.bring(ctx, h.git, a, 1, spec)
	}
	if err != nil {
		return h, err
	}
	h.fetches++
	h.target = hash
	h.last, err = checkout(h.git, r.location.Address, short)
	return h, err
}

// lookUp asks the server for the object that a branch, a tag or its default
// branch is at.
func (r *remote) lookUp(ctx context.Context, a access, ref Ref) (name plumbing.ReferenceName, short string, hash plumbing.Hash, err error) {
	refs, err := r.remote(nil).ListContext(ctx, &git.ListOptions{Auth: gittransport.Use(a.auth, r.options), CABundle: a.caBundle})
	if err != nil {
		return "", "", hash, err
	}
	full, short := ref.names()
	name = plumbing.ReferenceName(full)
	if full == "" {
		name = plumbing.HEAD
	}
	for range 2 { // the default branch is HEAD's target
		for _, known := range refs {
			if known.Name() != name {
				continue
			}
			if known.Type() == plumbing.SymbolicReference {
				if name, short = known.Target(), known.Target().Short(); !showable(name) {
					return "", "", hash, failed(provostv1.ReasonRefNotFound,
						"the default branch of %s has a name that cannot be shown: %s; give a branch in spec.ref.branch",
						r.location.Address, gittransport.BriefText(short))
				}
				break
			}
			if short == "" {
				short = name.Short()
			}
			return name, short, known.Hash(), nil
		}
	}
	if short == "" {
		return "", "", hash, failed(provostv1.ReasonRefNotFound, "%s names no default branch; give one in spec.ref.branch", r.location.Address)
	}
	return "", "", hash, failed(provostv1.ReasonRefNotFound, "%s has no %s", r.location.Address, ref.describe())
}

// showable says that a name may stand in a status: one that a server tells may be of any length and look like anything.
func showable(name plumbing.ReferenceName) bool {
	return len(name) <= maxName && termsafe.Line(string(name)) == string(name) && name.Validate() == nil
}

// maxName is how long the name of a branch may be that nobody has written down; the schema's bound for others.
const maxName = 255

// fetchCommit brings one commit: by itself where the server allows that, and
// otherwise with the whole history of all branches and tags.
func (r *remote) fetchCommit(ctx context.Context, a access, hash string) (held, error) {
	repo, err := r.empty()
	if err != nil {
		return held{}, err
	}
	only := config.RefSpec(fmt.Sprintf("%s:%s", hash, fetched))
	if only.Validate() != nil || !only.IsExactSHA1() {
		return held{}, stalled(provostv1.ReasonRefNotFound, "spec.ref.commit %q is not the full hash of a commit (40 hexadecimal digits)", hash)
	}
	if err := r.bring(ctx, repo, a, 1, only); err != nil {
		if !errors.Is(err, git.ErrExactSHA1NotSupported) {
			return held{}, err
		}
		if repo, err = r.empty(); err != nil {
			return held{}, err
		}
		if err := r.bring(ctx, repo, a, 0, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"); err != nil {
			return held{}, err
		}
	}
	h := plumbing.NewHash(hash)
	if _, err := repo.CommitObject(h); err != nil {
		return held{}, failed(provostv1.ReasonRefNotFound, "%s has no commit %s in any branch or tag", r.location.Address, hash)
	}
	if err := repo.Storer.SetReference(plumbing.NewHashReference(fetched, h)); err != nil {
		return held{}, err
	}
	c, err := checkout(repo, r.location.Address, "")
	return held{last: c, target: h}, err
}

// bring fetches the references with so many commits behind each; 0 is all of them.
func (r *remote) bring(ctx context.Context, repo *git.Repository, a access, depth int, specs ...config.RefSpec) error {
	err := r.remote(repo).FetchContext(ctx, &git.FetchOptions{
		RefSpecs: specs, Depth: depth, Tags: git.NoTags, Force: true,
		Auth: gittransport.Use(a.auth, r.options), CABundle: a.caBundle,
	})
	if errors.Is(err, git.NoErrAlreadyUpToDate) {
		return nil
	}
	return err
}

func (r *remote) remote(repo *git.Repository) *git.Remote {
	c := &config.RemoteConfig{Name: "origin", URLs: []string{r.location.Address}}
	if repo == nil {
		return git.NewRemote(nil, c)
	}
	return git.NewRemote(repo.Storer, c)
}

func (r *remote) empty() (*git.Repository, error) {
	return git.Init(gitstore.NewMemory(r.maxBytes), nil)
}

// checkout opens the commit that was fetched; an annotated tag is followed to its commit.
func checkout(repo *git.Repository, address, short string) (*Checkout, error) {
	ref, err := repo.Reference(fetched, true)
	if err != nil {
		return nil, err
	}
	hash := ref.Hash()
	for {
		tag, err := repo.TagObject(hash)
		if errors.Is(err, plumbing.ErrObjectNotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
		if tag.TargetType != plumbing.CommitObject && tag.TargetType != plumbing.TagObject {
			return nil, failed(provostv1.ReasonRefNotFound, "tag %s of %s names no commit", short, address)
		}
		hash = tag.Target
	}
	opened := gitrepo.From(repo, address)
	commit, err := opened.Commit(hash)
	if err != nil {
		if errors.Is(err, object.ErrUnsupportedObject) {
			return nil, failed(provostv1.ReasonRefNotFound, "%s of %s names no commit", short, address)
		}
		return nil, err
	}
	tag, err := opened.Tag(fetched.String())
	if err != nil {
		return nil, err
	}
	return &Checkout{Repository: opened, Commit: commit, Tag: tag, Ref: short}, nil
}
