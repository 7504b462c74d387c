package gitrepo

import (
	"bytes"
	"io"
	"io/fs"
	"time"

	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// entryInfo is a tree's entry as file information. It asks for a file's size
// only when it is wanted.
type entryInfo struct {
	tree  *Tree
	entry *object.TreeEntry
}

func (t *Tree) info(e *object.TreeEntry) *entryInfo { return &entryInfo{t, e} }

func (i *entryInfo) Name() string               { return i.entry.Name }
func (i *entryInfo) IsDir() bool                { return i.entry.Mode == filemode.Dir }
func (i *entryInfo) Type() fs.FileMode          { return i.Mode().Type() }
func (i *entryInfo) Info() (fs.FileInfo, error) { return i, nil }
func (i *entryInfo) ModTime() time.Time         { return i.tree.when }

// Sys is the Hash of the content: a file of the same hash need not be read again.
func (i *entryInfo) Sys() any { return i.entry.Hash }

func (i *entryInfo) Mode() fs.FileMode {
	switch i.entry.Mode {
	case filemode.Dir:
		return fs.ModeDir | 0o555
	case filemode.Symlink:
		return fs.ModeSymlink | 0o444
	case filemode.Submodule:
		return fs.ModeIrregular
	case filemode.Executable:
		return 0o555
	default:
		return 0o444
	}
}

func (i *entryInfo) Size() int64 {
	if !i.Mode().IsRegular() {
		return 0
	}
	n, err := i.tree.repo.blobSize(i.entry.Hash)
	if err != nil {
		return 0
	}
	return n
}

// String implements fmt.Stringer for test failures.
func (i *entryInfo) String() string { return fs.FormatDirEntry(i) }

type openFile struct {
	info *entryInfo
	*bytes.Reader
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *openFile) Close() error               { return nil }

type openDir struct {
	info    *entryInfo
	entries []fs.DirEntry
}

func (d *openDir) Stat() (fs.FileInfo, error) { return d.info, nil }
func (d *openDir) Close() error               { return nil }
func (d *openDir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.info.Name(), Err: fs.ErrInvalid}
}

func (d *openDir) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		all := d.entries
		d.entries = nil
		return all, nil
	}
	if len(d.entries) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(d.entries))
	out := d.entries[:n]
	d.entries = d.entries[n:]
	return out, nil
}
