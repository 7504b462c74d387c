package controllers

import (
	"context"
	"maps"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitsync"
)

// began says in the status that objects of a revision are about to be written.
func (s *gitSyncStatus) began(revision string, until time.Time) {
	s.now.Status.Apply = &provostv1.GitSyncApply{
		Revision: revision, StartedAt: metav1.Now().Rfc3339Copy(), Until: metav1.Time{Time: until.Add(time.Second)}.Rfc3339Copy(),
	}
}

// begin says everywhere that objects are about to be written.
func (r *GitSyncReconciler) begin(ctx context.Context, s *gitSyncStatus, revision string, until time.Time) error {
	s.began(revision, until)
	if err := s.write(ctx); err != nil {
		return err
	}
	r.gate.begin(s.before)
	return nil
}

// underWay says that the status speaks of a revision that is being written: by
// this process, or by one that came to its end over it.
func (s *gitSyncStatus) underWay() bool {
	a := s.now.Status.Apply
	return a != nil && a.FinishedAt == nil
}

// finished says that no more of it will be written, and up to where what was reaches.
func (s *gitSyncStatus) finished(written []provostv1.GitSyncWritten) {
	now := metav1.Now().Rfc3339Copy()
	s.now.Status.Apply.FinishedAt, s.now.Status.Apply.Written = &now, written
}

// written waits until this replica has seen all that a run wrote, and returns up
// to which version of each kind that reaches. For a run that began in another
// process, and of which nobody knows what it wrote, that is everything there is.
func (g *gate) written(ctx context.Context, gs types.NamespacedName, changes gitsync.Changes, until time.Time, own bool) []provostv1.GitSyncWritten {
	versions := changes.Versions
	if !own {
		versions = nil
	}
	for !g.hasSeen(gitsync.LabelValue(gs), versions) && g.now().Before(until) {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(5 * time.Millisecond):
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	kinds := map[directory.Kind]bool{}
	for id := range versions {
		kinds[directory.Kind(id.Kind)] = true
	}
	if !own {
		for kind := range g.seen {
			kinds[kind] = true
		}
	}
	var out []provostv1.GitSyncWritten
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		if version := g.seen[kind]; version != "" { // a GitSync that a GitSync applies is nothing to the engine
			out = append(out, provostv1.GitSyncWritten{Kind: string(kind), ResourceVersion: version})
		}
	}
	return out
}

// hasSeen says whether everything that was written has arrived. A deletion has no
// version; it shows among what is kept.
func (g *gate) hasSeen(owner string, versions map[gitsync.ID]string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := g.holds[owner]
	for id, version := range versions {
		kind := directory.Kind(id.Kind)
		if !isFed(kind) {
			continue
		}
		if version != "" {
			if !reaches(g.seen[kind], version) {
				return false
			}
			continue
		}
		if h == nil {
			continue // it waited for nothing, or no longer
		}
		if a, ok := h.kept[directory.ID{Kind: kind, Namespace: id.Namespace, Name: id.Name}]; !ok || !a.gone {
			return false
		}
	}
	return true
}

func isFed(kind directory.Kind) bool {
	return slices.ContainsFunc(fedKinds, func(k fedKind) bool { return k.kind == kind })
}
