package cli

import (
	"fmt"
	"slices"

	"provost.dev/provost/internal/directory"
)

// The fields of records that answers cite.

// memberField is where a group declares a person: the entry, or the selector.
func (q *question) memberField(k directory.Key, person string) (field, how string) {
	g, ok := q.groupRecord(k)
	if !ok {
		return "", ""
	}
	i := slices.IndexFunc(g.Members, func(m directory.Member) bool { return m.Name == person && m.State == directory.MemberActive })
	if i < 0 {
		return "spec.memberSelector", "selected by attributes"
	}
	return memberPath(i), "member" + roleSuffix(g.Members[i].Role)
}

// groupRecord is a group's record.
func (q *question) groupRecord(k directory.Key) (*directory.Group, bool) {
	r, ok := q.snapshot.Record(groupID(k))
	if !ok {
		return nil, false
	}
	g, ok := r.(*directory.Group)
	return g, ok
}

func roleSuffix(r directory.MemberRole) string {
	if r == directory.Learner {
		return ""
	}
	return ", " + memberRole(r)
}

func memberRole(r directory.MemberRole) string {
	return [...]string{directory.Learner: "Learner", directory.Instructor: "Instructor", directory.Admin: "Admin"}[r]
}

func memberState(s directory.MemberState) string {
	return [...]string{
		directory.MemberActive: "Active", directory.MemberPending: "Pending",
		directory.MemberInactive: "Inactive", directory.MemberRemoved: "Removed",
	}[s]
}

// grantField is the part of a binding or group that gives the grant.
func (q *question) grantField(g *directory.Grant) string {
	r, ok := q.snapshot.Record(g.Source)
	if !ok {
		return ""
	}
	switch r := r.(type) {
	case *directory.RoleBinding:
		if i := slices.Index(r.Subjects, g.Subject); i >= 0 {
			return fmt.Sprintf("spec.subjects[%d]", i)
		}
	case *directory.Group:
		i := slices.IndexFunc(r.Enrolments, func(e directory.Enrolment) bool { return e.Name == g.Enrolment })
		if i >= 0 {
			return fmt.Sprintf("spec.enrolments[%d]", i)
		}
	}
	return ""
}

// ruleCite is the place of the rules of a role: in the role itself, or, of a system role, in the Platform.
func (q *question) ruleCite(name directory.RoleName) string {
	if name.Namespace != "" {
		id := directory.ID{Kind: directory.KindRole, Namespace: name.Namespace, Name: name.Name}
		if r, ok := q.role(directory.Key(name)); ok && len(r.Requires) > 0 {
			return q.cite(id, "spec.requires")
		}
		return q.cite(id, "spec.exclusiveWith")
	}
	id := directory.ID{Kind: directory.KindPlatform, Name: directory.PlatformName}
	r, ok := q.snapshot.Record(id)
	if !ok {
		return ""
	}
	p, ok := r.(*directory.Platform)
	if !ok {
		return ""
	}
	i := slices.IndexFunc(p.RoleRules, func(r directory.RoleRule) bool { return r.Role == name.Name })
	return q.cite(id, fmt.Sprintf("spec.roleRules[%d]", i))
}

// permissionField is the entry of a role, override or deny that lists a permission.
func (q *question) permissionField(id directory.ID, permission string) string {
	r, ok := q.snapshot.Record(id)
	if !ok {
		return ""
	}
	var list []string
	switch r := r.(type) {
	case *directory.Role:
		list = r.Permissions
	case *directory.PermissionOverride:
		list = r.Permissions
	case *directory.SystemDeny:
		list = r.Permissions
	}
	for i, p := range list {
		if p == permission || p == "*" {
			return fmt.Sprintf("spec.permissions[%d]", i)
		}
	}
	return ""
}

// memberPath is the path to an entry of a group's list.
func memberPath(i int) string { return fmt.Sprintf("spec.members[%d]", i) }
