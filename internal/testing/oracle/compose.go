package oracle

import (
	"slices"
	"sync"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// R36, from the text alone. A reference is one name in one list of one group's compose.
type reference struct {
	from *directory.Group
	list directory.ComposeList
	name directory.Key
}

// composed is what follows from the references between groups: it depends neither on people nor on the clock.
type composed struct {
	references map[directory.Key][]reference // those that bear on a group, by group
	looksAt    map[directory.Key]map[directory.Key]bool
	unsettled  map[directory.Key]bool
	selective  map[directory.Key]bool

	mu    *sync.Mutex
	known map[question]bool
	// active are the worlds in which one suspended person is not, by name.
	active map[string]*World
}

type question struct {
	group  directory.Key
	person string
	now    int64
}

// once answers a question about a group that hangs on others only once: the answers hang on each other.
func (c *composed) once(k directory.Key, person string, now time.Time, answer func() bool) bool {
	if len(c.references[k]) == 0 {
		return answer()
	}
	q := question{k, person, now.UnixNano()}
	c.mu.Lock()
	known, ok := c.known[q]
	c.mu.Unlock()
	if ok {
		return known
	}
	is := answer()
	c.mu.Lock()
	c.known[q] = is
	c.mu.Unlock()
	return is
}

func referencesOf(g *directory.Group) []reference {
	var out []reference
	for list, name := range g.Compose.All() {
		out = append(out, reference{g, list, directory.Key{Namespace: g.Key.Namespace, Name: name}})
	}
	return out
}

// bearing are the references on which the members of a group hang: in its own compose and in that of the groups
// below it, whose members are its own; in require and exclude of the groups above it, which block; and in every list of
// a Listed group above it, which blocks whom it does not declare. What passes nothing up (R17) brings nothing.
func (w *World) bearing(g *directory.Group) []reference {
	out := referencesOf(g)
	for _, k := range w.AtOrBelow(g.Key) {
		if d := w.group(k); d != g && len(w.Cycle(g.Key)) == 0 {
			out = append(out, referencesOf(d)...)
		}
	}
	for _, a := range w.above(g) {
		for _, r := range referencesOf(a) {
			if a.Listed || r.list != directory.ComposeInclude {
				out = append(out, r)
			}
		}
	}
	return out
}

func (w *World) compose() composed {
	w.composed = composed{
		references: map[directory.Key][]reference{}, looksAt: map[directory.Key]map[directory.Key]bool{},
		unsettled: map[directory.Key]bool{}, selective: map[directory.Key]bool{},
		mu: &sync.Mutex{}, known: map[question]bool{}, active: map[string]*World{},
	}
	c := w.composed
	if !slices.ContainsFunc(w.groups, func(g *directory.Group) bool { return !g.Compose.Empty() }) {
		return c // and of none of them it says anything
	}
	for _, g := range w.groups {
		c.references[g.Key] = w.bearing(g)
	}
	for _, g := range w.groups {
		c.looksAt[g.Key] = w.seenFrom(g.Key)
	}
	for _, g := range w.groups {
		c.unsettled[g.Key], c.selective[g.Key] = w.isUnsettled(g), w.isSelective(g)
	}
	return c
}

// seenFrom are the groups at which a group looks, directly or through others.
func (w *World) seenFrom(k directory.Key) map[directory.Key]bool {
	seen := map[directory.Key]bool{}
	todo := []directory.Key{k}
	for len(todo) > 0 {
		next := todo[0]
		todo = todo[1:]
		for _, r := range w.composed.references[next] {
			if w.group(r.name) != nil && !seen[r.name] {
				seen[r.name] = true
				todo = append(todo, r.name)
			}
		}
	}
	return seen
}

// onCircle says whether a reference closes a circle: the group that it names looks at one on which the reference bears,
// or is that one.
func (w *World) onCircle(r reference) bool {
	for _, g := range w.groups {
		if slices.Contains(w.composed.references[g.Key], r) && (g.Key == r.name || w.composed.looksAt[r.name][g.Key]) {
			return true
		}
	}
	return false
}

// missing says whether a reference counts as one to a group that does not exist.
func (w *World) missing(r reference) bool { return w.group(r.name) == nil || w.onCircle(r) }

// uncertain says whether nobody can tell who the members of the group are that a reference names: it is unsettled, or
// passes nothing up because its parents go round in a circle (R17).
func (w *World) uncertain(r reference) bool {
	g := w.group(r.name)
	return w.isUnsettled(g) || len(w.Cycle(g.Key)) > 0
}

func (w *World) isUnsettled(g *directory.Group) bool {
	return slices.ContainsFunc(w.composed.references[g.Key], func(r reference) bool { return w.missing(r) || w.uncertain(r) })
}

// isSelective says whether it hangs on people's attributes who is a member: on the group's own selector, on those of the
// groups below it, of a Listed group above it, or of a group at which it looks.
func (w *World) isSelective(g *directory.Group) bool {
	selects := func(g *directory.Group) bool { return g.Selector != nil && len(g.Selector.Expressions) > 0 }
	for _, k := range w.AtOrBelow(g.Key) {
		if selects(w.group(k)) {
			return true
		}
	}
	for _, a := range w.above(g) {
		if a.Listed && selects(a) {
			return true
		}
	}
	return slices.ContainsFunc(w.composed.references[g.Key], func(r reference) bool { return !w.missing(r) && w.isSelective(w.group(r.name)) })
}

// includes says whether the group declares the person as a member of a group that it includes.
func (w *World) includes(g *directory.Group, person string, now time.Time) bool {
	return slices.ContainsFunc(referencesOf(g), func(r reference) bool {
		return r.list == directory.ComposeInclude && !w.missing(r) && w.IsMember(person, r.name, now)
	})
}

// keepsOut says whether the group's require or exclude blocks the person.
func (w *World) keepsOut(g *directory.Group, person string, now time.Time) bool {
	return slices.ContainsFunc(referencesOf(g), func(r reference) bool {
		switch {
		case r.list == directory.ComposeInclude:
			return false
		case w.missing(r):
			return true
		case r.list == directory.ComposeRequire:
			return !w.IsMember(person, r.name, now)
		}
		return w.uncertain(r) || w.IsMember(person, r.name, now) || w.composed.selective[r.name] && w.mayBeChosen(r.name, person, now)
	})
}

// mayBeChosen is what a group with a selector excludes besides its members: whoever has no Person, and suspended people
// who would be members were they not suspended.
func (w *World) mayBeChosen(k directory.Key, person string, now time.Time) bool {
	p := w.person(person)
	return p == nil || p.Suspended && w.withActive(p).IsMember(person, k, now)
}

// withActive is the world in which one person is not suspended.
func (w *World) withActive(p *directory.Person) *World {
	w.composed.mu.Lock()
	defer w.composed.mu.Unlock()
	if w.composed.active[p.Name] == nil {
		other, active := *w, *p
		active.Suspended = false
		other.persons = append(slices.DeleteFunc(slices.Clone(w.persons), func(o *directory.Person) bool { return o.Name == p.Name }), &active)
		other.composed.known, other.composed.mu = map[question]bool{}, &sync.Mutex{}
		w.composed.active[p.Name] = &other
	}
	return w.composed.active[p.Name]
}

// denyReaches says whom a SystemDeny names: as grants do, and of an unsettled group everybody whom it, the groups below
// it and those that they include declare, blocked or not.
func (w *World) denyReaches(subjects []directory.Subject, person string, now time.Time) bool {
	return w.reaches(subjects, person, now) || slices.ContainsFunc(subjects, func(s directory.Subject) bool {
		k := directory.Key{Namespace: s.Namespace, Name: s.Name}
		return s.Kind == directory.KindGroup && w.composed.unsettled[k] && w.mayBeIn(k, person, now, map[directory.Key]bool{})
	})
}

func (w *World) mayBeIn(k directory.Key, person string, now time.Time, seen map[directory.Key]bool) bool {
	if w.group(k) == nil || seen[k] {
		return false
	}
	seen[k] = true
	for _, below := range w.AtOrBelow(k) {
		d := w.group(below)
		if w.declaresItself(d, person, now) {
			return true
		}
		for _, r := range referencesOf(d) {
			if r.list == directory.ComposeInclude && w.mayBeIn(r.name, person, now, seen) {
				return true
			}
		}
	}
	return false
}

// references are what a group's own compose says, with what became of each.
func (w *World) references(g *directory.Group) []directory.Reference {
	var out []directory.Reference
	for _, r := range referencesOf(g) {
		is := directory.Reference{List: r.list, Name: r.name}
		switch {
		case w.group(r.name) == nil:
			is.State = directory.ReferenceMissing
		case w.onCircle(r):
			is.State = directory.ReferenceOnCircle
		case w.uncertain(r):
			is.State = directory.ReferenceUnsettled
		}
		out = append(out, is)
	}
	return out
}

// circle is the circle that a group is on, or that a reference of its own closes: the groups that look at each other,
// and the first of the references that close it. It is nil where there is none.
func (w *World) circle(g *directory.Group) *directory.Circle {
	sees := w.composed.looksAt
	on := directory.Key{}
	if sees[g.Key][g.Key] {
		on = g.Key
	} else {
		for _, r := range referencesOf(g) {
			if w.group(r.name) != nil && w.onCircle(r) && (on == (directory.Key{}) || r.name.Compare(on) < 0) {
				on = r.name
			}
		}
	}
	if on == (directory.Key{}) {
		return nil
	}
	out := &directory.Circle{}
	for _, k := range w.GroupKeys() {
		if sees[on][k] && sees[k][on] {
			out.Groups = append(out.Groups, k)
		}
	}
	for _, k := range w.GroupKeys() {
		for _, r := range referencesOf(w.group(k)) {
			if out.By == (directory.Key{}) && slices.Contains(out.Groups, r.name) && w.onCircle(r) {
				out.By, out.List, out.Names = k, r.list, r.name
			}
		}
	}
	return out
}
