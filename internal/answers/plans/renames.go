package plans

import (
	"fmt"
	"strings"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/plan"
	"provost.dev/provost/internal/text/words"
)

// RenameData is an object that goes by another name and is the same (R39).
type RenameData struct {
	cite.Object
	// Old is how it was called before, in the same namespace.
	Old string `json:"old"`
	// Sensitive are the sensitive permissions that go along.
	Sensitive []CarriedData `json:"sensitive"`
}

// CarriedData are sensitive permissions of one level that go along with a new name.
type CarriedData struct {
	Level       string   `json:"level"`
	Permissions []string `json:"permissions"`
	// People and Entities count who has some of them, and where; none of a role.
	People   int `json:"people,omitempty"`
	Entities int `json:"entities,omitempty"`
}

func renamesData(p *plan.Plan) []RenameData {
	out := []RenameData{}
	for i := range p.Renames {
		r := &p.Renames[i]
		d := RenameData{
			Object: cite.Object{Kind: string(r.ID.Kind), Namespace: r.ID.Namespace, Name: r.ID.Name, File: r.File, Line: r.Line},
			Old:    r.Old, Sensitive: []CarriedData{},
		}
		for _, c := range r.Carried {
			d.Sensitive = append(d.Sensitive, CarriedData{c.Level.String(), c.Permissions.IDs(c.Level), c.People, c.Entities})
		}
		out = append(out, d)
	}
	return out
}

// mostCarried is how many permissions of a level are named before the rest are counted.
const mostCarried = 6

// NewName is a rename without what goes along.
func (w Wording) NewName(r *plan.Rename) string {
	was := directory.Key{Namespace: r.ID.Namespace, Name: r.Old}
	return string(r.ID.Kind) + " " + w.quoted(was.String()) + " is called " + w.quoted(r.ID.Name)
}

// RenamesData are renames for JSON and YAML.
func RenamesData(list []plan.Rename) []RenameData { return renamesData(&plan.Plan{Renames: list}) }

// Renamed is a rename in one line, with the sensitive permissions that go along.
func (w Wording) Renamed(r *plan.Rename) string {
	text := w.NewName(r)
	if len(r.Carried) == 0 {
		return text + "; nothing sensitive goes along"
	}
	var parts []string
	for _, c := range r.Carried {
		ids := c.Permissions.IDs(c.Level)
		if rest := len(ids) - mostCarried; rest > 0 && !w.All {
			ids = append(ids[:mostCarried:mostCarried], fmt.Sprintf("%d more", rest))
		}
		part := strings.Join(ids, ", ")
		noun := entityNouns[c.Level]
		switch {
		case r.ID.Kind == directory.KindRole:
		case r.ID.Kind == directory.KindPerson, r.ID.Kind == directory.KindGroup && c.People == 0:
			part += " at " + words.Count(c.Entities, noun[0], noun[1])
		case r.ID.Kind == directory.KindGroup:
			part += " of " + words.Count(c.People, "member", "members") + " at " + words.Count(c.Entities, noun[0], noun[1])
		default:
			part += " of " + words.Count(c.People, "person", "people")
		}
		parts = append(parts, part)
	}
	return text + "; with it go " + strings.Join(parts, "; ")
}
