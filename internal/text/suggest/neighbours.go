package suggest

import (
	"slices"
	"strings"
)

// Neighbours finds among many names those that are one slip of the finger from another: a letter too many or too few,
// another letter, or two in the other order. It compares no name with all others: names that are so close have
// something in common once a letter of each is left out (Garbe, SymSpell).
type Neighbours struct{ shortened map[string][]string }

// shortestSlip is how long a name has to be for one letter to be a slip and not another name.
const shortestSlip = 5

// NewNeighbours are neighbours among the names.
func NewNeighbours(names []string) *Neighbours {
	n := &Neighbours{shortened: map[string][]string{}}
	for _, name := range names {
		if len(name) < shortestSlip {
			continue
		}
		for short := range shortenings(name) {
			n.shortened[short] = append(n.shortened[short], name)
		}
	}
	return n
}

// Of are the names that are one slip from this one, sorted. Names that differ by their digits are not: s1001 is
// somebody else than s1002.
func (n *Neighbours) Of(name string) []string {
	if len(name) < shortestSlip {
		return nil
	}
	var out []string
	for short := range shortenings(name) {
		for _, other := range n.shortened[short] {
			if _, close := Distance(name, other, 1); close && other != name && digits(name) == digits(other) {
				out = append(out, other)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// shortenings are the name itself, and the name without each of its letters.
func shortenings(name string) map[string]bool {
	out := map[string]bool{name: true}
	for i := range name {
		out[name[:i]+name[i+1:]] = true
	}
	return out
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
