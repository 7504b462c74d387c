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
	// signer is who signed the newest commit; nil where nobody asked.
	signer *gitrepo.Principal
}

// Progress is told how far a run has got. Each of its functions may be nil.
type Progress struct {
	// Revision is called when a new revision is about to be applied.
	Revision func(revision string)
	// Begin is called before the first of several objects is written, which are to take effect as a whole; with
	// the deadline by which they are, or will not be. After an error none is written.
	Begin func(revision string, until time.Time) error
}

// next fetches the newest commit and builds it.
func (r *run) next(ctx context.Context) (Outcome, *Set, *gitrepo.Commit, error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout())
	defer cancel()
	var out Outcome
	commit, err := r.fetch(ctx)
	if err != nil {
		return out, nil, nil, AsFailure(err, provostv1.ReasonGitOperationFailed)
	}
	hash := commit.Commit.Hash
	out.Revision = commit.Revision()
	if r.signer, err = r.verify(ctx, commit); err != nil {
		return out, nil, nil, AsFailure(err, provostv1.ReasonGitOperationFailed)
	}
	if r.signer != nil {
		out.Signer = r.signer.Name()
	}
	if r.state.set != nil && r.state.commit == hash {
		return out, r.state.set, commit.Commit, nil
	}
	if r.state.failure != nil && r.state.bad == hash {
		return out, nil, nil, r.state.failure
	}
	set, err := r.build(ctx, commit)
	if err != nil {
		f := AsFailure(err, provostv1.ReasonBuildFailed)
		if f.Stalled {
			r.state.bad, r.state.failure = hash, f
		}
		return out, nil, nil, f
	}
	r.state.failure = nil
	return out, set, commit.Commit, nil
}

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
	key := client.ObjectKeyFromObject(r.gs).String() + " (last good)"
	defer r.Fetcher.Forget(key)
	commit, err := r.Fetcher.Fetch(ctx, key, src)
	if err != nil {
		return
	}
	if _, err := r.verify(ctx, commit); err != nil {
		return
	}
	// Of another folder or repository that the spec names since, the same commit was never in place.
	if set, err := r.build(ctx, commit); err == nil && (!r.needsAuthority() || r.inPlace(set)) {
		st.set, st.commit, st.applied, st.revision = set, commit.Commit.Hash, commit.Commit.Hash, revision
	}
}

func (r *run) build(ctx context.Context, commit *Checkout) (*Set, error) {
	return r.state.builder.Build(ctx, commit, r.gs.Spec.Path, r.scope())
}

func (r *run) fetch(ctx context.Context) (*Checkout, error) {
	src, err := r.source(ctx)
	if err != nil {
		return nil, err
	}
	return r.Fetcher.Fetch(ctx, client.ObjectKeyFromObject(r.gs).String(), src)
}

func (r *run) scope() Scope {
	scope := Scope{Owner: LabelValue(client.ObjectKeyFromObject(r.gs))}
	if r.gs.Spec.ServiceAccountName != "" {
		scope.Namespace = r.gs.Namespace
	}
	return scope
}
