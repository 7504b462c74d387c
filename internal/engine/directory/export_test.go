package directory

import (
	"fmt"
	"math"
	"reflect"
	"slices"
)

// Misaligned says where what decisions look at is not as the nodes have it; "" where all is.
func Misaligned(s *Snapshot) string {
	beyond := uint32(len(s.people.branches)+len(s.entities.branches)+1) * branchSize
	for i := range beyond {
		want, got := personRow{}, s.byPerson.at(i)
		if p := s.people.at(i); p != nil {
			want = personRow{
				groups: p.groups, timed: p.epochs != nil, unsure: p.possible != nil,
				known: true, declared: p.rec != nil, suspended: p.rec != nil && p.rec.Suspended,
			}
			from := int64(math.MinInt64)
			for _, e := range p.epochs {
				for _, now := range []int64{from, e.until - 1} {
					if groups := unrolled(got.groups, now); !slices.Equal(groups, e.groups) {
						return fmt.Sprintf("of %s decisions see the groups %v at %d, want %v", s.names.people.key(i), groups, now, e.groups)
					}
				}
				from = e.until
			}
			if p.epochs != nil {
				want.groups = got.groups
			}
		}
		alike := got
		alike.groups = want.groups
		if !slices.Equal(got.groups, want.groups) || !reflect.DeepEqual(alike, want) {
			return fmt.Sprintf("of %s decisions see %+v, want %+v", s.names.people.key(i), got, want)
		}
		var byEntity *grants
		if e := s.entities.at(i); e != nil && e.rec != nil {
			byEntity = e.grants
		}
		if s.byEntity.at(i) != byEntity {
			return fmt.Sprintf("decisions see what was given at %s and no longer is", s.names.entities.key(i))
		}
		if byEntity != nil && byEntity.level != s.entities.at(i).level {
			return fmt.Sprintf("what is given at %s is of another level", s.names.entities.key(i))
		}
	}
	return ""
}

// PageSize and BranchSize are after how many numbers a vector begins a page and a branch.
const (
	PageSize   = pageSize
	BranchSize = branchSize
)
