package plans

import (
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/plan"
	"provost.dev/provost/internal/text/words"
)

// Marks are why a row is an escalation: "superadmin" says all, and otherwise each is named.
func (w Wording) Marks(r *plan.Row) []string {
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

// Escalation is an escalation of many rows in one line.
type Escalation struct {
	// Kinds are the marks that the same people have at the same entities.
	Kinds    []plan.MarkKind
	People   []string
	Entities []directory.EntityKey
}

// Escalations gathers the marks of all rows. What a superadmin gains besides is not told again.
func Escalations(p *plan.Plan) []Escalation {
	var order []plan.MarkKind
	found := map[plan.MarkKind]*Escalation{}
	people, entities := map[string]bool{}, map[string]bool{}
	for i := range p.Rows {
		r := &p.Rows[i]
		for _, m := range r.Marks {
			f := found[m.Kind]
			if f == nil {
				f = &Escalation{Kinds: []plan.MarkKind{m.Kind}}
				found[m.Kind] = f
				order = append(order, m.Kind)
			}
			for _, who := range r.People {
				if k := string(m.Kind) + " " + who; !people[k] {
					people[k] = true
					f.People = append(f.People, who)
				}
			}
			for _, e := range r.Entities {
				if k := string(m.Kind) + " " + e.String(); !entities[k] {
					entities[k] = true
					f.Entities = append(f.Entities, e)
				}
			}
			if m.Kind == plan.MarkSuperadmin {
				break
			}
		}
	}
	out := make([]Escalation, 0, len(order))
	for _, k := range order {
		f := found[k]
		slices.Sort(f.People)
		i := slices.IndexFunc(out, func(o Escalation) bool {
			return slices.Equal(o.People, f.People) && slices.Equal(o.Entities, f.Entities)
		})
		if i < 0 {
			out = append(out, *f)
		} else {
			out[i].Kinds = append(out[i].Kinds, k)
		}
	}
	return out
}

// Name is that of the weightiest of the marks, with the others beside it.
func (m *Escalation) Name() string {
	names := make([]string, len(m.Kinds))
	for i, k := range m.Kinds {
		names[i] = markNames[k]
	}
	return strings.Join(names, ", ")
}

// Meaning says what the weightiest of the marks means.
func (m *Escalation) Meaning() string { return markMeanings[m.Kinds[0]] }

// At is where escalations are: the entities of one level as for a row, those of several by their number.
func (w Wording) At(entities []directory.EntityKey) string {
	for _, e := range entities {
		if e.Level != entities[0].Level && len(entities) > MostInWords {
			return words.Count(len(entities), "entity", "entities")
		}
	}
	w.All = false
	return w.Entities(entities[0].Level, entities)
}
