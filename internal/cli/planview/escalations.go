package planview

import (
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/plan"
	"provost.dev/provost/internal/text/words"
)

// marks are why a row is an escalation: "superadmin" says all, and otherwise each is named.
func (w wording) marks(r *plan.Row) []string {
	var out []string
	for _, m := range r.Marks {
		out = append(out, markNames[m.Kind])
		if m.Kind == plan.MarkSuperadmin {
			break
		}
	}
	return out
}

var markNames = map[plan.MarkKind]string{
	plan.MarkSuperadmin: "superadmin", plan.MarkAdmin: "admin", plan.MarkAssign: "assign", plan.MarkOwnership: "ownership",
	plan.MarkBilling: "billing", plan.MarkWallet: "wallet", plan.MarkManage: "manage", plan.MarkDenyLifted: "deny lifted",
}

// markMeanings say what is new for somebody with a mark.
var markMeanings = map[plan.MarkKind]string{
	plan.MarkSuperadmin: "every permission of the level", plan.MarkAdmin: "the level's admin role", plan.MarkAssign: "may give roles",
	plan.MarkOwnership: "may say to whom it belongs", plan.MarkBilling: "may handle money", plan.MarkWallet: "may use the wallet",
	plan.MarkManage: "may manage what is sensitive", plan.MarkDenyLifted: "a SystemDeny took it until now",
}

// escalation is an escalation of many rows in one line.
type escalation struct {
	// kinds are the marks that the same people have at the same entities.
	kinds    []plan.MarkKind
	people   []string
	entities []directory.EntityKey
}

// escalations gathers the marks of all rows. What a superadmin gains besides is not told again.
func escalations(p *plan.Plan) []escalation {
	var order []plan.MarkKind
	found := map[plan.MarkKind]*escalation{}
	people, entities := map[string]bool{}, map[string]bool{}
	for i := range p.Rows {
		r := &p.Rows[i]
		for _, m := range r.Marks {
			f := found[m.Kind]
			if f == nil {
				f = &escalation{kinds: []plan.MarkKind{m.Kind}}
				found[m.Kind] = f
				order = append(order, m.Kind)
			}
			for _, who := range r.People {
				if k := string(m.Kind) + " " + who; !people[k] {
					people[k] = true
					f.people = append(f.people, who)
				}
			}
			for _, e := range r.Entities {
				if k := string(m.Kind) + " " + e.String(); !entities[k] {
					entities[k] = true
					f.entities = append(f.entities, e)
				}
			}
			if m.Kind == plan.MarkSuperadmin {
				break
			}
		}
	}
	out := make([]escalation, 0, len(order))
	for _, k := range order {
		f := found[k]
		slices.Sort(f.people)
		i := slices.IndexFunc(out, func(o escalation) bool {
			return slices.Equal(o.people, f.people) && slices.Equal(o.entities, f.entities)
		})
		if i < 0 {
			out = append(out, *f)
		} else {
			out[i].kinds = append(out[i].kinds, k)
		}
	}
	return out
}

// name and meaning are of the weightiest of the marks; the others are named beside it.
func (m *escalation) name() string {
	names := make([]string, len(m.kinds))
	for i, k := range m.kinds {
		names[i] = markNames[k]
	}
	return strings.Join(names, ", ")
}

func (m *escalation) meaning() string { return markMeanings[m.kinds[0]] }

// at is where escalations are: the entities of one level as for a row, those of several by their number.
func (w wording) at(entities []directory.EntityKey) string {
	for _, e := range entities {
		if e.Level != entities[0].Level && len(entities) > mostInWords {
			return words.Count(len(entities), "entity", "entities")
		}
	}
	w.all = false
	return w.entities(entities[0].Level, entities)
}
