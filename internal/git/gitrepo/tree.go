package gitrepo

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"

	"provost.dev/provost/internal/text/words"
)

// The errors for entries that are listed but never followed.
var (
	ErrSymlink   = errors.New(words.SymbolicLink)
	ErrSubmodule = errors.New("a submodule, which is not followed")
)

// Tree is the content of a commit, or of a folder in it, as a file system. It
// reads from the object store what it is asked for and nothing else. Symbolic
// links and submodules are listed and cannot be opened. It is safe for use by
// several goroutines.
type Tree struct {
	repo *Repository
	hash Hash
	when time.Time

	mu   sync.Mutex
	dirs map[Hash][]object.TreeEntry
}

var (
	_ fs.ReadDirFS  = (*Tree)(nil)
	_ fs.ReadFileFS = (*Tree)(nil)
	_ fs.StatFS     = (*Tree)(nil)
)

// Tree opens the folder at dir (with slashes; "" or "." for the top) of a commit.
func (r *Repository) Tree(c *Commit, dir string) (*Tree, error) {
	t := &Tree{repo: r, hash: c.Tree, when: c.When, dirs: map[Hash][]object.TreeEntry{}}
	clean, err := CleanDir(dir)
	if err != nil {
		return nil, err
	}
	if clean == "." {
		return t, nil
	}
	e, err := t.find("open", clean)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s has no folder %q at commit %s", r.name, clean, c.Short())
		}
		return nil, err
	}
	if e.Mode != filemode.Dir {
		return nil, fmt.Errorf("%q is not a folder at commit %s of %s", clean, c.Short(), r.name)
	}
	return &Tree{repo: r, hash: e.Hash, when: c.When, dirs: t.dirs}, nil
}

// CleanDir is a folder of a commit as a path in it: "." for the top.
func CleanDir(dir string) (string, error) {
	clean := path.Clean(strings.Trim(dir, "/"))
	if !fs.ValidPath(clean) {
		return "", fmt.Errorf("%q leaves the repository; give a path inside it", dir)
	}
	return clean, nil
}

// Hash is the tree's own hash: two folders of the same hash have the same content.
func (t *Tree) Hash() Hash { return t.hash }

// Open implements fs.FS.
func (t *Tree) Open(name string) (fs.File, error) {
	e, err := t.find("open", name)
	if err != nil {
		return nil, err
	}
	switch e.Mode {
	case filemode.Symlink:
		return nil, &fs.PathError{Op: "open", Path: name, Err: ErrSymlink}
	case filemode.Submodule:
		return nil, &fs.PathError{Op: "open", Path: name, Err: ErrSubmodule}
	case filemode.Dir:
		entries, err := t.ReadDir(name)
		if err != nil {
			return nil, err
		}
		return &openDir{info: t.info(e), entries: entries}, nil
	default:
		content, err := t.repo.readBlob(e.Hash)
		if err != nil {
			return nil, &fs.PathError{Op: "open", Path: name, Err: err}
		}
		return &openFile{info: t.info(e), Reader: bytes.NewReader(content)}, nil
	}
}

// ReadFile implements fs.ReadFileFS.
func (t *Tree) ReadFile(name string) ([]byte, error) {
	e, err := t.find("read", name)
	if err != nil {
		return nil, err
	}
	switch e.Mode {
	case filemode.Symlink:
		err = ErrSymlink
	case filemode.Submodule:
		err = ErrSubmodule
	case filemode.Dir:
		err = errors.New("is a directory")
	default:
		var content []byte
		if content, err = t.repo.readBlob(e.Hash); err == nil {
			return content, nil
		}
	}
	return nil, &fs.PathError{Op: "read", Path: name, Err: err}
}

// ReadDir implements fs.ReadDirFS.
func (t *Tree) ReadDir(name string) ([]fs.DirEntry, error) {
	e, err := t.find("readdir", name)
	if err != nil {
		return nil, err
	}
	if e.Mode != filemode.Dir {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errors.New("not a directory")}
	}
	entries, err := t.entries(e.Hash)
	if err != nil {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: err}
	}
	out := make([]fs.DirEntry, 0, len(entries))
	for i := range entries {
		// A name that could not be a file's on disk (".." in a made-up tree) is not shown to anybody.
		if n := entries[i].Name; n != "." && fs.ValidPath(n) && !strings.Contains(n, "/") {
			out = append(out, t.info(&entries[i]))
		}
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return out, nil
}

// Stat implements fs.StatFS.
func (t *Tree) Stat(name string) (fs.FileInfo, error) {
	e, err := t.find("stat", name)
	if err != nil {
		return nil, err
	}
	return t.info(e), nil
}

// find walks to an entry. It follows no links.
func (t *Tree) find(op, name string) (*object.TreeEntry, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	at := &object.TreeEntry{Name: ".", Mode: filemode.Dir, Hash: t.hash}
	if name == "." {
		return at, nil
	}
	for part := range strings.SplitSeq(name, "/") {
		if at.Mode != filemode.Dir {
			return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
		}
		entries, err := t.entries(at.Hash)
		if err != nil {
			return nil, &fs.PathError{Op: op, Path: name, Err: err}
		}
		i := slices.IndexFunc(entries, func(e object.TreeEntry) bool { return e.Name == part })
		if i < 0 {
			return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
		}
		at = &entries[i]
	}
	return at, nil
}

// entries reads a folder, once.
func (t *Tree) entries(h Hash) ([]object.TreeEntry, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if entries, ok := t.dirs[h]; ok {
		return entries, nil
	}
	t.repo.mu.Lock()
	defer t.repo.mu.Unlock()
	tree, err := t.repo.git.TreeObject(h)
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return nil, fmt.Errorf("tree %s is missing from the repository: %w", h, t.repo.missing(err))
	}
	if err != nil {
		return nil, err
	}
	t.dirs[h] = tree.Entries
	return tree.Entries, nil
}
