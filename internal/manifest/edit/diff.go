package edit

import (
	"io"
	"path/filepath"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/diff"
	linediff "github.com/go-git/go-git/v5/utils/diff"

	"provost.dev/provost/internal/text/termsafe"
)

// Diff writes the edit as a patch that git apply takes, with the names that messages use.
func (r *Result) Diff(w io.Writer) error {
	return WriteDiff(w, r.Files)
}

// WriteDiff writes files as a patch, as "git diff" does. What does not print in a name is written out.
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
	if !f.Gone {
		to = side{f.Name, f.After}
	}
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
func (s side) Path() string            { return termsafe.Line(filepath.ToSlash(s.name)) }

type chunk struct {
	content string
	op      diff.Operation
}

func (c chunk) Content() string      { return c.content }
func (c chunk) Type() diff.Operation { return c.op }
