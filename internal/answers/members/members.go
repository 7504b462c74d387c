// Package members lists who is in a group and through what, what the group itself
// says, and what keeps it from counting as it is meant.
package members

import (
	"strings"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/edit"
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
}

// Of are the members of a group.
func Of(of cite.Records, key directory.Key) Data {
	out := Data{Group: of.Object(cite.GroupID(key), ""), Members: []MemberData{}}
	for _, m := range of.Snapshot.Members(key) {
		d := MemberData{Person: m.Person, Role: edit.Role(m.Role), Direct: m.Direct, Through: []cite.Object{}}
		for _, k := range m.Through {
			field, _ := of.MemberField(k, m.Person)
			d.Through = append(d.Through, of.Object(cite.GroupID(k), field))
		}
		out.Members = append(out.Members, d)
	}
	return out
}

// Problems says what keeps a group from counting as it is meant.
func Problems(g directory.GroupStatus) []string {
	var out []string
	if len(g.Cycle) > 0 {
		names := make([]string, 0, len(g.Cycle)+1)
		for _, k := range append(g.Cycle, g.Cycle[0]) {
			names = append(names, k.String())
		}
		out = append(out, "the parents go round in a cycle, "+strings.Join(names, " > ")+": no members are passed up")
	}
	switch g.ParentState {
	case directory.ParentNotFound:
		out = append(out, "the parent group does not exist: it acts as a top-level group")
	case directory.ParentNotAllowed:
		out = append(out, "the parent group admits no sub-groups of this namespace: it acts as a top-level group")
	}
	return out
}
