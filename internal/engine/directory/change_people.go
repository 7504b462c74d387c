package directory

import (
	"reflect"

	"provost.dev/provost/internal/engine/catalogue"
)

func levelOf(k Kind) (catalogue.Level, bool) { return catalogue.ParseLevel(string(k)) }

// record is what is declared under an ID, as the transaction has it so far; nil if nothing.
func (t *txn) record(id ID) Record {
	s := Snapshot{
		names: t.names, people: t.people.vector, namespaces: t.namespaces.vector, groups: t.groups.vector,
		entities: t.entities.vector, bindings: t.bindings.vector, roles: t.roles.vector, templates: t.templates.vector,
		overrides: t.overrides.vector, denials: t.denials.vector, terms: t.terms.vector, platform: t.platform,
	}
	r, _ := s.Record(id)
	return r
}

func (t *txn) setPerson(name string, rec *Person) {
	i := t.names.people.intern(name)
	p := t.person(i)
	old := p.rec
	p.rec = rec
	t.setUser(i, old, rec)
	if (old == nil) != (rec == nil) {
		t.count.Declared += sign(rec != nil)
	}
	t.effects.subjectStates = append(t.effects.subjectStates, i)
	if len(t.composing) > 0 { // whoever has no Person may be kept out (R36)
		t.recount[i] = struct{}{}
	}
	for _, g := range t.selecting {
		if _, asked := t.reselect[g]; !asked {
			t.selects(g, i)
		}
	}
}

// selects asks a group's selector about one person (R12).
func (t *txn) selects(g, person uint32) {
	rec := t.groups.at(g).rec
	p := t.people.at(person)
	matches := rec != nil && !rec.Selector.Empty() && p.rec != nil && rec.Selector.Matches(p.rec.Attributes)
	selected, dormant := matches && !p.rec.Suspended, matches && p.rec.Suspended
	if selected == contains(p.selected, g) && dormant == contains(p.dormant, g) {
		return
	}
	p, node := t.person(person), t.group(g)
	p.selected, node.selected = withOr(p.selected, g, selected), withOr(node.selected, person, selected)
	p.dormant, node.dormant = withOr(p.dormant, g, dormant), withOr(node.dormant, person, dormant)
	t.recount[person] = struct{}{}
	t.repathed[person] = struct{}{}
	t.effects.groups = append(t.effects.groups, g)
}

func (t *txn) setNamespace(name string, rec *Namespace) {
	i := t.names.namespaces.intern(name)
	n := t.namespace(i)
	if (n.rec == nil) != (rec == nil) {
		t.count.Namespaces += sign(rec != nil)
	}
	n.rec = rec
	// Labels decide whether groups of the namespace may stand below groups of others (R18).
	for _, g := range n.groups {
		if node := t.groups.at(g); node.parent != none && t.names.groups.key(node.parent).Namespace != name {
			t.relink[g] = struct{}{}
		}
	}
}

func (t *txn) setPlatform(rec *Platform) {
	old := t.platform
	if old == nil {
		old = &Platform{}
	}
	t.platform = rec
	now := rec
	if now == nil {
		now = &Platform{}
	}
	if old.DeclaredPeople != now.DeclaredPeople {
		t.effects.everyone = true
	}
	t.named(append(old.people(), now.people()...)...)
	if old.TimeZone != now.TimeZone {
		t.recomputeTerms()
	}
	if reflect.DeepEqual(old.RoleRules, now.RoleRules) {
		return
	}
	levels := map[catalogue.Level]bool{}
	t.ruleOf = map[string]*RoleRule{}
	for _, rules := range [][]RoleRule{old.RoleRules, now.RoleRules} {
		for i := range rules {
			if r := catalogue.SystemRole(rules[i].Role); r != nil {
				levels[r.Level] = true
			}
		}
	}
	for _, r := range now.RoleRules {
		if have := t.ruleOf[r.Role]; have != nil {
			have.Requires = append(have.Requires, r.Requires...)
			have.ExclusiveWith = append(have.ExclusiveWith, r.ExclusiveWith...)
		} else {
			t.ruleOf[r.Role] = &RoleRule{r.Role, append([]Requirement(nil), r.Requires...), append([]Exclusion(nil), r.ExclusiveWith...)}
		}
	}
	for i, sel := range all(t.selections.vector) {
		if levels[sel.Level] {
			t.renewSelection(i)
		}
	}
	for e, node := range all(t.entities.vector) {
		if node.grants != nil && levels[t.names.entities.key(e).Level] {
			t.recompile[e] = struct{}{}
		}
	}
}

func sign(up bool) int {
	if up {
		return 1
	}
	return -1
}
