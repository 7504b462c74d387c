package admission

import (
	"slices"
	"strings"

	"provost.dev/provost/internal/directory"
)

func (a *adviser) group(r *directory.Group) {
	f := a.after.Group(r.Key)
	switch f.ParentState {
	case directory.ParentNotFound:
		a.say("group %s does not exist yet: until it does, this is a top-level group", r.Parent)
	case directory.ParentNotAllowed:
		a.say("group %s admits no groups of namespace %s (spec.allowedSubgroups): this is a top-level group", r.Parent, r.Key.Namespace)
	}
	if len(f.Cycle) > 0 {
		around := append(slices.Clone(f.Cycle), f.Cycle[0])
		parts := make([]string, 0, len(around))
		for _, k := range around {
			parts = append(parts, k.String())
		}
		a.say("the parents form a cycle (%s): the groups on it and below have only the members that they declare themselves", strings.Join(parts, " > "))
	}
	for i, g := range f.Enrolments {
		if i < len(r.Enrolments) {
			a.grant("enrolment "+r.Enrolments[i].Name+": ", g, r.Enrolments[i].Role)
		}
	}
	a.undeclared(f.Undeclared)
	a.stillMembers(r)
	a.justify()
}

// stillMembers tells of people whose entry goes and who stay members all the
// same, through a group below or a selector, and how to take them out (rule R15).
func (a *adviser) stillMembers(r *directory.Group) {
	was, ok := a.request.was.(*directory.Group)
	if !ok {
		return
	}
	for _, old := range was.Members {
		if old.State != directory.MemberActive || slices.ContainsFunc(r.Members, func(m directory.Member) bool { return m.Name == old.Name }) {
			continue
		}
		m, is := a.after.Member(r.Key, old.Name)
		if !is {
			continue
		}
		through := "its selector"
		if groups := slices.DeleteFunc(slices.Clone(m.Through), func(k directory.Key) bool { return k == r.Key }); len(groups) > 0 {
			through = names(groups, directory.Key.String)
		}
		a.say("%[1]s is still a member, through %[2]s: an entry with state: Removed here takes %[1]s out of this group and all below", old.Name, through)
	}
}
