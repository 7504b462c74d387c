// Package members lists who is in a group and through what, what the group itself
// says, and what keeps it from counting as it is meant.
package members

import (
	"time"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

// Data is the output of "members".
type Data struct {
	Group   cite.Object  `json:"group"`
	Members []MemberData `json:"members"`
}

// MemberData is one member.
type MemberData struct {
	Person string `json:"person"`
	// Role is the role within this group.
	Role string `json:"role"`
	// Direct says that the group itself declares the person.
	Direct bool `json:"direct"`
	// Through are the groups at or below that declare the person, each with the place of the entry.
	Through []cite.Object `json:"through"`
	// Included are groups that those include and of which the person is a member, by which they declare the person.
	Included []cite.Object `json:"included,omitempty"`
	// Until is when the membership ends by the clock; left out where it does not.
	Until *time.Time `json:"until,omitempty"`
}

// Of are the members of a group at some time.
func Of(of cite.Records, key directory.Key, now time.Time) Data {
	out := Data{Group: of.Object(key.GroupID(), ""), Members: []MemberData{}}
	for _, m := range of.Snapshot.Members(key, now) {
		d := MemberData{Person: m.Person, Role: m.Role.String(), Direct: m.Direct, Through: []cite.Object{}}
		if !m.Until.IsZero() {
			d.Until = &m.Until
		}
		for _, k := range m.Through {
			field, _ := of.MemberField(k, m.Person, now)
			d.Through = append(d.Through, of.Object(k.GroupID(), field))
			for _, x := range of.Snapshot.IncludedThrough(k, m.Person, now) {
				field, _ := of.IncludeField(k, x)
				is := of.Object(k.GroupID(), field)
				is.Name = x.Name
				d.Included = append(d.Included, is)
			}
		}
		out.Members = append(out.Members, d)
	}
	return out
}

// Problems says what keeps a group from counting as it is meant.
func Problems(of cite.Records, key directory.Key, now time.Time) []string {
	g, ok := of.GroupRecord(key)
	if !ok {
		return nil
	}
	var out []string
	for _, f := range findings.GroupParent(of.Snapshot.Group(key, now), g.Parent) {
		out = append(out, f.Message)
	}
	return out
}
