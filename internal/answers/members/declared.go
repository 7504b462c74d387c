package members

import (
	"slices"
	"time"

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
	Selected bool `json:"selected,omitempty"`
	// Included are the groups that compose includes and by which the person is declared, by name; of somebody who has an entry
	// that declares, or whom the selector chooses, they come beside.
	Included []string `json:"included,omitempty"`
	File     string   `json:"file,omitempty"`
	Line     int      `json:"line,omitempty"`
}

// termName is a term as a namespace sees it.
func termName(k directory.Key, namespace string) string {
	if k.Namespace == namespace {
		return k.Name
	}
	return k.String()
}

// Declared are the entries of a group, in their order, then whom its selector chooses beside them, and then whom the groups declare that
// it includes, as they are at some time (R36).
func Declared(of cite.Records, key directory.Key, now time.Time) DeclaredData {
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
	if !g.Selector.Empty() {
		out.Members = append(out.Members, selected(of, g, listed)...)
	}
	if len(g.Compose.Include) > 0 {
		out.include(of, g, now)
	}
	return out
}

// selected are those whom the selector of a group chooses, but for some.
func selected(of cite.Records, g *directory.Group, but map[string]bool) []EntryData {
	var out []EntryData
	at := of.Locate(g.ID(), "spec.memberSelector")
	for _, name := range of.Snapshot.People() {
		r, ok := of.Snapshot.Record(directory.PersonID(name))
		if !ok || but[name] {
			continue
		}
		// The selector chooses declared, active people only (R12).
		if p, ok := r.(*directory.Person); ok && !p.Suspended && g.Selector.Matches(p.Attributes) {
			out = append(out, EntryData{
				Person: name, State: "Active", Role: "Learner", Selected: true, File: at.File, Line: at.Line,
			})
		}
	}
	return out
}

// include adds the members of the groups that a group includes, each once, with what includes them.
func (d *DeclaredData) include(of cite.Records, g *directory.Group, now time.Time) {
	at := map[string]int{}
	for i := range d.Members {
		if d.Members[i].State == directory.MemberActive.String() {
			at[d.Members[i].Person] = i
		}
	}
	named := map[string][]string{}
	var order []string
	for _, name := range g.Compose.Include {
		x := directory.Key{Namespace: g.Key.Namespace, Name: name}
		for _, m := range of.Snapshot.Members(x, now) {
			if !slices.Contains(of.Snapshot.IncludedThrough(g.Key, m.Person, now), x) {
				continue // on a circle it counts as missing
			}
			if named[m.Person] == nil {
				order = append(order, m.Person)
			}
			named[m.Person] = append(named[m.Person], name)
		}
	}
	for _, who := range order {
		if i, ok := at[who]; ok {
			d.Members[i].Included = named[who]
			continue
		}
		field, _ := of.IncludeField(g.Key, directory.Key{Namespace: g.Key.Namespace, Name: named[who][0]})
		place := of.Locate(g.ID(), field)
		d.Members = append(d.Members, EntryData{
			Person: who, State: directory.MemberActive.String(), Role: directory.Learner.String(), Included: named[who], File: place.File,
			Line: place.Line,
		})
	}
}
