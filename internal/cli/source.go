package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/directory"
	"provost.dev/provost/internal/gitrepo"
	"provost.dev/provost/internal/manifest"
)

// Source is where answers come from.
type Source interface {
	// Snapshot is what the engine makes of the manifests.
	Snapshot() *directory.Snapshot
	// Locate is the place where a field of a record was declared, such as
	// spec.members[3]; of the record itself where the field is "". It is the zero
	// Position where there is no file, as in a cluster.
	Locate(id directory.ID, field string) manifest.Position
	// Name says what the source is: "the cluster of context x", "the folder x".
	Name() string
	// Gaps say what could not be read, so that answers may be incomplete.
	Gaps() []string
	// Close ends the use of the source.
	Close()
}

// Open reads the manifests from where the flags say. Notes go to standard error.
func (o *Options) Open(ctx context.Context) (Source, error) {
	s, err := o.open(ctx)
	if err != nil {
		return nil, err
	}
	for _, g := range s.Gaps() {
		o.note("the answer may be incomplete: %s", g)
	}
	return s, nil
}

func (o *Options) open(ctx context.Context) (Source, error) {
	if err := o.oneSource(); err != nil {
		return nil, err
	}
	switch {
	case len(o.files) > 0:
		return o.openFolders(ctx)
	case o.repo != "":
		return o.openCommit(ctx)
	default:
		return o.openCluster(ctx)
	}
}

// oneSource refuses flags that name several sources.
func (o *Options) oneSource() error {
	switch {
	case len(o.files) > 0 && o.repo != "":
		return errors.New("-f and --repo are two different sources; give one of them")
	case o.path != "" && o.repo == "":
		return errors.New("--path is a folder inside --repo; give --repo too, or use -f")
	}
	return o.checkAt()
}

// fileSource is a folder, a stream or a commit.
type fileSource struct {
	set      *manifest.Set
	snapshot *directory.Snapshot
	name     string
	closers  []io.Closer
}

func (s *fileSource) Snapshot() *directory.Snapshot { return s.snapshot }
func (s *fileSource) Name() string                  { return s.name }
func (s *fileSource) Gaps() []string                { return nil }

func (s *fileSource) Locate(id directory.ID, field string) manifest.Position {
	p, _ := s.set.Locate(id, field)
	return p
}

func (s *fileSource) Close() {
	for _, c := range s.closers {
		_ = c.Close()
	}
}

func (o *Options) openFolders(ctx context.Context) (Source, error) {
	return o.openManifests(ctx, o.folders)
}

func (o *Options) openCommit(ctx context.Context) (Source, error) {
	return o.openManifests(ctx, o.commit)
}

