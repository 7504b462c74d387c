package gitsync

import (
	"context"
	"errors"
	"slices"
	"sync"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// part is a part of a run. The last one is gone through for the last good commit too, where the newest one fails.
type part int

const (
	readIt  part = iota // read what the commit says
	judgeIt             // judge what it changes
	writeIt             // make the cluster hold it
)

// step is one step of a run.
type step struct {
	name string
	part part
	do   func(*run, context.Context) error
	// reasons are the words that the conditions have where the step fails, the first one where nothing better is known:
	// Ready is False then, and says the reason. Stalled is True beside it where only an edit or a new commit helps, and
	// Reconciling is True where it is tried again.
	reasons []string
}

// steps are a run, from the repository to the cluster. A step that fails ends it, by a Failure with one of the reasons;
// after the last one Ready is True, with the reason Succeeded. A passed deadline is a Timeout, in any of them.
var steps = []step{
	{"fetch", readIt, (*run).fetch, []string{
		provostv1.ReasonGitOperationFailed, provostv1.ReasonRepositoryNotFound, provostv1.ReasonRefNotFound, provostv1.ReasonAuthenticationFailed,
		provostv1.ReasonSecretInvalid, provostv1.ReasonForbidden, provostv1.ReasonRepositoryNotAllowed, provostv1.ReasonInvalid,
	}},
	{"verify", readIt, (*run).verify, []string{
		provostv1.ReasonGitOperationFailed, provostv1.ReasonVerificationFailed, provostv1.ReasonSecretInvalid, provostv1.ReasonForbidden,
	}},
	{"build", readIt, (*run).build, []string{
		provostv1.ReasonBuildFailed, provostv1.ReasonPathNotFound, provostv1.ReasonValidationFailed, provostv1.ReasonKindRefused,
		provostv1.ReasonGitOperationFailed,
	}},
	{"authorise", judgeIt, (*run).authorise, []string{
		provostv1.ReasonApplyFailed, provostv1.ReasonSignerLacksAuthority, provostv1.ReasonProgressing, provostv1.ReasonForbidden,
	}},
	{"guard", judgeIt, (*run).guard, []string{
		provostv1.ReasonApplyFailed, provostv1.ReasonRemovalGuarded, provostv1.ReasonProgressing, provostv1.ReasonForbidden,
		provostv1.ReasonGitOperationFailed, provostv1.ReasonSecretInvalid,
	}},
	{"compare", writeIt, (*run).compare, []string{provostv1.ReasonApplyFailed, provostv1.ReasonForbidden}},
	{"refuse what is another's", writeIt, (*run).refuseConflicts, []string{
		provostv1.ReasonApplyFailed, provostv1.ReasonConflict, provostv1.ReasonForbidden,
	}},
	{"begin", writeIt, (*run).begin, []string{provostv1.ReasonApplyFailed}},
	{"apply", writeIt, (*run).apply, []string{provostv1.ReasonApplyFailed, provostv1.ReasonForbidden}},
	{"prune", writeIt, (*run).prune, []string{provostv1.ReasonPruneFailed, provostv1.ReasonForbidden}},
}

// errNothingToDo ends the steps of a part: all is as it should be.
var errNothingToDo = errors.New("nothing to do")

// through goes through the steps of a part.
func (r *run) through(ctx context.Context, p part) error {
	for _, s := range steps {
		if s.part != p {
			continue
		}
		if err := s.do(r, ctx); errors.Is(err, errNothingToDo) {
			return nil
		} else if err != nil {
			return AsFailure(err, s.reasons[0])
		}
	}
	return nil
}

// read fetches the newest commit and builds it.
func (r *run) read(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, r.timeout())
	defer cancel()
	return r.through(ctx, readIt)
}

// judge holds a commit back of which a part was not its signer's to make, or that changes too much at once. What is in
// place already was judged before.
func (r *run) judge(ctx context.Context) error {
	if r.commit().Hash == r.state.applied {
		return nil
	}
	r.difference = sync.OnceValues(func() (*difference, error) { return r.differenceOf(ctx, r.set) })
	return r.through(ctx, judgeIt)
}

