package edit

import (
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// Set plans that a group lists exactly some people as Active. Who is listed already keeps the role there and the window;
// all other entries go, but for those that say Removed: they let nobody in. Groups below keep their lists, and a selector
// goes on choosing.
func Set(s *directory.Snapshot, group directory.Key, people []string, now time.Time) (*Plan, error) {
	wanted := asSet(people)
	all := asSet(people)
	var others []string
	if g := groupRecord(s, group); g != nil {
		for _, m := range g.Members {
			all[m.Name] = true
			if !wanted[m.Name] && m.State != directory.MemberRemoved {
				others = append(others, m.Name)
			}
		}
	}
	if err := repeated(s, []directory.Key{group}, all); err != nil {
		return nil, err
	}
	if err := untimely(s, group, people, now); err != nil {
		return nil, err
	}
	d := newDraft(s, group, []directory.Key{group}, now)
	for _, who := range people {
		d.set(group, who, active(s, group, who), Asked)
	}
	for _, who := range others {
		d.set(group, who, nil, Asked)
	}
	d.apply()
	return d.finish(), nil
}
