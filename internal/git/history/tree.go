package history

import (
	"errors"
	"io/fs"
	"path/filepath"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/manifest"
)

// Tree is one state of the manifests: of a commit, of folders, or whatever a
// cluster holds.
type Tree struct {
	// Name is what the state is called in messages and reports.
	Name string
	// Commit is set where the tree is a commit's.
	Commit *gitrepo.Commit

	sources []manifest.Source
	records []directory.Record
	// guard is the removal guard of a state that was given as records.
	guard *provostv1.RemovalGuard
	// onto is what the manifests are applied to; nil where they are all there is.
	onto *Ground
	// top is the whole tree of the commit, and dir the folder of the manifests; nil where the commit has no such folder.
	top, dir *gitrepo.Tree
}

// CommitTree is the folder at dir (with slashes; "" for the top) of a commit. A
// commit without such a folder declares nothing.
func CommitTree(repo *gitrepo.Repository, c *gitrepo.Commit, dir string) (Tree, error) {
	t := Tree{Name: "commit " + c.Short(), Commit: c}
	clean, err := gitrepo.CleanDir(filepath.ToSlash(dir))
	if err != nil {
		return Tree{}, err
	}
	if t.top, err = repo.Tree(c, ""); err != nil {
		return Tree{}, err
	}
	t.sources = []manifest.Source{{FS: t.top, Dir: clean}}
	if clean == "." {
		t.dir = t.top
		return t, nil
	}
	if _, err := t.top.Stat(clean); errors.Is(err, fs.ErrNotExist) {
		t.sources = nil
		return t, nil
	}
	t.dir, err = repo.Tree(c, clean)
	return t, err
}

// FolderTree is what the sources hold together.
func FolderTree(name string, sources ...manifest.Source) Tree {
	return Tree{Name: name, sources: sources}
}

// RecordsTree is a state without files, as a cluster's is, with the removal guard that holds there; nil where nobody
// says anything.
func RecordsTree(name string, guard *provostv1.RemovalGuard, records ...directory.Record) Tree {
	return Tree{Name: name, records: records, guard: guard}
}

// Ground is what manifests are applied to.
type Ground struct {
	Records []directory.Record
	// Stays says whether an object stays that the manifests do not hold.
	Stays func(directory.ID) bool
	// Labels are those of a Namespace that were applied to it before, and go where the manifests do not hold them; the others stay.
	Labels func(namespace string) []string
}

// Onto is what comes of applying the tree to what is there.
func (t Tree) Onto(g Ground) Tree {
	t.onto = &g
	return t
}

// Exists says whether the tree has anything to read: a commit may lack the folder.
func (t *Tree) Exists() bool { return len(t.sources) > 0 || t.records != nil }

// fileByFile says whether each file of the tree can be read by itself.
func (t *Tree) fileByFile() bool {
	return t.onto == nil && t.Commit != nil && (t.dir == nil || !t.sources[0].Kustomized())
}
