package gitsync

import (
	"context"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/guard"
	"provost.dev/provost/internal/engine/plan"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/manifest"
)

// guarded says whether the guard has anything to look at. What was let through
// once is not asked about again: neither drift that is put back, nor a commit that
// another process began to apply.
func (r *run) guarded(commit *gitrepo.Commit, revision string) bool {
	if r.Snapshot == nil || sameCommit(r.gs.Status.LastAppliedRevision, commit) {
		return false
	}
	if allowed := r.gs.Annotations[provostv1.AllowRemovalsAnnotation]; allowed == revision || sameCommit(allowed, commit) {
		return false
	}
	a := r.gs.Status.Apply
	return a == nil || a.FinishedAt != nil || !sameCommit(a.Revision, commit)
}

// guardAgainst holds a commit back that takes too much access away at once, or gives too
// much: measured on what people may do in the cluster now, and would after it.
func (r *run) guardAgainst(ctx context.Context, d *difference, revision string) error {
	if len(d.changes) == 0 {
		return nil
	}
	limits, err := r.limits(ctx)
	if err != nil {
		return err
	}
	after, delta := d.before.With(d.changes...)
	p := plan.Make(plan.Input{Before: d.before, After: after, Delta: delta, Edits: d.edits, Now: time.Now()})
	found := guard.Check(p, limits, guard.Allowance{})
	if len(found) == 0 {
		return nil
	}
	// What was allowed is looked for only now: the history behind a commit may have to be fetched.
	commits, err := r.since(ctx)
	if err != nil {
		return err
	}
	trusted, err := r.trusts(ctx)
	if err != nil {
		return err
	}
	said := commits.Say(trusted)
	found = guard.Check(p, limits, said.Allowance)
	held := guard.Held(found)
	if len(held) == 0 {
		return nil
	}
	return stalled(provostv1.ReasonRemovalGuarded, "%s", heldBack(revision, found, commits.Why(said)))
}

// heldBack says what is held back, and the lines that let it through before all that the guards found: of that there may
// be more than a message has room for.
func heldBack(revision string, found []guard.Finding, why []string) string {
	var lines []string
	for _, f := range guard.Held(found) {
		lines = append(lines, f.Message)
	}
	for _, w := range why {
		lines = append(lines, "("+w+")")
	}
	trailers := guard.Trailers(found)
	what := "this line"
	if len(trailers) > 1 {
		what = "these lines"
	}
	return revision + " is held back, and the revision before it stays. If it is meant, push a commit on top of it whose message has " + what +
		" (git commit --allow-empty --trailer ...):\n" + strings.Join(trailers, "\n") + "\n" + shorten(lines)
}

// limits are those of the GitSync, or else of the Platform in the cluster: no
// commit loosens the guard that it has to pass.
func (r *run) limits(ctx context.Context) (guard.Limits, error) {
	g := r.gs.Spec.RemovalGuard
	if g == nil {
		platform := &provostv1.Platform{}
		err := r.Client.Get(ctx, client.ObjectKey{Name: directory.PlatformName}, platform)
		switch {
		case err == nil:
			g = platform.Spec.RemovalGuard
		case !apierrors.IsNotFound(err):
			return guard.Limits{}, readError("the Platform", err)
		}
	}
	return manifest.Limits(g, r.gs.Status.LastAppliedRevision == ""), nil
}

// sameCommit says whether a revision is of the commit.
func sameCommit(revision string, c *gitrepo.Commit) bool {
	return revision != "" && hashOf(revision) == c.Hash
}

// hashOf is the commit of a revision, as main@sha1:5fd0....
func hashOf(revision string) gitrepo.Hash {
	return plumbing.NewHash(revision[strings.LastIndexByte(revision, ':')+1:])
}
