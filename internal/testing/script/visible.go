package script

import (
	"fmt"

	"provost.dev/provost/internal/engine/directory"
)

var (
	visibilities = map[string]directory.Visibility{
		"members": directory.VisibilityMembers, "organisation": directory.VisibilityOrganisation, "public": directory.VisibilityPublic,
	}
	memberVisibilities = map[string]directory.MemberVisibility{
		"members": directory.MembersSeenByMembers, "staff": directory.MembersSeenByStaff, "organisation": directory.MembersSeenByOrganisation,
	}
)

// visible reads who may know of an entity or a group, and who may see a group's members (R32).
func (s *Script) visible(w *words, list []string) ([]directory.Record, error) {
	name, err := w.next()
	if err != nil || len(list) == 0 {
		return nil, fmt.Errorf("say of what: visible course/algebra: public")
	}
	to, ok := visibilities[list[0]]
	if !ok {
		return nil, fmt.Errorf("%q is no visibility", list[0])
	}
	if k, err := s.entityKey(name); err == nil {
		old, ok := find[*directory.Entity](s, k.ID())
		if !ok {
			return nil, fmt.Errorf("there is no %s", name)
		}
		e := *old
		e.Visibility = to
		return []directory.Record{&e}, w.end()
	}
	g := s.currentGroup(s.key(name))
	g.Visibility, g.MemberVisibility = to, directory.MembersSeenByMembers
	if len(list) > 1 {
		if g.MemberVisibility, ok = memberVisibilities[list[1]]; !ok {
			return nil, fmt.Errorf("%q does not say who sees the members", list[1])
		}
	}
	return []directory.Record{g}, w.end()
}
