package edit

import (
	"provost.dev/provost/internal/engine/directory"
)

// Set plans that a group lists exactly some people as Active. Who is listed already keeps the role there; all other entries go, but
// for those that say Removed: they let nobody in. Groups below keep their lists, and a selector goes on choosing.
func Set(s *directory.Snapshot, group directory.Key, people []string) (*Plan, error) {
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
	d := newDraft(s, group, []directory.Key{group})
	for _, who := range people {
		entry, _ := entryOf(s, group, who)
		d.set(group, who, &directory.Member{Name: who, Role: entry.Role}, Asked)
	}
	for _, who := range others {
		d.set(group, who, nil, Asked)
	}
	d.apply()
	return d.finish(), nil
}
