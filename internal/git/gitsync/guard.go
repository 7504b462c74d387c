package gitsync

import (
	"context"
	"fmt"
	"strings"
	"time"

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
func (r *run) guardAgainst(ctx context.Context, d *difference, commit *gitrepo.Commit, revision string) error {
	if len(d.changes) == 0 {
		return nil
	}
	limits, err := r.limits(ctx)
	if err != nil {
		return err
	}
	after, delta := d.before.With(d.changes...)
	p := plan.Make(plan.Input{Before: d.before, After: after, Delta: delta, Edits: d.edits, Now: time.Now()})
	held := guard.Held(guard.Check(p, limits, guard.Allowances(commit.Message)))
	if len(held) == 0 {
		return nil
	}
	var lines []string
	trailers := map[string]int{}
	for _, f := range held {
		lines = append(lines, f.Message)
		name, _, _ := strings.Cut(f.Trailer, ":")
		trailers[name] = max(trailers[name], f.Number)
	}
	for _, name := range []string{guard.TrailerRemovals, guard.TrailerSensitive, guard.TrailerAdministrators} {
		if n, ok := trailers[name]; ok {
			lines = append(lines, fmt.Sprintf("%s: %d", name, n))
		}
	}
	return stalled(provostv1.ReasonRemovalGuarded, "%s is held back, and the revision before it stays. If it is meant, push a commit on "+
		"top of it whose message has what follows as lines of their own (git commit --allow-empty --trailer ...):\n%s", revision, shorten(lines))
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
	limits := guard.LimitsOf(manifest.Removals(g))
	if r.gs.Status.LastAppliedRevision == "" {
		limits.SensitivePeople = 0 // all of the first commit is new
	}
	return limits, nil
}

// sameCommit says whether a revision is of the commit.
func sameCommit(revision string, c *gitrepo.Commit) bool {
	return revision != "" && revision[strings.LastIndexByte(revision, ':')+1:] == c.Hash.String()
}
