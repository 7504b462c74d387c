package validate

import (
	"cmp"
	"slices"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest"
)

// grant is what one subject of a RoleBinding, or one enrolment of a group, gives at an entity.
type grant struct {
	item    *manifest.Item
	field   string
	subject directory.Subject
	roles   []directory.RoleName
	window  directory.Window
	// order is the place among all grants, to tell the first of two equal ones.
	order int
	// selects says that it is given at many entities (rule R34).
	selects bool
	// label names the grant: "RoleBinding acme/teachers", "the enrolment lab of Group acme/staff".
	label string
}

// gives says whether the grant gives a role.
func (g *grant) gives(role directory.RoleName) bool { return slices.Contains(g.roles, role) }

// grants looks at what is given, entity by entity.
func (r *run) grants() {
	byEntity := map[directory.EntityKey][]*grant{}
	var entities []directory.EntityKey
	n := 0
	add := func(e directory.EntityKey, g *grant, ref directory.RoleRef) {
		for _, role := range r.snapshot.Given(e, ref) {
			if role.Problem == directory.RoleOK {
				g.roles = append(g.roles, role.Role)
			}
		}
		if g.window == directory.Never {
			return
		}
		if ended := !g.window.NotAfter.IsZero() && !r.Now.Before(g.window.NotAfter); ended || len(g.roles) == 0 {
			return // which is reported as such
		}
		if _, known := byEntity[e]; !known {
			entities = append(entities, e)
		}
		g.order = n
		byEntity[e] = append(byEntity[e], g)
		n++
	}
	for i := range r.set.Items {
		item := &r.set.Items[i]
		if item.Broken {
			continue
		}
		switch record := r.snapshot.Dated(item.Record).(type) {
		case *directory.RoleBinding:
			places := r.places(record.Key.Namespace, record.Entity, record.Selects)
			for j, s := range record.Subjects {
				for _, e := range places {
					add(e, &grant{
						item: item, field: at("spec.subjects", j), subject: s, window: record.Window, selects: record.Selects != nil,
						label: item.Name(),
					}, record.Role)
				}
			}
		case *directory.Group:
			for j, e := range record.Enrolments {
				for _, place := range r.places(record.Key.Namespace, e.Entity, e.Selects) {
					add(place, &grant{
						item: item, field: at("spec.enrolments", j), subject: directory.GroupSubject(record.Key), window: e.Window,
						selects: e.Selects != nil, label: "the enrolment " + e.Name + " of " + item.Name(),
					}, e.Role)
				}
			}
		}
	}
	slices.SortFunc(entities, directory.EntityKey.Compare)
	rules := r.rules()
	for _, e := range entities {
		r.redundant(e, byEntity[e])
		r.unmet(e, byEntity[e], rules)
	}
	r.replaced(byEntity)
	r.sayFolded()
}

// places are the entities at which something is given.
func (r *run) places(ns string, e directory.LocalEntity, s *directory.EntitySelector) []directory.EntityKey {
	if s == nil {
		return []directory.EntityKey{e.In(ns)}
	}
	out, _ := r.snapshot.Choose(ns, s)
	return out
}

// redundant finds grants that others make needless: each of their roles is given
// to the same subject, or to a group that holds it, for as long.
func (r *run) redundant(e directory.EntityKey, grants []*grant) {
	same := map[directory.Subject][]*grant{}
	var toGroups []*grant
	for _, g := range grants {
		same[g.subject] = append(same[g.subject], g)
		if g.subject.Kind == directory.KindGroup {
			toGroups = append(toGroups, g)
		}
	}
	// Of two that make each other needless, the second is the one to tell of; what is
	// needless itself makes nothing else so.
	needless := map[*grant]bool{}
	for _, g := range slices.Backward(grants) {
		var by []*grant
		for _, role := range g.roles {
			covers := func(c *grant) bool { return c != g && !needless[c] && c.gives(role) && lasts(c, g) }
			i := slices.IndexFunc(same[g.subject], covers)
			if i >= 0 {
				by = append(by, same[g.subject][i])
				continue
			}
			i = slices.IndexFunc(toGroups, func(c *grant) bool {
				return c.subject != g.subject && covers(c) && r.holds(c.subject, g.subject)
			})
			if i < 0 {
				by = nil
				break
			}
			by = append(by, toGroups[i])
		}
		if len(by) == 0 {
			continue
		}
		if g.selects {
			continue // it may be needed at another entity
		}
		needless[g] = true
		labels := make([]string, 0, len(by))
		for _, c := range by {
			label := c.label + through(c, g)
			if c.item == g.item { // one group, with its namespace and without
				label = c.field + " of the same object" + through(c, g)
			}
			labels = append(labels, label)
		}
		slices.Sort(labels)
		r.say(ruleRedundant, g.item, g.field, subjectName(g.subject)+" has "+roleNames(g.roles)+" at "+findings.EntityName(e)+" anyway, by "+
			findings.Names(slices.Compact(labels), func(s string) string { return s }))
	}
}