// write makes the cluster hold the set, and no more of the GitSync's than that.
func (r *run) write(ctx context.Context, set *Set) error {
	if r.Slots != nil {
		select {
		case r.Slots <- struct{}{}:
			defer func() { <-r.Slots }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	ctx, cancel := context.WithTimeout(ctx, r.timeout())
	defer cancel()
	r.set = set
	err := r.through(withRevision(ctx, r.state.revision), writeIt)
	if err != nil {
		r.state.seen = nil
	}
	return err
}

// fetch finds out which commit the reference names now, and brings it.
func (r *run) fetch(ctx context.Context) (err error) {
	if r.checkout, err = r.fetched(ctx); err == nil {
		r.out.Revision = r.checkout.Revision()
	}
	return err
}

// verify asks who signed the commit, before anything of it is read.
func (r *run) verify(ctx context.Context) (err error) {
	if r.signer, err = r.verified(ctx, r.checkout); r.signer != nil {
		r.out.Signer = r.signer.Name()
	}
	return err
}

// build reads the objects out of the commit and checks each of them. A commit that was built before is not built again.
func (r *run) build(ctx context.Context) error {
	st, hash := r.state, r.commit().Hash
	switch {
	case st.set != nil && st.commit == hash:
		r.set = st.set
		return nil
	case st.failure != nil && st.bad == hash:
		return st.failure
	}
	set, err := r.built(ctx, r.checkout)
	if err != nil {
		f := AsFailure(err, provostv1.ReasonBuildFailed)
		if f.Stalled {
			st.bad, st.failure = hash, f
		}
		return f
	}
	r.set, st.failure = set, nil
	return nil
}

// authorise holds a commit back that its signer had no authority for, where the GitSync asks for it.
func (r *run) authorise(ctx context.Context) error {
	if !r.needsJudgement(r.set) {
		return nil
	}
	d, err := r.difference()
	if err != nil {
		return err
	}
	return r.judgeSigner(ctx, d, r.out.Revision)
}

// guard holds a commit back that takes too much away at once, or gives too much.
func (r *run) guard(ctx context.Context) error {
	if !r.guarded(r.commit(), r.out.Revision) {
		return nil
	}
	d, err := r.difference()
	if err != nil {
		return err
	}
	return r.guardAgainst(ctx, d, r.out.Revision)
}

// compare finds what in the cluster is not as it should be.
func (r *run) compare(ctx context.Context) (err error) {
	if r.cluster, err = r.clusterOf(r.scope()); err != nil {
		return err
	}
	if r.view, err = r.viewOf(ctx, r.cluster, r.set); err == nil && r.view.nothing() {
		return errNothingToDo
	}
	return err
}

// refuseConflicts refuses to take what another GitSync owns, and plans what is left to do.
func (r *run) refuseConflicts(ctx context.Context) error {
	owners := sync.OnceValues(func() (map[string]*provostv1.GitSync, error) { return r.owners(ctx) })
	if err := conflicts(r.view.objects, r.view.known, r.scope().Owner, owners); err != nil {
		return err
	}
	r.todo, r.out.Changes.Pending = r.view.plan(r.state.seen)
	return nil
}

// begin says that objects are about to be written, which are to take effect as a whole. One alone does so by itself.
func (r *run) begin(ctx context.Context) error {
	if len(r.todo)+len(r.view.gone) < 2 || r.progress.Begin == nil {
		return nil
	}
	until, _ := ctx.Deadline()
	if err := r.progress.Begin(r.state.revision, until); err != nil {
		return failed(provostv1.ReasonApplyFailed, "nothing was written: the status of the GitSync cannot say that it is going to be: %w", err)
	}
	return nil
}

// apply writes what differs, what takes before what gives.
func (r *run) apply(ctx context.Context) error {
	pending := r.out.Changes.Pending
	changes, err := r.cluster.apply(ctx, r.inOrder(ctx), r.view.known, r.view.seen)
	changes.Pending = pending
	r.out.Changes = changes
	return err
}

// prune deletes what the commit does not hold.
func (r *run) prune(ctx context.Context) error {
	changes := &r.out.Changes
	if err := r.cluster.prune(ctx, r.view.gone, ID{ours("GitSync"), r.gs.Namespace, r.gs.Name}, changes); err != nil {
		return err
	}
	for _, id := range slices.Concat(changes.Deleted, changes.Released) {
		delete(r.view.seen, id)
	}
	r.state.seen = r.view.seen
	return nil
}
