package source

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
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitrepo"
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
func (f *Flags) Open(ctx context.Context) (Source, error) {
	s, err := f.open(ctx)
	if err != nil {
		return nil, err
	}
	for _, g := range s.Gaps() {
		f.Note("the answer may be incomplete: %s", g)
	}
	return s, nil
}

// OpenAbout is Open for one question, of which the source need not answer any other.
func (f *Flags) OpenAbout(ctx context.Context, a About) (Source, error) {
	if err := f.oneSource(); err != nil {
		return nil, err
	}
	if len(f.Files) > 0 || f.Repo != "" {
		return f.Open(ctx)
	}
	s, err := f.clusterAbout(ctx, a)
	if s == nil && err == nil {
		return f.Open(ctx)
	}
	return s, err
}

func (f *Flags) open(ctx context.Context) (Source, error) {
	if err := f.oneSource(); err != nil {
		return nil, err
	}
	switch {
	case len(f.Files) > 0:
		return f.openFolders(ctx)
	case f.Repo != "":
		return f.Commit(ctx)
	default:
		return f.Cluster(ctx)
	}
}

// oneSource refuses flags that name several sources. --path and --at are about a repository, which is the one around
// the current folder where nothing else is named.
func (f *Flags) oneSource() error {
	switch {
	case len(f.Files) > 0 && f.Repo != "":
		return errors.New("-f and --repo are two different sources; give one of them")
	case len(f.Files) > 0 && f.Path != "":
		return errors.New("--path is a folder inside a repository, and -f names a folder itself; leave one of them out")
	case len(f.Files) > 0:
		return f.lookAhead()
	case f.Repo == "" && (f.Path != "" || f.at != ""):
		f.Repo = "."
	}
	return nil
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

func (f *Flags) openFolders(ctx context.Context) (Source, error) {
	return f.openManifests(ctx, f.folders)
}

// Commit reads the commit that --repo, --path and --at mean.
func (f *Flags) Commit(ctx context.Context) (Source, error) {
	return f.openManifests(ctx, f.commitTree)
}

// openManifests reads what a function finds.
func (f *Flags) openManifests(ctx context.Context, find func(context.Context) (*Manifests, error)) (Source, error) {
	found, err := find(ctx)
	if err != nil {
		return nil, err
	}
	s := &fileSource{name: found.Name, closers: found.closers}
	if err := f.read(ctx, s, found.Sources...); err != nil {
		s.Close()
		if problems, ok := manifest.AsProblems(err); ok && f.Repo != "" {
			f.NoteElsewhere(found.Sources[0].Dir, WithPath, problems.Rules())
		}
		return nil, err
	}
	return s, nil
}

// Manifests are where manifests are, opened and not yet read.
type Manifests struct {
	Sources []manifest.Source
	Name    string
	closers []io.Closer
}

// Close ends the use of the sources.
func (m *Manifests) Close() {
	for _, c := range m.closers {
		_ = c.Close()
	}
}

// Manifests opens the folders of a command's arguments, or what the flags name, or the current folder.
func (f *Flags) Manifests(ctx context.Context, args []string) (*Manifests, error) {
	if len(args) > 0 {
		if f.Repo != "" {
			return nil, errors.New("folders and --repo are two different sources; give one of them, and a folder inside a repository by --path")
		}
		f.Files = append(f.Files, args...)
	}
	if err := f.oneSource(); err != nil {
		return nil, err
	}
	if f.Repo != "" {
		return f.commitTree(ctx)
	}
	if len(f.Files) == 0 {
		f.Files = []string{"."}
	}
	return f.folders(ctx)
}

// folders opens what -f names.
func (f *Flags) folders(context.Context) (*Manifests, error) {
	m := &Manifests{Name: strings.Join(f.Files, ", ")}
	seen := map[string]bool{}
	for _, name := range f.Files {
		if seen[filepath.Clean(name)] { // given twice it is still the same; completion gives all flags twice
			continue
		}
		seen[filepath.Clean(name)] = true
		source, closer, err := manifest.Folder(name, f.In)
		if err != nil {
			m.Close()
			return nil, err
		}
		m.closers = append(m.closers, closer)
		m.Sources = append(m.Sources, source)
	}
	return m, nil
}

// commitTree opens what --repo and --path name.
func (f *Flags) commitTree(ctx context.Context) (*Manifests, error) {
	location := gitrepo.ParseLocation(f.Repo)
	repo, err := location.Open(ctx, CacheDir(), printers.Watched(f.ErrOut))
	if err != nil {
		return nil, OrFolder(err, "with -f")
	}
	head, err := repo.Resolve(location.Revision)
	if err != nil {
		return nil, OrFolder(err, "with -f")
	}
	commit, err := f.commitAt(repo, head)
	if err != nil {
		return nil, err
	}
	top, err := repo.Tree(commit, "")
	if err != nil {
		return nil, err
	}
	dir := path.Join(repo.Prefix(), strings.Trim(filepath.ToSlash(f.Path), "/"))
	if _, err := repo.Tree(commit, dir); err != nil {
		return nil, err
	}
	if dir == "" {
		dir = "."
	}
	return &Manifests{
		Sources: []manifest.Source{{FS: top, Dir: path.Clean(dir)}},
		Name:    fmt.Sprintf("%s at commit %s", location.Repository, commit.Short()),
	}, nil
}

// OrFolder adds to an error that nothing is committed how the manifests can be read all the same.
func OrFolder(err error, how string) error {
	if nothing := (*gitrepo.NothingCommittedError)(nil); errors.As(err, &nothing) {
		return fmt.Errorf("%w, or read them as a folder, %s", err, how)
	}
	return err
}

// CacheDir is where copies of remote repositories are kept; "" keeps them in memory.
func CacheDir() string { return cached("repositories") }

// HistoryDir is where is kept what was learnt of commits; "" keeps nothing.
func HistoryDir() string { return cached("history") }

// cached is a folder of ours in the user's cache; "" where there is none.
func cached(name string) string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "provost", name)
}

func (f *Flags) read(ctx context.Context, s *fileSource, sources ...manifest.Source) error {
	set, err := manifest.Read(ctx, manifest.Options{Namespace: f.Namespace()}, sources...)
	if err != nil {
		return err
	}
	for _, n := range set.Notes {
		f.Note("%s", n)
	}
	f.noteIgnored(set)
	if len(set.Items) == 0 {
		return Empty(s.name)
	}
	s.set, s.snapshot = set, set.Snapshot()
	return nil
}

// Empty says that there is nothing of ours where manifests were looked for.
func Empty(name string) error {
	return fmt.Errorf("%s holds no object of provost.dev; check the path", name)
}

// CommitIsFixed says that a commit is not what to edit, and by which flag to name what is.
func CommitIsFixed(flag string) error {
	return fmt.Errorf("a commit cannot be edited; give the folder of a checkout with %s", flag)
}

// EntityForm is how an entity is written.
const EntityForm = "LEVEL/NAME, for example course/algebra-1"

// noteIgnored says once that there are objects of other kinds, and gives an example.
func (f *Flags) noteIgnored(set *manifest.Set) {
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
		f.Note("%s: %s is %s, and was passed over", first.Position, first, manifest.ForeignKind)
	case n > 1:
		f.Note("%d documents are %s, and were passed over; the first is %s at %s", n, manifest.ForeignKind, first, first.Position)
	}
}
