package manifest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"sync"

	"provost.dev/provost/internal/manifest/node"
)

// Documents keeps what single documents of files hold, by their text: a file of
// a hundred objects of which a commit changes one is parsed for that one. Use one
// with the same Options only, and change nothing that was read with one. It is safe
// for use by several goroutines, and forgets what was not met for a long while.
type Documents struct {
	mu         sync.Mutex
	young, old map[[sha256.Size]byte]*parsed
	size       int
}

// youngest is how much text, in bytes, is read before what was not met again is forgotten.
const youngest = 32 << 20

func (d *Documents) get(key [sha256.Size]byte) *parsed {
	d.mu.Lock()
	defer d.mu.Unlock()
	if p := d.young[key]; p != nil {
		return p
	}
	p := d.old[key]
	if p != nil {
		d.young[key] = p
	}
	return p
}

func (d *Documents) put(key [sha256.Size]byte, p *parsed, size int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.size += size; d.young == nil || d.size > youngest {
		d.old, d.young, d.size = d.young, map[[sha256.Size]byte]*parsed{}, size
	}
	d.young[key] = p
}

// piecewise reads a file document by document, from memory where it can. It
// returns nil where the file has to be read as a whole: something is wrong with it, and
// the complaint should be the one that the whole file gets, or its documents cannot be told apart.
func (o *Options) piecewise(ctx context.Context, text []byte) *parsed {
	pieces := documents(text)
	if len(pieces) < 2 {
		return nil
	}
	out := &parsed{}
	for _, piece := range pieces {
		key := sha256.Sum256(piece.text)
		p := o.Documents.get(key)
		if p == nil {
			if p = o.whole(ctx, piece.text); len(p.problems) > 0 {
				return nil
			}
			o.Documents.put(key, p, len(piece.text))
		}
		for _, item := range p.items {
			item.Position.Line += piece.before
			item.path = append([]int{out.documents + item.path[0]}, item.path[1:]...)
			out.items = append(out.items, item)
		}
		for _, ignored := range p.ignored {
			ignored.Position.Line += piece.before
			out.ignored = append(out.ignored, ignored)
		}
		for _, warning := range p.warnings {
			warning.Line += piece.before
			out.warnings = append(out.warnings, warning)
		}
		out.documents += p.documents
	}
	return out
}

// piece is a part of a file that can be read by itself, with the number of lines before it.
type piece struct {
	text   []byte
	before int
}

// documents divides a text where lines begin with "---", which nothing inside of
// a document may (YAML 1.2, 9.1.2). It does not try where there are directives,
// or documents that are ended by hand.
func documents(text []byte) []piece {
	var out []piece
	start, startLine := 0, 0
	line := 0
	for at := 0; at < len(text); line++ {
		rest := text[at:]
		switch {
		case rest[0] == '%' || bytes.HasPrefix(rest, []byte("...")):
			return nil
		case at > 0 && node.IsMarker(rest):
			out = append(out, piece{text[start:at], startLine})
			start, startLine = at, line
		}
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			break
		}
		at += i + 1
	}
	return append(out, piece{text[start:], startLine})
}
