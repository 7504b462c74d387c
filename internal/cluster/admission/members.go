package admission

import (
	"slices"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

// stillMembers tells of people whose entry goes and who stay members all the
// same, through a group below or a selector, and how to take them out (rule R15).
func (a *collector) stillMembers(r *directory.Group) {
	was, ok := a.request.was.(*directory.Group)
	if !ok {
		return
	}
	for _, old := range was.Members {
		if old.State != directory.MemberActive || slices.ContainsFunc(r.Members, func(m directory.Member) bool { return m.Name == old.Name }) {
			continue
		}
		m, is := a.after.Member(r.Key, old.Name, a.now)
		if !is {
			continue
		}
		through := "its selector"
		if groups := slices.DeleteFunc(slices.Clone(m.Through), func(k directory.Key) bool { return k == r.Key }); len(groups) > 0 {
			through = findings.Names(groups, directory.Key.String)
		}
		a.say("%[1]s is still a member, through %[2]s: an entry with state: Removed here takes %[1]s out of this group and all below", old.Name,
			through)
	}
}
