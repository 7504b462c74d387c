package oracle

import (
	"slices"

	"provost.dev/provost/internal/engine/directory"
)

// World is a list of records, sorted by what they are.
type World struct {
	platform   directory.Platform
	namespaces []*directory.Namespace
	entities   []*directory.Entity
	persons    []*directory.Person
	roles      []*directory.Role
	templates  []*directory.RoleTemplate
	bindings   []*directory.RoleBinding
	overrides  []*directory.PermissionOverride
	denies     []*directory.SystemDeny
	groups     []*directory.Group
	terms      []*directory.Term
	// problems says of each binding why the term that it names leaves it no window (R33).
	problems map[directory.ID]directory.TermProblem
	// grants are the bindings, and the enrolments as bindings of their groups.
	grants []grant
	// people is everybody whom some record names.
	people []string
	// composed is how groups are made of others (R36).
	composed composed
}

// New is the world of these records. Of several with one ID the last counts.
func New(records ...directory.Record) *World {
	w := &World{problems: map[directory.ID]directory.TermProblem{}}
	last := make(map[directory.ID]int, len(records))
	for i, r := range records {
		last[r.ID()] = i
	}
	for i, r := range records {
		if last[r.ID()] == i {
			w.add(r)
		}
	}
	w.date()
	w.grants = w.allGrants()
	w.people = w.allPeople()
	w.composed = w.compose()
	return w
}

func (w *World) add(r directory.Record) {
	switch r := r.(type) {
	case *directory.Platform:
		w.platform = *r
	case *directory.Namespace:
		w.namespaces = append(w.namespaces, r)
	case *directory.Entity:
		w.entities = append(w.entities, r)
	case *directory.Person:
		w.persons = append(w.persons, r)
	case *directory.Role:
		w.roles = append(w.roles, r)
	case *directory.RoleTemplate:
		w.templates = append(w.templates, r)
	case *directory.RoleBinding:
		w.bindings = append(w.bindings, r)
	case *directory.PermissionOverride:
		w.overrides = append(w.overrides, r)
	case *directory.SystemDeny:
		w.denies = append(w.denies, r)
	case *directory.Term:
		w.terms = append(w.terms, r)
	case *directory.Group:
		w.groups = append(w.groups, r)
	}
}

// The look-ups: nil stands for "no manifest declares it".

func (w *World) entity(k directory.EntityKey) *directory.Entity {
	for _, e := range w.entities {
		if e.Key == k && k.Name != "" {
			return e
		}
	}
	return nil
}

func (w *World) person(name string) *directory.Person {
	for _, p := range w.persons {
		if p.Name == name {
			return p
		}
	}
	return nil
}

func (w *World) group(k directory.Key) *directory.Group {
	for _, g := range w.groups {
		if g.Key == k {
			return g
		}
	}
	return nil
}

func (w *World) role(k directory.Key) *directory.Role {
	for _, r := range w.roles {
		if r.Key == k {
			return r
		}
	}
	return nil
}

func (w *World) template(k directory.Key) *directory.RoleTemplate {
	for _, t := range w.templates {
		if t.Key == k {
			return t
		}
	}
	return nil
}

// People is everybody whom some record names, declared or not, in order.
func (w *World) People() []string { return slices.Clone(w.people) }

func (w *World) allPeople() []string {
	var names []string
	for _, p := range w.persons {
		names = append(names, p.Name)
	}
	for _, g := range w.groups {
		for _, m := range g.Members {
			names = append(names, m.Name)
		}
	}
	for _, g := range w.grants {
		names = append(names, peopleAmong(g.subjects)...)
	}
	for _, o := range w.overrides {
		names = append(names, o.Person)
	}
	for _, d := range w.denies {
		names = append(names, peopleAmong(d.Subjects)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func peopleAmong(subjects []directory.Subject) []string {
	var names []string
	for _, s := range subjects {
		if s.Kind == directory.KindPerson {
			names = append(names, s.Name)
		}
	}
	return names
}

// Entities is every declared entity, in order.
func (w *World) Entities() []directory.EntityKey {
	var keys []directory.EntityKey
	for _, e := range w.entities {
		keys = append(keys, e.Key)
	}
	slices.SortFunc(keys, directory.EntityKey.Compare)
	return keys
}

// GroupKeys is every declared group, in order.
func (w *World) GroupKeys() []directory.Key {
	var keys []directory.Key
	for _, g := range w.groups {
		keys = append(keys, g.Key)
	}
	slices.SortFunc(keys, directory.Key.Compare)
	return keys
}
