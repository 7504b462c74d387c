package cite

import (
	"fmt"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
)

// Records are the records that answers speak of, and where they were declared.
type Records struct {
	Snapshot *directory.Snapshot
	// Locate is the place where a field of a record was declared, such as
	// spec.members[3]; of the record itself where the field is "". It is the zero
	// Position where there is no file.
	Locate func(id directory.ID, field string) manifest.Position
}

// Cite is the place of a field of a record as text, or "" where there is no file.
func (c *Records) Cite(id directory.ID, field string) string { return c.Locate(id, field).String() }

// Object names a record with the place of a field of it.
func (c *Records) Object(id directory.ID, field string) Object {
	return ObjectOf(id, c.Locate(id, field))
}

// MemberField is where a group declares a person at some time: the entry, or the selector. Where
// nothing does at that time, it is an entry that does at another one (R12a).
func (c *Records) MemberField(k directory.Key, person string, now time.Time) (field, how string) {
	g, ok := c.DatedGroup(k)
	if !ok {
		return "", ""
	}
	if i := activeEntry(g, person, now); i >= 0 && (g.Members[i].Open(now) || g.Selector.Empty()) {
		return MemberPath(i), "member" + roleSuffix(g.Members[i].Role)
	}
	if field, how, ok := c.includeField(g, person, now); ok && !c.selects(g, person) {
		return field, how
	}
	return "spec.memberSelector", "selected by attributes"
}

// selects says whether a group's selector chooses a person (R12).
func (c *Records) selects(g *directory.Group, person string) bool {
	r, ok := c.Snapshot.Record(directory.PersonID(person))
	if !ok || g.Selector.Empty() {
		return false
	}
	p := r.(*directory.Person)
	return !p.Suspended && g.Selector.Matches(p.Attributes)
}

// EntryField is where a group's list declares a person at some time, or else at another one (R12a).
func (c *Records) EntryField(k directory.Key, person string, now time.Time) (field, how string) {
	g, ok := c.DatedGroup(k)
	if !ok {
		return "", ""
	}
	i := activeEntry(g, person, now)
	if i < 0 {
		return "spec.members", "member"
	}
	return MemberPath(i), "member" + roleSuffix(g.Members[i].Role)
}

// activeEntry is an Active entry of a person, one that is open at some time before the others; -1 for none.
func activeEntry(g *directory.Group, person string, now time.Time) int {
	active := func(m directory.Member) bool { return m.Name == person && m.State == directory.MemberActive }
	if i := slices.IndexFunc(g.Members, func(m directory.Member) bool { return active(m) && m.Open(now) }); i >= 0 {
		return i
	}
	return slices.IndexFunc(g.Members, active)
}

// GroupRecord is a group's record.
func (c *Records) GroupRecord(k directory.Key) (*directory.Group, bool) {
	r, ok := c.Snapshot.Record(k.GroupID())
	if !ok {
		return nil, false
	}
	g, ok := r.(*directory.Group)
	return g, ok
}

// DatedGroup is a group's record with the windows that its terms make (R33).
func (c *Records) DatedGroup(k directory.Key) (*directory.Group, bool) {
	g, ok := c.GroupRecord(k)
	return c.Snapshot.DatedGroup(g), ok
}

// RoleRecord is a role's record.
func (c *Records) RoleRecord(k directory.Key) (*directory.Role, bool) {
	r, ok := c.Snapshot.Record(k.RoleID())
	if !ok {
		return nil, false
	}
	role, ok := r.(*directory.Role)
	return role, ok
}

func roleSuffix(r directory.MemberRole) string {
	if r == directory.Learner {
		return ""
	}
	return ", " + r.String()
}

// GrantField is the part of a binding or group that gives the grant.
func (c *Records) GrantField(g *directory.Grant) string {
	r, ok := c.Snapshot.Record(g.Source)
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

// RuleCite is the place of the rules of a role: in the role itself, or, of a system role, in the Platform.
func (c *Records) RuleCite(name directory.RoleName) string {
	if name.Namespace != "" {
		id := name.ID()
		if r, ok := c.RoleRecord(directory.Key(name)); ok && len(r.Requires) > 0 {
			return c.Cite(id, "spec.requires")
		}
		return c.Cite(id, "spec.exclusiveWith")
	}
	id := directory.ID{Kind: directory.KindPlatform, Name: directory.PlatformName}
	r, ok := c.Snapshot.Record(id)
	if !ok {
		return ""
	}
	p, ok := r.(*directory.Platform)
	if !ok {
		return ""
	}
	i := slices.IndexFunc(p.RoleRules, func(r directory.RoleRule) bool { return r.Role == name.Name })
	return c.Cite(id, fmt.Sprintf("spec.roleRules[%d]", i))
}

// PermissionField is the entry of a role, override or deny that lists a permission.
func (c *Records) PermissionField(id directory.ID, permission string) string {
	r, ok := c.Snapshot.Record(id)
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

// MemberPath is the path to an entry of a group's list.
func MemberPath(i int) string { return fmt.Sprintf("spec.members[%d]", i) }
