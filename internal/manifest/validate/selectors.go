package validate

import (
	"maps"
	"slices"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
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
		switch {
		case r.asksInVain(item, field, g.Selector, keys, "nobody"):
		case !slices.ContainsFunc(people, func(p *directory.Person) bool { return g.Selector.Matches(p.Attributes) }):
			r.say(ruleSelector, item, field, "the selector chooses nobody")
		case onlyNegates(g.Selector):
			r.say(ruleSelector, item, field,
				"the selector only says whom not to choose: whoever has no such attribute is a member, everybody who is new with them")
		}
	}
}

// asksInVain says of a selector that it asks about an attribute that none of those has who are chosen from, where it does.
func (r *run) asksInVain(item *manifest.Item, field string, s *directory.Selector, keys map[string]bool, none string) bool {
	unknown := slices.IndexFunc(s.Expressions, func(e directory.Expression) bool { return !keys[e.Key] })
	if unknown < 0 {
		return false
	}
	key := s.Expressions[unknown].Key
	r.sayAs(ruleSelector, Warning, item, field, none+" has the attribute "+key+", which the selector asks about",
		suggest.DidYouMean(key, slices.Sorted(maps.Keys(keys))))
	return true
}

// onlyNegates says whether a selector says only what not to choose.
func onlyNegates(s *directory.Selector) bool {
	return !slices.ContainsFunc(s.Expressions, func(e directory.Expression) bool {
		return e.Operator == directory.In || e.Operator == directory.Exists
	})
}

// entitySelectors looks at what chooses entities by attributes (rule R34): whether any has such an attribute.
func (r *run) entitySelectors() {
	keys := map[string]bool{}
	for i := range r.set.Items {
		if e, ok := r.set.Items[i].Record.(*directory.Entity); ok && !r.set.Items[i].Broken {
			for key := range e.Attributes {
				keys[key] = true
			}
		}
	}
	look := func(item *manifest.Item, field string, s *directory.EntitySelector) {
		if s == nil || s.Match.Empty() {
			return
		}
		if !r.asksInVain(item, field, s.Match, keys, "no entity") && onlyNegates(s.Match) {
			r.say(ruleSelector, item, field, "the selector only says what not to choose: each new "+s.Level.Word()+
				" without such an attribute is chosen, and who creates it needs the authority to give what it brings")
		}
	}
	for i := range r.set.Items {
		item := &r.set.Items[i]
		if item.Broken {
			continue
		}
		switch record := item.Record.(type) {
		case *directory.RoleBinding:
			look(item, "spec.entitySelector", record.Selects)
		case *directory.Group:
			for j, e := range record.Enrolments {
				look(item, at("spec.enrolments", j)+".entitySelector", e.Selects)
			}
		}
	}
}
