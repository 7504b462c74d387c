// Package gitrepo reads commits and trees of Git repositories. A tree is read
// as it is stored, without a checkout, and is a file system (fs.FS) to whoever
// reads manifests from it. Nothing is ever written into somebody's repository.
package gitrepo

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// NothingCommittedError says that there is no repository, or no commit in it. Whoever can do without may
// say how: its text is what is the matter, and what to do about it.
type NothingCommittedError struct{ message, remedy string }

// Error implements error.
func (e *NothingCommittedError) Error() string { return e.message + "; " + e.remedy }

// Repository is an open repository. It is safe for use by several goroutines.
type Repository struct {
	// mu guards git: go-git's object storage fills its caches without locks of its own.
	mu  sync.Mutex
	git *git.Repository

	name   string
	prefix string
}

// Open opens the repository at dir: a work tree or any folder inside one, a
// linked work tree, or a bare repository.
func Open(dir string) (*Repository, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("%s does not exist; give the folder of a Git repository or its URL", dir)
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, fmt.Errorf("%s is a file; give the folder of a Git repository (a bundle has to be cloned first: git clone %s DIR)", dir, dir)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	// A bare repository is not found by walking up to a ".git", so it is tried first.
	r, err := git.PlainOpenWithOptions(abs, &git.PlainOpenOptions{EnableDotGitCommonDir: true})
	if errors.Is(err, git.ErrRepositoryNotExists) {
		r, err = git.PlainOpenWithOptions(abs, &git.PlainOpenOptions{DetectDotGit: true, EnableDotGitCommonDir: true})
	}
	if errors.Is(err, git.ErrRepositoryNotExists) {
		return nil, &NothingCommittedError{dir + " is not in a Git repository", "run \"git init\" there and commit the manifests"}
	}
	if errors.Is(err, git.ErrUnknownExtension) && strings.Contains(err.Error(), "objectformat") {
		return nil, fmt.Errorf("%s names its objects by SHA-256, and repositories of SHA-1 alone are read as such; give the folder that is "+
			"checked out, with -f: %w", dir, err)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the Git repository at %s: %w", dir, err)
	}
	if r, err = keepingPacks(r); err != nil {
		return nil, fmt.Errorf("opening the Git repository at %s: %w", dir, err)
	}
	prefix, err := prefixOf(r, abs)
	if err != nil {
		return nil, err
	}
	return &Repository{git: r, name: dir, prefix: prefix}, nil
}

// From makes a Repository of one that go-git has opened or cloned. The name
// is used in messages.
func From(r *git.Repository, name string) *Repository { return &Repository{git: r, name: name} }

// prefixOf is where dir lies inside its work tree, with slashes: "" for its top.
func prefixOf(r *git.Repository, dir string) (string, error) {
	w, err := r.Worktree()
	if errors.Is(err, git.ErrIsBareRepository) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	top, err := filepath.EvalSymlinks(w.Filesystem.Root())
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(top, real)
	if err != nil {
		return "", err
	}
	if rel == "." || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", nil
	}
	return filepath.ToSlash(rel), nil
}

// Name is the folder or URL that the repository was opened by.
func (r *Repository) Name() string { return r.name }

// Prefix is where the folder that was opened lies inside the work tree, with
// slashes; "" where it is the top, or the repository is bare.
func (r *Repository) Prefix() string { return r.prefix }

// Shallow says that the repository lacks a part of its history.
func (r *Repository) Shallow() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	hashes, err := r.git.Storer.Shallow()
	return err == nil && len(hashes) > 0
}

// missing says of an object that is not there why that may be, where the clone says so itself.
func (r *Repository) missing(err error) error {
	if !errors.Is(err, plumbing.ErrObjectNotFound) {
		return err
	}
	if config, cerr := r.git.Config(); cerr == nil && config.Raw != nil {
		for _, remote := range config.Raw.Section("remote").Subsections {
			if remote.Option("promisor") == "true" || remote.HasOption("partialclonefilter") {
				return fmt.Errorf("the clone is a partial one (%s) and lacks it; fetch all of it: git fetch --refetch --no-filter %s: %w",
					remote.Option("partialclonefilter"), remote.Name, err)
			}
		}
	}
	return fmt.Errorf("the clone lacks it; check it with git fsck, or clone anew: %w", err)
}

// openPacks is how many packs are kept open: without, every object that is read opens its pack anew.
const openPacks = 8

// keepingPacks is the same repository with its packs kept open from one object to the next.
func keepingPacks(r *git.Repository) (*git.Repository, error) {
	on, ok := r.Storer.(*filesystem.Storage)
	if !ok {
		return r, nil
	}
	var work billy.Filesystem
	if tree, err := r.Worktree(); err == nil {
		work = tree.Filesystem
	}
	// A clone may borrow objects of another one (git clone --shared): they are read where it says that they are.
	options := filesystem.Options{MaxOpenDescriptors: openPacks, AlternatesFS: osfs.New("/", osfs.WithBoundOS())}
	return git.Open(newStorage(filesystem.NewStorageWithOptions(on.Filesystem(), cache.NewObjectLRUDefault(), options), on.Filesystem()), work)
}
