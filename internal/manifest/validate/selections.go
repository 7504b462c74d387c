package validate

import (
	"slices"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest"
)

// folded is one trouble of something that selects (rule R34), which may be the same at many entities.
type folded struct {
	item              *manifest.Item
	field             string
	rule, role, cause string
	places            []directory.EntityKey
	people            []string
}

// fold notes a trouble at one of the entities, to be told of once.
func (r *run) fold(g *grant, rule, role, cause string, e directory.EntityKey, people []string) {
	i := slices.IndexFunc(r.folded, func(f *folded) bool {
		return f.item == g.item && f.field == g.field && f.rule == rule && f.role == role && f.cause == cause
	})
	if i < 0 {
		i = len(r.folded)
		r.folded = append(r.folded, &folded{item: g.item, field: g.field, rule: rule, role: role, cause: cause})
	}
	f := r.folded[i]
	f.places, f.people = append(f.places, e), append(f.people, people...)
}

func (r *run) sayFolded() {
	for _, f := range r.folded {
		slices.Sort(f.people)
		who := findings.List(slices.Compact(f.people)) + " at " + findings.Names(f.places, findings.EntityName)
		if f.rule == ruleWithheld {
			r.say(f.rule, f.item, f.field, "role "+f.role+" is withheld from "+who+": it "+f.cause)
		} else {
			r.say(f.rule, f.item, f.field, "role "+f.role+" "+f.cause+": unmet by "+who)
		}
	}
}
