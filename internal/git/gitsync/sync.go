package gitsync

import (
	"context"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/manifest/schema"
)

// DefaultWorkers is how many objects are written at once where nothing else is said.
const DefaultWorkers = 16

// Syncer runs GitSyncs. It remembers of each what it applied last, so that a
// run that finds nothing new costs next to nothing.
type Syncer struct {
	// Client reads and writes without a cache.
	Client client.Client
	// Cached reads from the manager's informers; nil where there are none. It only
	// ever decides that there is nothing to do.
	Cached client.Reader
	// As makes a client that acts as a ServiceAccount.
	As func(account types.NamespacedName) (client.Client, error)
	// Fetcher brings the commits.
	Fetcher *Fetcher
	// Schemas are those of the release.
	Schemas *schema.Set
	// Snapshot is what people may do in the cluster, or says why that is not known yet. Nil guards nothing.
	Snapshot func(context.Context) (*directory.Snapshot, error)
	// Workers is how many objects of one GitSync are written at once; 0 is DefaultWorkers.
	Workers int
	// Slots has room for as many as may write at once; nil has room for all.
	Slots chan struct{}

	mu     sync.Mutex
	states map[types.NamespacedName]*state
}

// state is what is remembered of a GitSync from run to run.
type state struct {
	builder *Builder
	// generation is that of the GitSync that everything below belongs to.
	generation int64
	// set is what the last good commit gives: what the cluster should hold.
	set    *Set
	commit gitrepo.Hash
	// revision is how the commit is written: what the trail says of what is changed.
	revision string
	// applied is the commit that the cluster was last seen to hold; zero before the first.
	applied gitrepo.Hash
	// seen is how the objects were when they were last as they should be; nil
	// where that is not known.
	seen lastSeen
	// bad is a commit that cannot be applied, and why not.
	bad     gitrepo.Hash
	failure *Failure
	// since is what was found out of the commits that may allow what a guard holds.
	since since
	// recalled says that the last good commit has been looked for.
	recalled bool
}

// Outcome is what a run came to.
type Outcome struct {
	// Revision is what was fetched; empty where nothing could be.
	Revision string
	// Applied is the revision that is in place; empty where that is not known.
	Applied string
	// Set is what is in place, where Applied is set.
	Set *Set
	// Signer is who signed Applied; empty where nobody asked.
	Signer string
	// Changes are what was written.
	Changes Changes
	// New says that Applied was not in place before the run; changes to a revision
	// that was are drift that has been put back.
	New bool
}

// Run brings a GitSync up to date. It returns what it did even where it failed
// half-way. With force, it trusts nothing that it remembers. Progress is told how
// far it has got.
//
// The steps are listed in steps.go. Whatever keeps the newest commit from being applied, the last good one of the
// same spec is still kept in place.
func (s *Syncer) Run(ctx context.Context, gs *provostv1.GitSync, force bool, progress Progress) (Outcome, error) {
	st := s.state(client.ObjectKeyFromObject(gs))
	if st.generation != gs.Generation {
		*st = state{builder: st.builder, generation: gs.Generation}
	}
	if force {
		st.failure = nil
	}
	run := &run{Syncer: s, gs: gs, state: st, thorough: force, progress: progress}
	err := run.read(ctx)
	if err == nil {
		err = run.judge(ctx)
	}
	if err != nil {
		if run.recall(ctx); st.set != nil && ctx.Err() == nil {
			// Whether that works or not, the first failure says more than a second one would.
			_ = run.write(ctx, st.set)
		}
		return run.out, err
	}
	// From here on the new commit is what the cluster should hold: when applying
	// it fails half-way, nobody goes back to the one before.
	commit := run.commit()
	st.set, st.commit, st.revision = run.set, commit.Hash, run.out.Revision
	if run.out.New = commit.Hash != st.applied; run.out.New && progress.Revision != nil {
		progress.Revision(run.out.Revision)
	}
	if err := run.write(ctx, run.set); err != nil {
		return run.out, err
	}
	st.applied = commit.Hash
	run.out.Applied, run.out.Set = run.out.Revision, run.set
	return run.out, nil
}

// Forget drops what is remembered of a GitSync that is gone.
func (s *Syncer) Forget(gs types.NamespacedName) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.states, gs)
	s.Fetcher.Forget(gs.String())
}

func (s *Syncer) state(key types.NamespacedName) *state {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.states == nil {
		s.states = map[types.NamespacedName]*state{}
	}
	st := s.states[key]
	if st == nil {
		st = &state{builder: &Builder{Schemas: s.Schemas}}
		s.states[key] = st
	}
	return st
}

func (r *run) clusterOf(scope Scope) (*cluster, error) {
	c := &cluster{client: r.Client, owner: scope.Owner, namespace: scope.Namespace, workers: r.Workers, schemas: r.Schemas}
	if c.workers <= 0 {
		c.workers = DefaultWorkers
	}
	if account := r.gs.Spec.ServiceAccountName; account != "" {
		as, err := r.As(types.NamespacedName{Namespace: r.gs.Namespace, Name: string(account)})
		if err != nil {
			return nil, err
		}
		c.client = as
	}
	return c, nil
}

// owners are the GitSyncs that exist, by the label on what they own.
func (r *run) owners(ctx context.Context) (map[string]*provostv1.GitSync, error) {
	var list provostv1.GitSyncList
	if err := r.Client.List(ctx, &list); err != nil {
		return nil, readError("GitSyncs", err)
	}
	out := make(map[string]*provostv1.GitSync, len(list.Items))
	for i := range list.Items {
		out[LabelValue(client.ObjectKeyFromObject(&list.Items[i]))] = &list.Items[i]
	}
	return out, nil
}

func (r *run) timeout() time.Duration {
	if t := r.gs.Spec.Timeout; t != nil && t.Duration > 0 {
		return t.Duration
	}
	return 5 * time.Minute
}

// Names lists objects for an event, as many as fit.
func Names(ids []ID) string {
	sorted := slices.SortedFunc(slices.Values(ids), ID.compare)
	text := ""
	for i, id := range sorted {
		if i == 5 {
			return text + ", ..."
		}
		if i > 0 {
			text += ", "
		}
		text += id.String()
	}
	return text
}
