package validate

import (
	"maps"
	"slices"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/text/suggest"
)

// mention is where an object names a person.
type mention struct {
	item  *manifest.Item
	field string
}

// misspellings looks for people whom one object alone names, who are not declared, and whose name is one slip of the
// finger from that of a Person: most likely it is that one who is meant, and goes without.
func (r *run) misspellings() {
	declared := map[string]bool{}
	mentions := map[string][]mention{}
	for i := range r.set.Items {
		item := &r.set.Items[i]
		if p, ok := item.Record.(*directory.Person); ok {
			declared[p.Name] = true
		}
		if item.Broken || item.Record == nil {
			continue
		}
		for who, field := range named(item.Record) {
			mentions[who] = append(mentions[who], mention{item, field})
		}
	}
	if len(declared) == 0 {
		return
	}
	neighbours := suggest.NewNeighbours(slices.Collect(maps.Keys(declared)))
	r.misspelt = map[string]bool{}
	for who, where := range mentions {
		if declared[who] || len(where) > 1 {
			continue
		}
		if near := neighbours.Of(who); len(near) > 0 {
			r.misspelt[who] = true
			r.sayAs(ruleMisspelt, Warning, where[0].item, where[0].field,
				"nothing else names "+who+", and there is a Person "+suggest.List(near, "and a Person"), "did you mean "+suggest.List(near, "or")+
					"? Otherwise declare the Person "+who)
		}
	}
}

// named are the people whom a record names, each with the field that does first.
func named(r directory.Record) map[string]string {
	out := map[string]string{}
	add := func(who, field string) {
		if _, known := out[who]; who != "" && !known {
			out[who] = field
		}
	}
	subjects := func(list []directory.Subject) {
		for i, s := range list {
			if s.Kind == directory.KindPerson {
				add(s.Name, at("spec.subjects", i))
			}
		}
	}
	switch r := r.(type) {
	case *directory.RoleBinding:
		subjects(r.Subjects)
	case *directory.Group:
		for i, m := range r.Members {
			add(m.Name, at("spec.members", i))
		}
	case *directory.PermissionOverride:
		add(r.Person, "spec.person")
	case *directory.Entity:
		add(r.Owner, "spec.owner")
	case *directory.Platform:
		for i, p := range r.Administrators {
			if p.Kind == directory.PrincipalPerson {
				add(p.Name, at("spec.administrators", i))
			}
		}
	}
	return out // what a SystemDeny names and nothing else does is a finding of its own
}
