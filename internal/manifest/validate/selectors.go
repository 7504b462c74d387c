package validate

import (
	"maps"
	"slices"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/text/suggest"
)

// selectors looks at groups that choose their members by attributes: whether there is anybody whom they choose.
func (r *run) selectors() {
	var people []*directory.Person
	keys := map[string]bool{}
	for i := range r.set.Items {
		if p, ok := r.set.Items[i].Record.(*directory.Person); ok && !r.set.Items[i].Broken {
			people = append(people, p)
			for key := range p.Attributes {
				keys[key] = true
			}
		}
	}
	for i := range r.set.Items {
		item := &r.set.Items[i]
		g, ok := item.Record.(*directory.Group)
		if !ok || item.Broken || g.Selector.Empty() {
			continue
		}
		const field = "spec.memberSelector"
		unknown := slices.IndexFunc(g.Selector.Expressions, func(e directory.Expression) bool { return !keys[e.Key] })
		switch {
		case unknown >= 0:
			key := g.Selector.Expressions[unknown].Key
			r.sayAs(ruleSelector, Warning, item, field, "nobody has the attribute "+key+", which the selector asks about",
				suggest.DidYouMean(key, slices.Sorted(maps.Keys(keys))))
		case !slices.ContainsFunc(people, func(p *directory.Person) bool { return g.Selector.Matches(p.Attributes) }):
			r.say(ruleSelector, item, field, "the selector chooses nobody")
		case !slices.ContainsFunc(g.Selector.Expressions, func(e directory.Expression) bool {
			return e.Operator == directory.In || e.Operator == directory.Exists
		}):
			r.say(ruleSelector, item, field,
				"the selector only says whom not to choose: whoever has no such attribute is a member, everybody who is new with them")
		}
	}
}
