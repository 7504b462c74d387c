package peers

import "maps"

// place is one person at one course.
type place struct{ person, course string }

// bits are permissions, each the bit of its place in World.permissions.
type bits uint64

// Map is no engine but the least that one could do: a lookup of an answer that was
// worked out beforehand, for every person at every course. It explains nothing, and a
// member more or less means to work out all of it again.
func Map(w *World, questions []Query) (Decider, error) {
	bit := map[string]bits{}
	for i, id := range w.permissions() {
		bit[id] = 1 << i
	}
	set := func(ids []string) (s bits) {
		for _, id := range ids {
			s |= bit[id]
		}
		return s
	}
	type grant struct {
		course string
		set    bits
	}
	grants := map[string][]grant{} // by group
	for _, g := range w.Grants {
		grants[g.Group] = append(grants[g.Group], grant{g.Course, set(w.Roles[w.roleOf(g)])})
	}
	overrides := map[place]bits{}
	for _, o := range w.Overrides {
		overrides[place{o.Person, o.Course}] = set(o.Permissions)
	}
	denies := map[string]bits{} // by group
	for _, d := range w.Denies {
		denies[d.Group] |= set(d.Permissions)
	}

	may := map[place]bits{}
	for person := range w.Members {
		for _, group := range w.groupsOf(person) {
			for _, g := range grants[group] {
				may[place{person, g.course}] |= g.set
			}
		}
	}
	maps.Copy(may, overrides)
	denied := map[string]bits{} // by person
	for person := range w.Members {
		for _, group := range w.groupsOf(person) {
			denied[person] |= denies[group]
		}
	}
	for at := range may {
		may[at] &^= denied[at.person]
	}

	type question struct {
		at   place
		want bits
	}
	asked := make([]question, len(questions))
	for i, q := range questions {
		asked[i] = question{place{q.Person, q.Course}, bit[q.Permission]}
	}
	return func(i int) bool {
		q := &asked[i]
		return may[q.at]&q.want != 0
	}, nil
}
