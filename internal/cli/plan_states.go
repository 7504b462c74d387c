package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"provost.dev/provost/internal/answers/plans"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/cli/source"
	"provost.dev/provost/internal/engine/guard"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/git/history"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/text/suggest"
)

// planStates are the two states of a plan.
type planStates struct {
	*Options
	repo    *gitrepo.Repository
	dir     string
	trees   [2]history.Tree
	closers []io.Closer
	// gitSync is the one that --gitsync names, and cluster the cluster where one of the states is one.
	gitSync string
	cluster *plans.Cluster
	// fromCluster says that BASE is the cluster.
	fromCluster bool
}

func (s *planStates) close() {
	for _, c := range s.closers {
		_ = c.Close()
	}
}

func (s *planStates) reading() manifest.Options { return manifest.Options{Namespace: s.Namespace()} }

// open finds the two states.
func (s *planStates) open(ctx context.Context, base, head string, mergeBase bool) error {
	if len(s.Files) > 0 {
		return errors.New("plan compares two states and takes no -f; write a folder as dir:PATH")
	}
	for i, name := range []string{base, head} {
		tree, err := s.state(ctx, name)
		if err != nil {
			return err
		}
		s.trees[i] = tree
	}
	switch {
	case s.cluster == nil && s.gitSync != "":
		return errors.New("--gitsync names a GitSync of the cluster; give \"cluster\" as BASE")
	case base == "cluster" && head == "cluster":
		return errors.New("both states are the cluster, and the same; give a revision or a folder as one of them")
	case base == "cluster":
		s.fromCluster = true
		s.trees[1] = s.cluster.Applied(s.trees[1])
	case head == "cluster":
		s.trees[0] = s.cluster.Compared(s.trees[0])
	}
	if a, b := s.trees[0], s.trees[1]; a.Commit != nil && b.Commit != nil && !a.Exists() && !b.Exists() {
		return fmt.Errorf("neither commit of %s has a folder %q; check --path", s.repo.Name(), s.dir)
	}
	if !mergeBase {
		return nil
	}
	a, b := s.trees[0].Commit, s.trees[1].Commit
	if a == nil || b == nil {
		return errors.New("--merge-base looks for a commit that BASE and HEAD have in common; give two revisions")
	}
	common, err := history.MergeBase(s.repo, a, b)
	if err != nil {
		return err
	}
	s.trees[0], err = history.CommitTree(s.repo, common, s.dir)
	return err
}

// state finds one: a folder, the cluster, or a revision.
func (s *planStates) state(ctx context.Context, name string) (history.Tree, error) {
	if folder, ok := strings.CutPrefix(name, "dir:"); ok {
		source, closer, err := manifest.Folder(folder, s.In)
		if err != nil {
			return history.Tree{}, err
		}
		s.closers = append(s.closers, closer)
		return history.FolderTree("folder "+folder, source), nil
	}
	if name == "cluster" {
		return s.openCluster(ctx)
	}
	if err := s.openRepository(ctx); err != nil {
		return history.Tree{}, err
	}
	commit, err := s.repo.Resolve(name)
	if err != nil {
		return history.Tree{}, fmt.Errorf("%w (a folder is written dir:PATH)", err)
	}
	tree, err := history.CommitTree(s.repo, commit, s.dir)
	if err == nil && !tree.Exists() {
		s.Note("%s has no folder %q at commit %s", s.repo.Name(), s.dir, commit.Short())
	}
	return tree, err
}

// openCluster reads the cluster.
func (s *planStates) openCluster(ctx context.Context) (history.Tree, error) {
	objects, err := s.Objects(ctx)
	if err != nil {
		return history.Tree{}, err
	}
	for _, g := range objects.Gaps {
		s.Note("the plan may be incomplete: %s", g)
	}
	if s.cluster, err = plans.NewCluster(objects.Name, objects.All, s.gitSync); err != nil {
		return history.Tree{}, err
	}
	if n := len(s.cluster.Several); n > 1 {
		s.Note("the cluster has %d GitSyncs, and whatever one of them owns counts as gone where it is not in the other state; --gitsync %s, "+
			"or another, plans for one", n, s.cluster.Several[0])
	}
	return s.cluster.Tree(), nil
}

// openRepository opens --repo once, or the repository around the current folder.
func (s *planStates) openRepository(ctx context.Context) error {
	if s.repo != nil {
		return nil
	}
	location := gitrepo.Location{Repository: "."}
	if s.Options.Repo != "" {
		location = gitrepo.ParseLocation(s.Options.Repo)
	}
	if location.Revision != "" {
		return fmt.Errorf("--repo %s names a revision; plan takes two, as BASE and HEAD", s.Options.Repo)
	}
	repo, err := location.Open(ctx, source.CacheDir(), printers.Watched(s.ErrOut))
	if err != nil {
		return source.OrFolder(err, "written dir:PATH")
	}
	s.repo, s.dir = repo, path.Join(repo.Prefix(), strings.Trim(filepath.ToSlash(s.Path), "/"))
	return nil
}

// planLimits are the flags of the guards.
type planLimits struct {
	maxRemovals, minRemovals, maxSensitive int
	allow                                  map[string]int
	changed                                func(flag string) bool
}

func (l *planLimits) add(f *pflag.FlagSet) {
	f.IntVar(&l.maxRemovals, "max-removals", guard.DefaultMaxPercent, "the largest share, in percent, that may be taken of people, grants "+
		"or a group's members; 100 lets all pass. Default: the Platform's removalGuard, or else 20")
	f.IntVar(&l.minRemovals, "min-removals", guard.DefaultMinimum,
		"the number below which taking is never held back. Default: the Platform's removalGuard, or else 10")
	f.IntVar(&l.maxSensitive, "max-sensitive-grants", guard.DefaultSensitivePeople,
		"the largest number of people who may be given sensitive permissions at once; 0 lets all pass")
	f.StringToIntVar(&l.allow, "allow", nil,
		"let through what a guard finds up to a number, as a trailer does: removals=412, sensitive-grants=30, unadministered=1")
	f.Lookup("max-removals").DefValue, f.Lookup("min-removals").DefValue = "", ""
}

// allowed are the names that --allow takes: those of the trailers, without what they all begin with.
var allowed = []string{"removals", "sensitive-grants", "unadministered"}

// check refuses names that --allow does not take.
func (l *planLimits) check() error {
	for name, n := range l.allow {
		if !slices.Contains(allowed, name) || n < 0 {
			return fmt.Errorf("--allow %s=%d is nothing to allow; it takes %s, each with a number", name, n, suggest.List(allowed, "and"))
		}
	}
	return nil
}

// limits are those of BASE, where no flag says otherwise.
func (l *planLimits) limits(out guard.Limits) guard.Limits {
	if l.changed("max-sensitive-grants") {
		out.SensitivePeople = l.maxSensitive
	}
	if l.changed("max-removals") {
		out.Removals.MaxPercent = l.maxRemovals
	}
	if l.changed("min-removals") {
		out.Removals.Minimum = l.minRemovals
	}
	return out
}

// allowance is what the flag allows.
func (l *planLimits) allowance() guard.Allowance {
	var lines []string
	for name, n := range l.allow {
		lines = append(lines, fmt.Sprintf("Provost-Allow-%s: %d", name, n))
	}
	return guard.Allowances(lines...)
}