// lasts says whether a grant counts whenever another one does.
func lasts(c, g *grant) bool {
	begins := c.window.NotBefore.IsZero() || !g.window.NotBefore.IsZero() && !c.window.NotBefore.After(g.window.NotBefore)
	ends := c.window.NotAfter.IsZero() || !g.window.NotAfter.IsZero() && !c.window.NotAfter.Before(g.window.NotAfter)
	return begins && ends
}

// holds says whether a group has a person as a member, or a group below it.
func (r *run) holds(group, inner directory.Subject) bool {
	key := directory.Key{Namespace: group.Namespace, Name: group.Name}
	if inner.Kind == directory.KindPerson {
		return r.snapshot.Reaches(key.GroupID(), inner.Name)
	}
	return slices.Contains(r.path(directory.Key{Namespace: inner.Namespace, Name: inner.Name}), key)
}

func through(c, g *grant) string {
	_, enrols := c.item.Record.(*directory.Group)
	if c.subject == g.subject || c.subject.Kind != directory.KindGroup || enrols {
		return ""
	}
	return " through " + subjectName(c.subject)
}

func subjectName(s directory.Subject) string {
	if s.Kind == directory.KindPerson {
		return s.Name
	}
	return "Group " + directory.Key{Namespace: s.Namespace, Name: s.Name}.String()
}

func roleNames(roles []directory.RoleName) string {
	return findings.Names(roles, directory.RoleName.String)
}

// replaced finds grants to people whose roles at the entity a PermissionOverride replaces.
func (r *run) replaced(byEntity map[directory.EntityKey][]*grant) {
	for i := range r.set.Items {
		o, ok := r.set.Items[i].Record.(*directory.PermissionOverride)
		if !ok || !o.Window.Contains(r.Now) {
			continue
		}
		for _, g := range byEntity[o.Entity.In(o.Key.Namespace)] {
			if g.subject != directory.PersonSubject(o.Person) || g.selects {
				continue
			}
			until := ""
			if end := o.Window.NotAfter; !end.IsZero() {
				until = " until " + findings.End(end)
			}
			r.say(ruleShadowed, g.item, g.field, "it gives "+o.Person+" nothing"+until+": "+r.set.Items[i].Name()+" replaces all roles of "+o.Person+
				" there")
		}
	}
}

// rules are the roles that have rules of their own, or in the Platform (rule R6).
func (r *run) rules() map[directory.RoleName]bool {
	out := map[directory.RoleName]bool{}
	for i := range r.set.Items {
		switch record := r.set.Items[i].Record.(type) {
		case *directory.Role:
			if len(record.Requires)+len(record.ExclusiveWith) > 0 {
				out[directory.RoleName(record.Key)] = true
			}
		case *directory.Platform:
			for _, rule := range record.RoleRules {
				out[directory.RoleName{Name: rule.Role}] = true
			}
		}
	}
	return out
}

// unmet finds people who hold roles at an entity whose rules they do not meet. Many
// with the same trouble from the same grant are one finding.
func (r *run) unmet(e directory.EntityKey, grants []*grant, rules map[directory.RoleName]bool) {
	if !slices.ContainsFunc(grants, func(g *grant) bool {
		return slices.ContainsFunc(g.roles, func(n directory.RoleName) bool { return rules[n] })
	}) {
		return
	}
	type trouble struct {
		source *grant
		rule   string
		role   directory.RoleName
		why    string
	}
	people := map[trouble][]string{}
	var order []trouble
	for _, reached := range r.snapshot.WhoHas(e, r.Now) {
		for _, h := range reached.Access.Roles {
			if len(h.Unmet) == 0 {
				continue
			}
			t := trouble{r.source(reached.Person, h.Role, grants), ruleUnmet, h.Role, findings.Unmet(h.Unmet, directory.Warn)}
			if h.Withheld {
				t.rule, t.why = ruleWithheld, findings.Unmet(h.Unmet, directory.Deny)
			}
			if t.source == nil {
				continue
			}
			if _, known := people[t]; !known {
				order = append(order, t)
			}
			people[t] = append(people[t], reached.Person)
		}
	}
	slices.SortFunc(order, func(a, b trouble) int {
		return cmp.Or(cmp.Compare(a.source.order, b.source.order), cmp.Compare(a.role.Name, b.role.Name), cmp.Compare(a.rule, b.rule))
	})
	for _, t := range order {
		who := findings.Names(people[t], func(s string) string { return s })
		if t.source.selects {
			r.fold(t.source, t.rule, t.role.Name, t.why, e, people[t])
			continue
		}
		if t.rule == ruleWithheld {
			r.say(t.rule, t.source.item, t.source.field, "role "+t.role.Name+" is withheld from "+who+": it "+t.why)
			continue
		}
		r.say(t.rule, t.source.item, t.source.field, "role "+t.role.Name+" "+t.why+": unmet by "+who)
	}
}

// source is the grant that gives a person a role: one that names the person, or else the first.
func (r *run) source(person string, role directory.RoleName, grants []*grant) *grant {
	var first *grant
	for _, g := range grants {
		switch {
		case !g.gives(role) || !g.window.Contains(r.Now):
		case g.subject == directory.PersonSubject(person):
			return g
		case first == nil && g.subject.Kind == directory.KindGroup && r.holds(g.subject, directory.PersonSubject(person)):
			first = g
		}
	}
	return first
}
