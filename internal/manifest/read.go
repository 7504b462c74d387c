package manifest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/text/words"
)

// MaxFileSize is the largest file that is read, in bytes. Objects of that size
// fit into no cluster.
const MaxFileSize = 10 << 20

// maxEntries is how many files and folders a folder may hold with all below it. A dozen
// small objects of Git can say that there are more than anybody could ever list.
const maxEntries = 1_000_000

// Options say how to read.
type Options struct {
	// Namespace is where an object is that does not say its namespace; "" makes that a problem.
	Namespace string
	// Content keeps every object as it was written (Item.Content), for whoever applies it.
	Content bool
	// Cache, where given, keeps what was parsed from one reading to the next.
	Cache *Cache
	// Documents, where given, does the same for the documents of files that changed.
	Documents *Documents
}

// Cache keeps the parsed files of Git trees by the hash of their content, so
// that reading a second commit parses only what differs. Use one with the same
// Options only, and change nothing that was read with one: the next reading
// gives the same objects.
type Cache struct{ files sync.Map }

// Source is something to read from.
type Source struct {
	// FS is what files are read from and Dir the folder in it, "." for all; a kustomization in Dir may refer to
	// what lies beside it. Symbolic links are never followed.
	FS  fs.FS
	Dir string
	// Name is what Dir is called in messages: the folder as the user wrote it. Without one, files are called by
	// their paths in FS, as they should be in a commit.
	Name string
	// Stream, where given, is read instead, and Name is what it is called.
	Stream io.Reader
}

// Folder is a folder of the disk, or one file. The name "-" is standard input.
// Close the returned closer after the last use of what was read.
func Folder(name string, stdin io.Reader) (Source, io.Closer, error) {
	if name == "-" {
		return Source{Name: "<stdin>", Stream: stdin}, io.NopCloser(nil), nil
	}
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return Source{}, nil, fmt.Errorf("%s does not exist; give a folder of manifests, a file, or - for standard input", name)
	}
	if err != nil {
		return Source{}, nil, err
	}
	if !info.IsDir() {
		f, err := os.Open(name)
		if err != nil {
			return Source{}, nil, err
		}
		return Source{Name: name, Stream: f}, f, nil
	}
	top, dir, err := kustomizeRoot(name)
	if err != nil {
		return Source{}, nil, err
	}
	root, err := os.OpenRoot(top)
	if err != nil {
		return Source{}, nil, err
	}
	return Source{FS: root.FS(), Dir: dir, Name: filepath.ToSlash(name)}, root, nil
}

// Read reads every object from the sources. The error is Problems, with
// everything that is wrong, or what kept it from reading at all; the Set is then nil.
func Read(ctx context.Context, opts Options, sources ...Source) (*Set, error) {
	s, problems, err := ReadAll(ctx, opts, sources...)
	if err == nil {
		err = problems.err()
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// ReadAll reads on where Read would end: the Set holds what could be read, objects
// with problems (Item.Broken) included, and the Problems, sorted, are what is wrong.
func ReadAll(ctx context.Context, opts Options, sources ...Source) (*Set, Problems, error) {
	s := &Set{opts: opts, byID: map[directory.ID]int{}, texts: map[string]reload{}}
	var problems Problems
	for _, source := range sources {
		files, notes, err := source.files(ctx, &opts)
		if err != nil {
			if p, ok := AsProblems(err); ok {
				problems = append(problems, p...)
				continue
			}
			return nil, nil, err
		}
		s.Notes = append(s.Notes, notes...)
		s.Files += len(files)
		s.Warnings = append(s.Warnings, collisions(files)...)
		for _, f := range files {
			problems = append(problems, s.add(f)...)
		}
	}
	problems = append(problems, s.duplicates()...)
	_ = problems.err() // sorts
	return s, problems, nil
}

// Text reads a source that is a stream. The problem says what is wrong with it as a whole.
func (s Source) Text() ([]byte, *Problem, error) {
	text, err := io.ReadAll(io.LimitReader(s.Stream, MaxFileSize+1))
	if err != nil {
		return nil, nil, fmt.Errorf("reading %s: %w", s.Name, err)
	}
	if len(text) > MaxFileSize {
		p := TooLarge(s.Name)
		return nil, &p, nil
	}
	return text, nil, nil
}

// file is a file with what it holds.
type file struct {
	name string
	*parsed
	text reload
	// origin, for what a kustomization built, is the place that it came from.
	origin *origin
}

// reload reads a file's text again, for its positions.
type reload func() ([]byte, error)

func (s Source) files(ctx context.Context, opts *Options) ([]file, []string, error) {
	if s.Stream != nil {
		text, problem, err := s.Text()
		if err != nil {
			return nil, nil, err
		}
		if problem != nil {
			return nil, nil, Problems{*problem}
		}
		return []file{{name: s.Name, parsed: opts.parse(ctx, text), text: func() ([]byte, error) { return text, nil }}}, nil, nil
	}
	if k := kustomizationIn(s.FS, s.Dir); k != "" {
		return s.build(ctx, opts)
	}
	names, notes, err := s.walk()
	if err != nil {
		return nil, nil, err
	}
	files := make([]file, len(names))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range names {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			files[i] = s.file(ctx, opts, name)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, nil, err
	}
	return files, notes, nil
}

// walk lists the files to read, and notes what was passed over.
func (s Source) walk() (names, notes []string, err error) {
	entries := 0
	err = fs.WalkDir(s.FS, s.Dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("reading %s: %w", s.shown(name), err)
		}
		if entries++; entries > maxEntries {
			return fmt.Errorf("%s holds %s", s.shown(s.Dir), words.MoreFiles(maxEntries))
		}
		base := path.Base(name)
		hidden := name != s.Dir && strings.HasPrefix(base, ".")
		switch {
		case d.IsDir() && hidden:
			return fs.SkipDir
		case d.Type()&fs.ModeIrregular != 0:
			notes = append(notes, s.shown(name)+" is a submodule and is not read")
			return nil
		case d.Type()&fs.ModeSymlink != 0 && !hidden && path.Ext(base) == "":
			notes = append(notes, s.shown(name)+" is a symbolic link and is not followed")
			return nil
		case d.IsDir() || hidden:
			return nil
		case !isManifest(base):
			if why := s.passedOver(name, d); why != "" {
				notes = append(notes, s.shown(name)+" holds objects of "+provostv1.GroupName+" and is not read: "+why)
			}
			return nil
		case d.Type()&fs.ModeSymlink != 0:
			notes = append(notes, s.shown(name)+" is a symbolic link and is not followed")
			return nil
		case !d.Type().IsRegular():
			notes = append(notes, s.shown(name)+" is not a file and is not read")
			return nil
		}
		names = append(names, name)
		return nil
	})
	return names, notes, err
}

