package manifest_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	git "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/memory"

	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/testing/need"
)

// folder writes a tree to the disk, beside a folder that is none of its business.
func folder(t *testing.T, files map[string]entry) manifest.Source {
	t.Helper()
	dir := t.TempDir()
	all := map[string]entry{"secret/secret.yaml": file(secret)}
	for name, e := range files {
		all[name] = e
	}
	for name, e := range all {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		var err error
		if e.mode == filemode.Symlink {
			err = os.Symlink(e.text, path)
		} else {
			err = os.WriteFile(path, []byte(e.text), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if same, err := os.ReadDir(filepath.Join(dir, "in")); err == nil && len(same) < topLevel(files) {
		need.Missing(t, "this file system does not tell the names apart")
	}
	source, closer, err := manifest.Folder(filepath.Join(dir, "in"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = closer.Close() })
	return source
}

// topLevel counts the entries directly below in.
func topLevel(files map[string]entry) int {
	names := map[string]bool{}
	for name := range files {
		rest := strings.TrimPrefix(name, "in/")
		first, _, _ := strings.Cut(rest, "/")
		names[first] = true
	}
	return len(names)
}

// commit makes a tree of Git objects, as no checkout would.
func commit(t *testing.T, files map[string]entry) manifest.Source {
	t.Helper()
	source, err := commitOf(files)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

func commitOf(files map[string]entry) (manifest.Source, error) {
	storage := memory.NewStorage()
	repository, err := git.Init(storage, nil)
	if err != nil {
		return manifest.Source{}, err
	}
	all := map[string]entry{"secret/secret.yaml": file(secret)}
	for name, e := range files {
		all[name] = e
	}
	root, err := writeTree(storage, all)
	if err != nil {
		return manifest.Source{}, err
	}
	c := &object.Commit{TreeHash: root}
	o := storage.NewEncodedObject()
	if err := c.Encode(o); err != nil {
		return manifest.Source{}, err
	}
	hash, err := storage.SetEncodedObject(o)
	if err != nil {
		return manifest.Source{}, err
	}
	r := gitrepo.From(repository, "hostile")
	read, err := r.Commit(hash)
	if err != nil {
		return manifest.Source{}, err
	}
	top, err := r.Tree(read, "")
	return manifest.Source{FS: top, Dir: "in"}, err
}

// writeTree writes entries whose paths have slashes as trees within trees.
func writeTree(storage *memory.Storage, files map[string]entry) (plumbing.Hash, error) {
	inner := map[string]map[string]entry{}
	tree := &object.Tree{}
	for name, e := range files {
		if first, rest, ok := strings.Cut(name, "/"); ok {
			if inner[first] == nil {
				inner[first] = map[string]entry{}
			}
			inner[first][rest] = e
			continue
		}
		hash := plumbing.NewHash(e.text)
		if e.mode != filemode.Submodule {
			o := storage.NewEncodedObject()
			o.SetType(plumbing.BlobObject)
			w, err := o.Writer()
			if err == nil {
				_, err = w.Write([]byte(e.text))
			}
			if err != nil {
				return hash, err
			}
			if hash, err = storage.SetEncodedObject(o); err != nil {
				return hash, err
			}
		}
		tree.Entries = append(tree.Entries, object.TreeEntry{Name: name, Mode: e.mode, Hash: hash})
	}
	for name, files := range inner {
		hash, err := writeTree(storage, files)
		if err != nil {
			return hash, err
		}
		tree.Entries = append(tree.Entries, object.TreeEntry{Name: name, Mode: filemode.Dir, Hash: hash})
	}
	slices.SortFunc(tree.Entries, func(a, b object.TreeEntry) int { return strings.Compare(a.Name, b.Name) })
	o := storage.NewEncodedObject()
	if err := tree.Encode(o); err != nil {
		return plumbing.ZeroHash, err
	}
	return storage.SetEncodedObject(o)
}
