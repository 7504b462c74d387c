package node

import (
	"slices"
	"strconv"
	"strings"
)

// place is where in a document a decoder is. Most are never written out, and so
// a place is a link to the one around it and not text.
type place struct {
	up *place
	// name is a field's, or with bracket and an index below 0 the key of a map's entry; index is that of a list's entry.
	name    string
	index   int
	bracket bool
}

// field is the place of a field of this one.
func (p *place) field(name string) *place { return &place{up: p, name: name} }

// String is the path, such as spec.members[3].state.
func (p *place) String() string {
	var parts []*place
	for at := p; at != nil; at = at.up {
		parts = append(parts, at)
	}
	var b strings.Builder
	for _, at := range slices.Backward(parts) {
		switch {
		case at.bracket && at.index < 0:
			b.WriteString("[" + at.name + "]")
		case at.bracket:
			b.WriteString("[" + strconv.Itoa(at.index) + "]")
		case b.Len() > 0:
			b.WriteString("." + at.name)
		default:
			b.WriteString(at.name)
		}
	}
	return b.String()
}