// isManifest says by its name whether a file is read: YAML and JSON, but not
// the files of kustomize, nor the assertions that a team keeps beside its manifests.
func isManifest(base string) bool {
	ext := path.Ext(base)
	if ext != ".yaml" && ext != ".yml" && ext != ".json" {
		return false
	}
	stem := strings.TrimSuffix(base, ext)
	return stem != "kustomization" && !strings.HasSuffix(stem, "_test")
}

// ofOurs is what a file says that holds an object of ours, in YAML or JSON.
var ofOurs = regexp.MustCompile(`(?m)^[ \t{,-]*"?apiVersion"?[ \t]*:[ \t]*["']?` + regexp.QuoteMeta(provostv1.GroupName) + `/`)

// passedOver says why a file is not read that holds objects of ours all the same, and looks, by its name, as if it
// were meant to be; nothing where it is of another kind.
func (s Source) passedOver(name string, d fs.DirEntry) string {
	base := path.Base(name)
	ext := strings.ToLower(path.Ext(base))
	if ext != ".yaml" && ext != ".yml" && ext != ".json" || !d.Type().IsRegular() ||
		strings.TrimSuffix(base, path.Ext(base)) == "kustomization" {
		return ""
	}
	if info, err := d.Info(); err != nil || info.Size() > MaxFileSize {
		return ""
	}
	text, err := fs.ReadFile(s.FS, name)
	if err != nil || !ofOurs.Match(text) {
		return ""
	}
	if ext != path.Ext(base) {
		return "the end of its name has to be " + ext + ", in small letters"
	}
	return "files whose names end in _test hold assertions; give it another name"
}

// shown is a file's name for messages: as it is reached from the folder that the user named.
func (s Source) shown(name string) string {
	if s.Name == "" {
		return name
	}
	rel, err := filepath.Rel(filepath.FromSlash(s.Dir), filepath.FromSlash(name))
	if err != nil {
		return name
	}
	return path.Join(s.Name, filepath.ToSlash(rel))
}

func (s Source) file(ctx context.Context, opts *Options, name string) file {
	f := file{name: s.shown(name), text: func() ([]byte, error) { return fs.ReadFile(s.FS, name) }}
	info, err := fs.Stat(s.FS, name)
	if err != nil {
		f.parsed = &parsed{problems: Problems{{Rule: RuleUnreadable, Message: unreadable(err)}}}
		return f
	}
	if info.Size() > MaxFileSize {
		p := TooLarge("")
		f.parsed = &parsed{problems: Problems{p}}
		return f
	}
	hash := info.Sys()
	if opts.Cache != nil && isHash(hash) {
		if known, ok := opts.Cache.files.Load(hash); ok {
			f.parsed = known.(*parsed)
			return f
		}
	}
	text, err := f.text()
	if err != nil {
		f.parsed = &parsed{problems: Problems{{Rule: RuleUnreadable, Message: unreadable(err)}}}
		return f
	}
	f.parsed = opts.parse(ctx, text)
	if opts.Cache != nil && isHash(hash) {
		opts.Cache.files.Store(hash, f.parsed)
	}
	return f
}

// isHash tells the hash of a Git object, by which content can be known again, from what other file systems say.
func isHash(sys any) bool {
	_, ok := sys.(interface{ IsZero() bool })
	return ok
}

// TooLarge says that a file is not read, since it is too large.
func TooLarge(name string) Problem {
	return Problem{
		Rule: RuleUnreadable, Position: Position{File: name}, Message: fmt.Sprintf("the file is larger than %d MiB", MaxFileSize>>20),
		Remedy: "split it, or move what is no manifest out of the folder",
	}
}

func unreadable(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return "cannot be read: " + string(bytes.TrimSpace([]byte(err.Error())))
}
