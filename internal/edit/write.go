package edit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/diff"
	linediff "github.com/go-git/go-git/v5/utils/diff"

	"provost.dev/provost/internal/directory"
	"provost.dev/provost/internal/visible"
)

// File is a file with its text before and after an edit. One that is new has no Before and no place on the disk yet.
type File struct {
	// Name is what messages call it.
	Name          string
	Before, After []byte

	disk string
}

// NewFile is the edit of a file, by its place on the disk.
func NewFile(disk string, before, after []byte) *File {
	return &File{Name: disk, Before: before, After: after, disk: disk}
}

// Write replaces the files, each in one step. One that has changed since it was read is not written, and then none is.
func (r *Result) Write() error {
	var temporary []string
	defer func() {
		for _, name := range temporary {
			_ = os.Remove(name) // those that were renamed are gone
		}
	}()
	for _, f := range r.Files {
		now, err := os.ReadFile(f.disk)
		if err != nil {
			return err
		}
		if !bytes.Equal(now, f.Before) {
			return fmt.Errorf("%s was changed by somebody else meanwhile; nothing was written, try again", f.Name)
		}
		name, err := prepare(f)
		if err != nil {
			return err
		}
		temporary = append(temporary, name)
	}
	for i, f := range r.Files {
		if err := os.Rename(temporary[i], f.disk); err != nil {
			if i > 0 {
				err = errors.Join(err, fmt.Errorf("%d of %d files were written", i, len(r.Files)))
			}
			return err
		}
	}
	return nil
}

// prepare writes the new text beside the file, with the same rights.
func prepare(f File) (string, error) {
	info, err := os.Stat(f.disk)
	if err != nil {
		return "", err
	}
	t, err := os.CreateTemp(filepath.Dir(f.disk), ".provost-edit-*")
	if err != nil {
		return "", err
	}
	_, err = t.Write(f.After)
	err = errors.Join(err, t.Chmod(info.Mode().Perm()), t.Sync(), t.Close())
	if err != nil {
		_ = os.Remove(t.Name())
		return "", err
	}
	return t.Name(), nil
}

// Diff writes the edit as a patch that git apply takes, with the names that messages use.
func (r *Result) Diff(w io.Writer) error {
	return WriteDiff(w, r.Files)
}

// WriteDiff writes files as a patch.
func WriteDiff(w io.Writer, files []File) error {
	var p patch
	for i := range files {
		p = append(p, &files[i])
	}
	return diff.NewUnifiedEncoder(w, diff.DefaultContextLines).Encode(p)
}

// patch shows files to the library that writes patches.
type patch []diff.FilePatch

// FilePatches implements diff.Patch.
func (p patch) FilePatches() []diff.FilePatch { return p }

// Message implements diff.Patch.
func (p patch) Message() string { return "" }

// IsBinary implements diff.FilePatch.
func (f *File) IsBinary() bool { return false }

// Files implements diff.FilePatch.
func (f *File) Files() (from, to diff.File) {
	to = side{f.Name, f.After}
	if f.Before != nil {
		from = side{f.Name, f.Before}
	}
	return from, to
}

// Chunks implements diff.FilePatch.
func (f *File) Chunks() []diff.Chunk {
	var out []diff.Chunk
	for _, d := range linediff.Do(string(f.Before), string(f.After)) {
		op := diff.Equal
		switch {
		case d.Type < 0:
			op = diff.Delete
		case d.Type > 0:
			op = diff.Add
		}
		out = append(out, chunk{d.Text, op})
	}
	return out
}

type side struct {
	name string
	text []byte
}

func (s side) Hash() plumbing.Hash     { return plumbing.ComputeHash(plumbing.BlobObject, s.text) }
func (s side) Mode() filemode.FileMode { return filemode.Regular }
func (s side) Path() string            { return visible.Line(filepath.ToSlash(s.name)) }

type chunk struct {
	content string
	op      diff.Operation
}

func (c chunk) Content() string      { return c.content }
func (c chunk) Type() diff.Operation { return c.op }

// State is the word of the API for a state.
func State(s directory.MemberState) string {
	return [...]string{
		directory.MemberActive: "Active", directory.MemberPending: "Pending",
		directory.MemberInactive: "Inactive", directory.MemberRemoved: "Removed",
	}[s]
}

// Role is the word of the API for a role within a group.
func Role(r directory.MemberRole) string {
	return [...]string{directory.Learner: "Learner", directory.Instructor: "Instructor", directory.Admin: "Admin"}[r]
}
