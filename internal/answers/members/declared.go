package members

import (
	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/directory"
)

// DeclaredData is the output of "members --declared".
type DeclaredData struct {
	Group   cite.Object `json:"group"`
	Members []EntryData `json:"members"`
}

// EntryData is one entry of a group's list, or one person whom its selector chooses.
type EntryData struct {
	Person string `json:"person"`
	// ID tells apart the entries of somebody who has several.
	ID    string `json:"id,omitempty"`
	State string `json:"state"`
	Role  string `json:"role"`
	// Window is when the entry counts, and Term the term that says so, as NAME or NAMESPACE/NAME.
	cite.Window
	Term string `json:"term,omitempty"`
	// Selected says that the selector and not an entry declares the person.
	Selected bool   `json:"selected,omitempty"`
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
}

// termName is a term as a namespace sees it.
func termName(k directory.Key, namespace string) string {
	if k.Namespace == namespace {
		return k.Name
	}
	return k.String()
}

// Declared are the entries of a group, in their order, and then whom its selector chooses beside them.
func Declared(of cite.Records, key directory.Key) DeclaredData {
	out := DeclaredData{Group: of.Object(key.GroupID(), ""), Members: []EntryData{}}
	g, ok := of.DatedGroup(key)
	if !ok {
		return out
	}
	listed := map[string]bool{}
	for i, m := range g.Members {
		at := of.Locate(key.GroupID(), cite.MemberPath(i))
		out.Members = append(out.Members, EntryData{
			Person: m.Name, ID: m.ID, State: m.State.String(), Role: m.Role.String(), Window: cite.WindowOf(m.Window),
			Term: termName(m.Term, key.Namespace),
			File: at.File, Line: at.Line,
		})
		listed[m.Name] = listed[m.Name] || m.State == directory.MemberActive
	}
	if g.Selector.Empty() {
		return out
	}
	at := of.Locate(key.GroupID(), "spec.memberSelector")
	for _, name := range of.Snapshot.People() {
		r, ok := of.Snapshot.Record(directory.PersonID(name))
		if !ok || listed[name] {
			continue
		}
		// The selector chooses declared, active people only (R12).
		if p, ok := r.(*directory.Person); ok && !p.Suspended && g.Selector.Matches(p.Attributes) {
			out.Members = append(out.Members, EntryData{
				Person: name, State: "Active", Role: "Learner", Selected: true, File: at.File, Line: at.Line,
			})
		}
	}
	return out
}
