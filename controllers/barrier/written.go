package barrier

import (
	"context"
	"maps"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/internal/apiserver"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitsync"
)

// Announce has a GitSync's status say that objects of a revision are about to be written.
func Announce(gs *provostv1.GitSync, revision string, until time.Time) {
	gs.Status.Apply = &provostv1.GitSyncApply{
		Revision: revision, StartedAt: metav1.Now().Rfc3339Copy(), Until: metav1.Time{Time: until.Add(time.Second)}.Rfc3339Copy(),
	}
}

// UnderWay says that a GitSync's status speaks of a revision that is being written: by
// this process, or by one that came to its end over it.
func UnderWay(gs *provostv1.GitSync) bool {
	return gs.Status.Apply != nil && gs.Status.Apply.FinishedAt == nil
}

// Finish has it say that no more of that will be written, and up to where what was reaches.
func Finish(gs *provostv1.GitSync, written []provostv1.GitSyncWritten) {
	now := metav1.Now().Rfc3339Copy()
	gs.Status.Apply.FinishedAt, gs.Status.Apply.Written = &now, written
}

// Written waits until this replica has seen all that a run wrote, and returns up
// to which version of each kind that reaches. For a run that began in another
// process, and of which nobody knows what it wrote, that is everything there is.
func (b *Barrier) Written(
	ctx context.Context, gs types.NamespacedName, changes gitsync.Changes, until time.Time, own bool,
) []provostv1.GitSyncWritten {
	versions := changes.Versions
	if !own {
		versions = nil
	}
	for !b.hasSeen(gitsync.LabelValue(gs), versions) && b.now().Before(until) {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(5 * time.Millisecond):
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	kinds := map[directory.Kind]bool{}
	for id := range versions {
		kinds[directory.Kind(id.Kind)] = true
	}
	if !own {
		for kind := range b.seen {
			kinds[kind] = true
		}
	}
	var out []provostv1.GitSyncWritten
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		if version := b.seen[kind]; version != "" { // a GitSync that a GitSync applies is nothing to the engine
			out = append(out, provostv1.GitSyncWritten{Kind: string(kind), ResourceVersion: version})
		}
	}
	return out
}

// hasSeen says whether everything that was written has arrived. A deletion has no
// version; it shows among what is retained.
func (b *Barrier) hasSeen(owner string, versions map[gitsync.ID]string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.commits[owner]
	for id, version := range versions {
		kind := directory.Kind(id.Kind)
		if !b.fed(kind) {
			continue
		}
		if version != "" {
			if !apiserver.Reaches(b.seen[kind], version) {
				return false
			}
			continue
		}
		if c == nil {
			continue // it waited for nothing, or no longer
		}
		if a, ok := c.retained[directory.ID{Kind: kind, Namespace: id.Namespace, Name: id.Name}]; !ok || !a.Gone {
			return false
		}
	}
	return true
}
