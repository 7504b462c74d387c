package coalition

import (
	"fmt"
	"maps"
	"slices"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
)

// probes are people who stand for whoever may come: one in each group, and one
// for each combination of attributes that a selector may ask for. What a group
// carries, a selector chooses or a template gives shows in them, whether anybody
// is there today or not. Those in groups have no Person, so that no selector
// chooses them too: who comes into a second group is judged when he does.
type probes struct {
	groups []directory.Key
	people []*directory.Person
}

const probeIn = "probe-in-"

func probeOf(k directory.Key) string { return probeIn + k.Namespace + "-" + k.Name }

// probesFor are those of the groups that a world has, or names.
func probesFor(worlds ...*World) *probes {
	p := &probes{}
	values := map[string][]string{}
	for _, w := range worlds {
		each(w, func(g *directory.Group) {
			if w == worlds[0] || named(worlds[0], g.Key) {
				p.groups = append(p.groups, g.Key)
			}
			if g.Selector.Empty() {
				return
			}
			for _, e := range g.Selector.Expressions {
				values[e.Key] = append(append(values[e.Key], e.Values...), "else")
			}
		})
	}
	slices.SortFunc(p.groups, directory.Key.Compare)
	p.groups = slices.Compact(p.groups)
	for i, attributes := range combinations(values) {
		p.people = append(p.people, &directory.Person{Name: fmt.Sprintf("probe-%d", i), Attributes: attributes})
	}
	return p
}

// named says whether something gives to a group of that name, or stands below it.
func named(w *World, k directory.Key) bool {
	for _, r := range w.Records {
		switch r := r.(type) {
		case *directory.RoleBinding:
			if slices.Contains(r.Subjects, directory.GroupSubject(k)) {
				return true
			}
		case *directory.SystemDeny:
			if slices.Contains(r.Subjects, directory.GroupSubject(k)) {
				return true
			}
		case *directory.Group:
			if r.Parent == k {
				return true
			}
		}
	}
	return false
}

// combinations are all ways to give each key one of its values, all of them, or none.
func combinations(values map[string][]string) []directory.Attributes {
	if len(values) == 0 {
		return nil
	}
	out := []directory.Attributes{{}}
	for key, list := range values {
		slices.Sort(list)
		list = slices.Compact(list)
		ways := [][]string{list}
		for _, v := range list {
			ways = append(ways, []string{v})
		}
		for _, m := range out {
			for _, way := range ways {
				with := maps.Clone(m)
				with[key] = way
				out = append(out, with)
			}
		}
	}
	return out
}

// into is a world with the probes in it.
func (p *probes) into(w *World) *World {
	var changes []oracle.Change
	for _, k := range p.groups {
		if g, ok := w.Find((&directory.Group{Key: k}).ID()).(*directory.Group); ok {
			with := *g
			with.Members = append(slices.Clone(g.Members), directory.Member{Name: probeOf(k)})
			changes = append(changes, oracle.Set(&with))
		}
	}
	for _, person := range p.people {
		changes = append(changes, oracle.Set(person))
	}
	return w.After(changes...)
}
