package gitrepo

import (
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"

	"provost.dev/provost/internal/text/words"
)

// Change is a file that differs between two trees. From is zero where the file
// is new, and To where it is gone.
type Change struct {
	Path     string
	From, To Hash
}

// maxCompared is how many entries of folders are compared at most. A dozen small
// objects can stand for more files than anybody could ever list, since a folder may hold the same one many times.
const maxCompared = 2_000_000

// Diff lists the files that differ between two trees, by path. Folders of the
// same hash are not looked into, so that the cost is that of the difference. A
// nil tree is an empty one. Trees that differ in millions of files are an error.
func Diff(from, to *Tree) ([]Change, error) {
	var d differ
	var a, b Hash
	if from != nil {
		d.from, a = from, from.hash
	}
	if to != nil {
		d.to, b = to, to.hash
	}
	if err := d.dirs("", a, b); err != nil {
		return nil, err
	}
	slices.SortFunc(d.changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return d.changes, nil
}

type differ struct {
	from, to *Tree
	compared int
	changes  []Change
}

func (d *differ) dirs(dir string, from, to Hash) error {
	if from == to {
		return nil
	}
	before, err := byName(d.from, from)
	if err != nil {
		return err
	}
	after, err := byName(d.to, to)
	if err != nil {
		return err
	}
	if d.compared += len(before) + len(after); d.compared > maxCompared {
		return errors.New("the trees differ in " + words.MoreFiles(maxCompared/2))
	}
	for name, a := range before {
		if err := d.entry(path.Join(dir, name), a, after[name]); err != nil {
			return err
		}
	}
	for name, b := range after {
		if _, known := before[name]; !known {
			if err := d.entry(path.Join(dir, name), object.TreeEntry{}, b); err != nil {
				return err
			}
		}
	}
	return nil
}

// entry compares what stands at one path in the two trees; one of both may be a folder.
func (d *differ) entry(p string, a, b object.TreeEntry) error {
	if a.Hash == b.Hash && a.Mode == b.Mode {
		return nil
	}
	aFile, aDir := split(a)
	bFile, bDir := split(b)
	if aFile != bFile {
		d.changes = append(d.changes, Change{Path: p, From: aFile, To: bFile})
	}
	return d.dirs(p, aDir, bDir)
}

// split tells a file's hash from a folder's.
func split(e object.TreeEntry) (file, dir Hash) {
	switch e.Mode {
	case filemode.Dir:
		return Hash{}, e.Hash
	case filemode.Submodule, filemode.Symlink:
		return Hash{}, Hash{} // never read, so no difference to anybody
	default:
		return e.Hash, Hash{}
	}
}

func byName(t *Tree, h Hash) (map[string]object.TreeEntry, error) {
	if h.IsZero() {
		return nil, nil
	}
	entries, err := t.entries(h)
	if err != nil {
		return nil, err
	}
	out := make(map[string]object.TreeEntry, len(entries))
	for _, e := range entries {
		out[e.Name] = e
	}
	return out, nil
}
