// Package gittest makes Git repositories for tests, and serves them.
package gittest

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// Files are the files of a commit by path. In Commit, an empty content removes the file.
type Files map[string]string

// Repository is a repository with a work tree in a folder of the test's own.
type Repository struct {
	// Dir is the work tree.
	Dir string
	t   testing.TB
	git *git.Repository
	// clock makes the time of commits, so that the same commits have the same hashes.
	clock time.Time
	// key signs commits and tags; nil signs none.
	key *Key
}

// New returns a repository on the branch main, with these files as its first commit.
func New(t testing.TB, files Files) *Repository {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "repository")
	r, err := git.PlainInitWithOptions(dir, &git.PlainInitOptions{
		InitOptions: git.InitOptions{DefaultBranch: plumbing.NewBranchReferenceName("main")},
	})
	if err != nil {
		t.Fatal(err)
	}
	repo := &Repository{Dir: dir, t: t, git: r, clock: time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)}
	if len(files) > 0 {
		repo.Commit(files)
	}
	return repo
}

// URL is the repository's address on the local disk.
func (r *Repository) URL() string { return "file://" + r.Dir }

// Commit changes these files and returns the hash of the commit.
func (r *Repository) Commit(files Files) string {
	r.t.Helper()
	return r.CommitAs("Change", files)
}

// CommitAs is Commit with a message.
func (r *Repository) CommitAs(message string, files Files) string {
	r.t.Helper()
	w := r.worktree()
	for name, content := range files {
		full := filepath.Join(r.Dir, filepath.FromSlash(name))
		if content == "" {
			if _, err := w.Remove(name); err != nil {
				r.t.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			r.t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
			r.t.Fatal(err)
		}
		if _, err := w.Add(name); err != nil {
			r.t.Fatal(err)
		}
	}
	return r.commit(message)
}

// Merge goes back to an earlier commit of main and merges the newest one into it, as a pull request that is merged with a
// merge commit.
func (r *Repository) Merge(base, message string) string {
	r.t.Helper()
	side, err := r.git.Head()
	if err != nil {
		r.t.Fatal(err)
	}
	onto := plumbing.NewHash(base)
	if err := r.worktree().Reset(&git.ResetOptions{Commit: onto, Mode: git.SoftReset}); err != nil {
		r.t.Fatal(err)
	}
	return r.commit(message, onto, side.Hash())
}

// Symlink commits a symbolic link.
func (r *Repository) Symlink(target, name string) string {
	r.t.Helper()
	if err := os.Symlink(target, filepath.Join(r.Dir, name)); err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.worktree().Add(name); err != nil {
		r.t.Fatal(err)
	}
	return r.commit("Link")
}

// Restore makes a commit with exactly the content of an earlier one.
func (r *Repository) Restore(hash string) string {
	r.t.Helper()
	c, err := r.git.CommitObject(plumbing.NewHash(hash))
	if err != nil {
		r.t.Fatal(err)
	}
	old, err := c.Tree()
	if err != nil {
		r.t.Fatal(err)
	}
	head, err := r.git.Head()
	if err != nil {
		r.t.Fatal(err)
	}
	now, err := r.git.CommitObject(head.Hash())
	if err != nil {
		r.t.Fatal(err)
	}
	files := Files{}
	current, err := now.Tree()
	if err != nil {
		r.t.Fatal(err)
	}
	_ = current.Files().ForEach(func(f *object.File) error { files[f.Name] = ""; return nil })
	_ = old.Files().ForEach(func(f *object.File) error {
		content, err := f.Contents()
		files[f.Name] = content
		return err
	})
	return r.Commit(files)
}

// Branch makes a branch at the newest commit, without going there.
func (r *Repository) Branch(name string) { r.reference(plumbing.NewBranchReferenceName(name)) }

// Tag makes a tag at the newest commit, with a message where one is given.
func (r *Repository) Tag(name, message string) {
	r.t.Helper()
	head, err := r.git.Head()
	if err != nil {
		r.t.Fatal(err)
	}
	var options *git.CreateTagOptions
	if message != "" {
		options = &git.CreateTagOptions{Message: message, Tagger: r.signature()}
		if r.key != nil {
			options.SignKey = r.key.pgp
		}
	}
	if _, err := r.git.CreateTag(name, head.Hash(), options); err != nil {
		r.t.Fatal(err)
	}
}

// Rename puts what one tag names under another name too.
func (r *Repository) Rename(tag, other string) {
	r.t.Helper()
	ref, err := r.git.Reference(plumbing.NewTagReferenceName(tag), false)
	if err == nil {
		err = r.git.Storer.SetReference(plumbing.NewHashReference(plumbing.NewTagReferenceName(other), ref.Hash()))
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

// DeleteBranch removes a branch.
func (r *Repository) DeleteBranch(name string) {
	r.t.Helper()
	if err := r.git.Storer.RemoveReference(plumbing.NewBranchReferenceName(name)); err != nil {
		r.t.Fatal(err)
	}
}

// Reset moves main back to an earlier commit, as a force-push would.
func (r *Repository) Reset(hash string) {
	r.t.Helper()
	if err := r.worktree().Reset(&git.ResetOptions{Commit: plumbing.NewHash(hash), Mode: git.HardReset}); err != nil {
		r.t.Fatal(err)
	}
}

// Lose takes the content of a file away from Git's own store, as if the disk had
// failed, and returns what puts it back.
func (r *Repository) Lose(name string) (restore func()) {
	r.t.Helper()
	head, err := r.git.Head()
	if err != nil {
		r.t.Fatal(err)
	}
	c, err := r.git.CommitObject(head.Hash())
	if err != nil {
		r.t.Fatal(err)
	}
	f, err := c.File(name)
	if err != nil {
		r.t.Fatal(err)
	}
	hash := f.Hash.String()
	file := filepath.Join(r.Dir, ".git", "objects", hash[:2], hash[2:])
	if err := os.Rename(file, file+".lost"); err != nil {
		r.t.Fatal(err)
	}
	return func() {
		if err := os.Rename(file+".lost", file); err != nil {
			r.t.Fatal(err)
		}
	}
}

func (r *Repository) reference(name plumbing.ReferenceName) {
	r.t.Helper()
	head, err := r.git.Head()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.git.Storer.SetReference(plumbing.NewHashReference(name, head.Hash())); err != nil {
		r.t.Fatal(err)
	}
}

func (r *Repository) worktree() *git.Worktree {
	r.t.Helper()
	w, err := r.git.Worktree()
	if err != nil {
		r.t.Fatal(err)
	}
	return w
}

func (r *Repository) signature() *object.Signature {
	r.clock = r.clock.Add(time.Second)
	return &object.Signature{Name: "Dana", Email: "dana@example.org", When: r.clock}
}

func (r *Repository) commit(message string, parents ...plumbing.Hash) string {
	r.t.Helper()
	options := &git.CommitOptions{Author: r.signature(), AllowEmptyCommits: true, Parents: parents}
	switch {
	case r.key == nil:
	case r.key.ssh != nil:
		options.Signer = r.key
	default:
		options.SignKey = r.key.pgp
	}
	hash, err := r.worktree().Commit(message, options)
	if err != nil {
		r.t.Fatal(err)
	}
	return hash.String()
}
