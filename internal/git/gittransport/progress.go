package gittransport

import (
	"bytes"
	"io"

	"provost.dev/provost/internal/text/termsafe"
)

// Progress passes on what a server says while it works, line by line, each no
// longer than MaxBrief and without anything that a terminal would obey but the
// return to the beginning of the line.
func Progress(w io.Writer) io.Writer { return &progress{to: w} }

type progress struct {
	to   io.Writer
	line []byte
}

// Write implements io.Writer.
func (p *progress) Write(data []byte) (int, error) {
	n := len(data)
	for len(data) > 0 {
		end := bytes.IndexAny(data, "\r\n")
		if end < 0 {
			p.keep(data)
			break
		}
		p.keep(data[:end])
		line := append([]byte(clip(termsafe.Line(string(p.line)))), data[end])
		p.line = p.line[:0]
		if _, err := p.to.Write(line); err != nil {
			return 0, err
		}
		data = data[end+1:]
	}
	return n, nil
}

// keep keeps as much of a line as is ever shown.
func (p *progress) keep(data []byte) {
	const most = 4 * MaxBrief
	p.line = append(p.line, data[:min(len(data), most-min(most, len(p.line)))]...)
}
