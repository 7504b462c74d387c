package gitsync

import (
	"context"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitrepo"
)

// run is one run of one GitSync.
type run struct {
	*Syncer
	gs    *provostv1.GitSync
	state *state
	// thorough says that every object is to be read, not only those that look different.
	thorough bool
	progress Progress
	out      Outcome

	// What the steps found, each for those after it.
	checkout *Checkout
	// signer is who signed the newest commit; nil where nobody asked.
	signer *gitrepo.Principal
	// set is what the cluster should hold.
	set *Set
	// difference is what the commit would do, found out when it is asked for first.
	difference func() (*difference, error)
	cluster    *cluster
	view       *view
	todo       []task
}

// Progress is told how far a run has got. Each of its functions may be nil.
type Progress struct {
	// Revision is called when a new revision is about to be applied.
	Revision func(revision string)
	// Begin is called before the first of several objects is written, which are to take effect as a whole; with
	// the deadline by which they are, or will not be. After an error none is written.
	Begin func(revision string, until time.Time) error
}

// commit is the newest commit.
func (r *run) commit() *gitrepo.Commit { return r.checkout.Commit }

// recall finds the last good commit again where a restarted manager meets a bad
// one: the status says which it was. Where that does not work, nothing is put
// back until there is a good commit; it is tried once.
func (r *run) recall(ctx context.Context) {
	st := r.state
	revision := r.gs.Status.LastAppliedRevision
	if st.set != nil || st.recalled || revision == "" || r.gs.Status.ObservedGeneration != r.gs.Generation {
		return
	}
	st.recalled = true
	ctx, cancel := context.WithTimeout(ctx, r.timeout())
	defer cancel()
	src, err := r.source(ctx)
	if err != nil {
		return
	}
	src.Ref = Ref{Commit: revision[strings.LastIndexByte(revision, ':')+1:]}
	key := r.key() + " (last good)"
	defer r.Fetcher.Forget(key)
	commit, err := r.Fetcher.Fetch(ctx, key, src)
	if err != nil {
		return
	}
	if _, err := r.verified(ctx, commit); err != nil {
		return
	}
	// Of another folder or repository that the spec names since, the same commit was never in place.
	if set, err := r.built(ctx, commit); err == nil && (!r.needsAuthority() || r.inPlace(set)) {
		st.set, st.commit, st.applied, st.revision = set, commit.Commit.Hash, commit.Commit.Hash, revision
	}
}

func (r *run) built(ctx context.Context, commit *Checkout) (*Set, error) {
	return r.state.builder.Build(ctx, commit, r.gs.Spec.Path, r.scope())
}

func (r *run) fetched(ctx context.Context) (*Checkout, error) {
	src, err := r.source(ctx)
	if err != nil {
		return nil, err
	}
	return r.Fetcher.Fetch(ctx, r.key(), src)
}

// key is whose fetches those of the run are.
func (r *run) key() string { return client.ObjectKeyFromObject(r.gs).String() }

func (r *run) scope() Scope { return ScopeOf(r.gs) }
