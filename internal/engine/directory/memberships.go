package directory

import "iter"

// MembershipDelta says which groups one person joined and left, as an effective member (R13-R18).
type MembershipDelta struct {
	Person       string
	Joined, Left []Key
}

// Memberships yields the people whose effective memberships differ. After one
// Apply or With every person comes once; a merged Delta may name one for each of its parts.
func (d Delta) Memberships() iter.Seq[MembershipDelta] {
	return func(yield func(MembershipDelta) bool) {
		for i := range d.parts {
			names := d.parts[i].after.names
			keys := func(groups []uint32) []Key {
				out := make([]Key, len(groups))
				for j, g := range groups {
					out[j] = names.groups.key(g)
				}
				return out
			}
			for _, m := range d.parts[i].effects.members {
				if !yield(MembershipDelta{names.people.key(m.person), keys(m.joined), keys(m.left)}) {
					return
				}
			}
		}
	}
}