// openManifests reads what a function finds.
func (o *Options) openManifests(ctx context.Context, find func(context.Context) (*manifests, error)) (Source, error) {
	found, err := find(ctx)
	if err != nil {
		return nil, err
	}
	s := &fileSource{name: found.name, closers: found.closers}
	if err := o.read(ctx, s, found.sources...); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// manifests are where manifests are, opened and not yet read.
type manifests struct {
	sources []manifest.Source
	name    string
	closers []io.Closer
}

func (m *manifests) Close() {
	for _, c := range m.closers {
		_ = c.Close()
	}
}

// manifests opens the folders of a command's arguments, or what the flags name, or the current folder.
func (o *Options) manifests(ctx context.Context, args []string) (*manifests, error) {
	if len(args) > 0 {
		if o.repo != "" {
			return nil, errors.New("folders and --repo are two different sources; give one of them, and a folder inside a repository by --path")
		}
		o.files = append(o.files, args...)
	}
	if err := o.oneSource(); err != nil {
		return nil, err
	}
	if o.repo != "" {
		return o.commit(ctx)
	}
	if len(o.files) == 0 {
		o.files = []string{"."}
	}
	return o.folders(ctx)
}

// folders opens what -f names.
func (o *Options) folders(context.Context) (*manifests, error) {
	m := &manifests{name: strings.Join(o.files, ", ")}
	seen := map[string]bool{}
	for _, f := range o.files {
		if seen[filepath.Clean(f)] { // given twice it is still the same; completion gives all flags twice
			continue
		}
		seen[filepath.Clean(f)] = true
		source, closer, err := manifest.Folder(f, o.In)
		if err != nil {
			m.Close()
			return nil, err
		}
		m.closers = append(m.closers, closer)
		m.sources = append(m.sources, source)
	}
	return m, nil
}

// commit opens what --repo and --path name.
func (o *Options) commit(ctx context.Context) (*manifests, error) {
	location := gitrepo.ParseLocation(o.repo)
	repo, err := location.Open(ctx, cacheDir(), printers.Watched(o.ErrOut))
	if err != nil {
		return nil, err
	}
	head, err := repo.Resolve(location.Revision)
	if err != nil {
		return nil, err
	}
	commit, err := o.commitAt(repo, head)
	if err != nil {
		return nil, err
	}
	top, err := repo.Tree(commit, "")
	if err != nil {
		return nil, err
	}
	dir := path.Join(repo.Prefix(), strings.Trim(filepath.ToSlash(o.path), "/"))
	if _, err := repo.Tree(commit, dir); err != nil {
		return nil, err
	}
	if dir == "" {
		dir = "."
	}
	return &manifests{
		sources: []manifest.Source{{FS: top, Dir: path.Clean(dir)}},
		name:    fmt.Sprintf("%s at commit %s", location.Repository, commit.Short()),
	}, nil
}

// cacheDir is where copies of remote repositories are kept; "" keeps them in memory.
func cacheDir() string { return cached("repositories") }

// historyDir is where is kept what was learnt of commits; "" keeps nothing.
func historyDir() string { return cached("history") }

// cached is a folder of ours in the user's cache; "" where there is none.
func cached(name string) string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "provost", name)
}

func (o *Options) read(ctx context.Context, s *fileSource, sources ...manifest.Source) error {
	set, err := manifest.Read(ctx, manifest.Options{Namespace: o.Namespace()}, sources...)
	if err != nil {
		return err
	}
	for _, n := range set.Notes {
		o.note("%s", n)
	}
	o.noteIgnored(set)
	if len(set.Items) == 0 {
		return fmt.Errorf("%s holds no object of provost.dev; check the path", s.name)
	}
	s.set, s.snapshot = set, set.Snapshot()
	return nil
}

// noteIgnored says once that there are objects of other kinds, and gives an example.
func (o *Options) noteIgnored(set *manifest.Set) {
	var first *manifest.Ignored
	n := 0
	for i := range set.Ignored {
		if set.Ignored[i].Written {
			continue
		}
		if first == nil {
			first = &set.Ignored[i]
		}
		n++
	}
	switch {
	case n == 1:
		o.note("%s: %s is of no kind that bears on access, and was passed over", first.Position, first)
	case n > 1:
		o.note("%d documents are of no kind that bears on access, and were passed over; the first is %s at %s", n, first, first.Position)
	}
}

// mostProblems is how many problems are shown: more do not help.
const mostProblems = 20

// describeError is an error as the user reads it.
func describeError(err error) string {
	problems, ok := manifest.AsProblems(err)
	if !ok {
		return err.Error()
	}
	var b strings.Builder
	have := "the manifests have"
	if other := (problemsIn{}); errors.As(err, &other) {
		have = other.have
	}
	fmt.Fprintf(&b, "%s %s:\n", have, printers.Count(len(problems), "problem", "problems"))
	for _, p := range problems[:min(len(problems), mostProblems)] {
		b.WriteString("  " + p.Error() + "\n")
	}
	if rest := len(problems) - mostProblems; rest > 0 {
		fmt.Fprintf(&b, "  and %d more\n", rest)
	}
	return b.String()
}

// problemsIn are problems in something else than manifests: have says in what, as in "the tests have".
type problemsIn struct {
	have string
	error
}

// Unwrap gives the problems to errors.As.
func (p problemsIn) Unwrap() error { return p.error }
