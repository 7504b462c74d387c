package peers

import (
	"maps"
	"math/rand/v2"
	"slices"
)

// Sample are questions to compare answers by: some of those that are timed, and others
// that aim at what is rare among them: people who have a role at the course, people
// with an override there, and what denies take.
func (w *World) Sample(n int) []Query {
	r := rand.New(rand.NewPCG(7, 8))
	people := slices.Sorted(maps.Keys(w.Members))
	permissions := w.permissions()
	at := map[string][]Grant{} // by group
	for _, g := range w.Grants {
		at[g.Group] = append(at[g.Group], g)
	}
	out := slices.Clone(w.Queries[:min(n, len(w.Queries))])
	for range n {
		person := people[r.IntN(len(people))]
		out = append(out, Query{person, w.Courses[r.IntN(len(w.Courses))], permissions[r.IntN(len(permissions))]})
		for _, group := range w.groupsOf(person) {
			if grants := at[group]; len(grants) > 0 {
				g := grants[r.IntN(len(grants))]
				out = append(out, Query{person, g.Course, permissions[r.IntN(len(permissions))]})
			}
		}
	}
	for _, o := range w.Overrides[:min(n, len(w.Overrides))] {
		out = append(out, Query{o.Person, o.Course, o.Permissions[0]}, Query{o.Person, o.Course, permissions[r.IntN(len(permissions))]})
	}
	for _, d := range w.Denies {
		out = append(out, w.sampleDeny(d, people, at)...)
	}
	return out
}

// sampleDeny asks of the first members of a denied group for what is denied, wherever they have a role.
func (w *World) sampleDeny(d Deny, people []string, at map[string][]Grant) (out []Query) {
	members := 0
	for _, person := range people {
		groups := w.groupsOf(person)
		if !slices.Contains(groups, d.Group) {
			continue
		}
		for _, group := range groups {
			for _, g := range at[group][:min(3, len(at[group]))] {
				for _, id := range d.Permissions {
					out = append(out, Query{person, g.Course, id})
				}
			}
		}
		if members++; members == 3 {
			break
		}
	}
	return out
}
