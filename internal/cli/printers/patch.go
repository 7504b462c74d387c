package printers

import (
	"io"
	"path/filepath"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	fdiff "github.com/go-git/go-git/v5/plumbing/format/diff"
	"github.com/go-git/go-git/v5/utils/diff"

	"provost.dev/provost/internal/visible"
)

// WritePatch writes the difference of two texts of one file as "git diff" does. What does not print in the name is written out.
func WritePatch(w io.Writer, name, before, after string) error {
	p := &textPatch{from: textFile{name, before}, to: textFile{name, after}}
	for _, d := range diff.Do(before, after) {
		p.chunks = append(p.chunks, textChunk{d.Text, operations[int(d.Type)]})
	}
	return fdiff.NewUnifiedEncoder(w, 3).Encode(p)
}

// operations are what the numbers mean that say what became of a piece of text.
var operations = map[int]fdiff.Operation{-1: fdiff.Delete, 0: fdiff.Equal, 1: fdiff.Add}

// textPatch is a patch of one file.
type textPatch struct {
	from, to textFile
	chunks   []fdiff.Chunk
}

func (p *textPatch) FilePatches() []fdiff.FilePatch { return []fdiff.FilePatch{p} }
func (p *textPatch) Message() string                { return "" }
func (p *textPatch) IsBinary() bool                 { return false }
func (p *textPatch) Files() (from, to fdiff.File)   { return p.from, p.to }
func (p *textPatch) Chunks() []fdiff.Chunk          { return p.chunks }

type textFile struct{ name, text string }

func (f textFile) Hash() plumbing.Hash {
	return plumbing.ComputeHash(plumbing.BlobObject, []byte(f.text))
}
func (f textFile) Mode() filemode.FileMode { return filemode.Regular }
func (f textFile) Path() string            { return visible.Line(filepath.ToSlash(f.name)) }

type textChunk struct {
	text      string
	operation fdiff.Operation
}

func (c textChunk) Content() string       { return c.text }
func (c textChunk) Type() fdiff.Operation { return c.operation }
