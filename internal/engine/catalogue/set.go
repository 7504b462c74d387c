package catalogue

import "math/bits"

// Set is a set of permissions of one level, a bit each. Sets of different
// levels must not be mixed; the level travels beside the set.
type Set uint64

// Has says whether every permission of t is in s.
func (s Set) Has(t Set) bool { return s&t == t }

// Len is the number of permissions in s.
func (s Set) Len() int { return bits.OnesCount64(uint64(s)) }

// IDs returns the permission IDs of s as a set of level l, in the order of the
// level's table.
func (s Set) IDs(l Level) []string {
	if s == 0 {
		return nil
	}
	ps := tables[l].permissions
	out := make([]string, 0, s.Len())
	for rest := uint64(s); rest != 0; rest &= rest - 1 {
		if bit := bits.TrailingZeros64(rest); bit < len(ps) {
			out = append(out, ps[bit].ID)
		}
	}
	return out
}
