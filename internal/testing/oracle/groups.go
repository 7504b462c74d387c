package oracle

import (
	"slices"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// matches says whether all expressions hold, with the meaning of Kubernetes'
// label selectors: NotIn and DoesNotExist hold too where the key is absent. Of
// several values one suffices for In, and NotIn asks that none is listed (R37).
func matches(s *directory.Selector, attributes directory.Attributes) bool {
	for _, e := range s.Expressions {
		present, listed := len(attributes[e.Key]) > 0, false
		for _, value := range attributes[e.Key] {
			listed = listed || slices.Contains(e.Values, value)
		}
		if e.Operator == directory.In && !listed ||
			e.Operator == directory.NotIn && listed ||
			e.Operator == directory.Exists && !present ||
			e.Operator == directory.DoesNotExist && present {
			return false
		}
	}
	return true
}

// parent is the group directly above g (R12). A parent that does not exist
// (R17), or does not admit g's namespace (R18), is none.
func (w *World) parent(g *directory.Group) *directory.Group {
	if g.Parent.Name == "" {
		return nil
	}
	p := w.group(g.Parent)
	if p == nil || !w.admits(p, g.Key.Namespace) {
		return nil
	}
	return p
}

// admits is R18: whether groups of the namespace may stand below g.
func (w *World) admits(g *directory.Group, namespace string) bool {
	if namespace == g.Key.Namespace {
		return true
	}
	switch g.AllowedSubgroups.From {
	case directory.SubgroupsAll:
		return true
	case directory.SubgroupsSelector:
		selector := g.AllowedSubgroups.Selector
		return selector != nil && matches(selector, w.labels(namespace))
	}
	return false
}

// labels are those of a namespace, declared or not, with the one that the API server sets.
func (w *World) labels(namespace string) directory.Attributes {
	labels := directory.Attributes{}
	for _, n := range w.namespaces {
		if n.Name == namespace {
			for k, v := range n.Labels {
				labels[k] = []string{v}
			}
		}
	}
	labels["kubernetes.io/metadata.name"] = []string{namespace}
	return labels
}

// above are the groups met while walking up from g, nearest first, each once (R17).
func (w *World) above(g *directory.Group) []*directory.Group {
	var out []*directory.Group
	for p := w.parent(g); p != nil && p != g && !slices.Contains(out, p); p = w.parent(p) {
		out = append(out, p)
	}
	return out
}

// Cycle names the groups of the cycle that the group is on or below, beginning
// with the least key and going up; nil where there is none (R17).
func (w *World) Cycle(k directory.Key) []directory.Key {
	var walked []directory.Key
	for g := w.group(k); g != nil; g = w.parent(g) {
		if first := slices.Index(walked, g.Key); first >= 0 {
			cycle := walked[first:]
			least := slices.Index(cycle, slices.MinFunc(cycle, directory.Key.Compare))
			return slices.Concat(cycle[least:], cycle[:least])
		}
		walked = append(walked, g.Key)
	}
	return nil
}

// declares is R12 and R12a: an open Active entry, or a selector that matches a declared, active person.
func (w *World) declares(g *directory.Group, person string, now time.Time) bool {
	return declaresByEntry(g, person, now) || w.declaresBySelector(g, person)
}

func declaresByEntry(g *directory.Group, person string, now time.Time) bool {
	return slices.ContainsFunc(g.Members, func(m directory.Member) bool {
		return m.Name == person && m.State == directory.MemberActive && open(m.Window, now)
	})
}

func (w *World) declaresBySelector(g *directory.Group, person string) bool {
	p := w.person(person)
	return g.Selector != nil && len(g.Selector.Expressions) > 0 &&
		p != nil && !p.Suspended && matches(g.Selector, p.Attributes)
}

// blocks is R12a and R14 (an open Removed entry) and R15 (a Listed group blocks everyone whom it does not declare).
func (w *World) blocks(g *directory.Group, person string, now time.Time) bool {
	removed := slices.ContainsFunc(g.Members, func(m directory.Member) bool {
		return m.Name == person && m.State == directory.MemberRemoved && (open(m.Window, now) || never(m.Window))
	})
	return removed || g.Listed && !w.declares(g, person, now)
}

// never says whether a window is never open: a Removed entry with one blocks all the same (R12a).
func never(w directory.Window) bool {
	return !w.NotBefore.IsZero() && !w.NotAfter.IsZero() && !w.NotBefore.Before(w.NotAfter)
}

// IsMember is R13, R14 and R17: some group at or below declares the person, and
// neither the group nor any group above it blocks the person. On or below a
// cycle only the group's own declaration counts.
func (w *World) IsMember(person string, k directory.Key, now time.Time) bool {
	g := w.group(k)
	if g == nil {
		return false
	}
	for _, a := range append(w.above(g), g) {
		if w.blocks(a, person, now) {
			return false
		}
	}
	return len(w.through(person, g, now)) > 0
}

// through are the groups at or below g that declare the person (R13), in order
// of their keys; on or below a cycle that can be g alone (R17).
func (w *World) through(person string, g *directory.Group, now time.Time) []directory.Key {
	var out []directory.Key
	for _, d := range w.groups {
		below := len(w.Cycle(g.Key)) == 0 && slices.Contains(w.above(d), g)
		if (d == g || below) && w.declares(d, person, now) {
			out = append(out, d.Key)
		}
	}
	slices.SortFunc(out, directory.Key.Compare)
	return out
}

// roleWithin is R12a and R16: the highest role of the open Active entries of this very group, else Learner.
func roleWithin(g *directory.Group, person string, now time.Time) directory.MemberRole {
	role := directory.Learner
	for _, m := range g.Members {
		if m.Name == person && m.State == directory.MemberActive && open(m.Window, now) {
			role = max(role, m.Role)
		}
	}
	return role
}

// Members are the effective members of a group, by name.
func (w *World) Members(k directory.Key, now time.Time) []directory.Membership {
	var out []directory.Membership
	g := w.group(k)
	for _, person := range w.people {
		if w.IsMember(person, k, now) {
			out = append(out, directory.Membership{
				Person:  person,
				Role:    roleWithin(g, person, now),
				Direct:  w.declares(g, person, now),
				Through: w.through(person, g, now),
				Until:   w.memberUntil(person, k, now),
			})
		}
	}
	return out
}

// memberUntil is the first moment after now at which a member no longer is one (R12a); zero where there is none.
func (w *World) memberUntil(person string, k directory.Key, now time.Time) time.Time {
	var ends []time.Time
	for _, g := range w.groups {
		for _, m := range g.Members {
			ends = append(ends, m.Window.NotBefore, m.Window.NotAfter)
		}
	}
	slices.SortFunc(ends, time.Time.Compare)
	for _, at := range ends {
		if at.After(now) && !w.IsMember(person, k, at) {
			return at
		}
	}
	return time.Time{}
}

// GroupsOf are the groups of which the person is an effective member, in order.
func (w *World) GroupsOf(person string, now time.Time) []directory.Key {
	var out []directory.Key
	for _, k := range w.GroupKeys() {
		if w.IsMember(person, k, now) {
			out = append(out, k)
		}
	}
	return out
}

// AtOrBelow are the group and those from which walking up meets it, in order (R14, R17).
func (w *World) AtOrBelow(k directory.Key) []directory.Key {
	var out []directory.Key
	for _, d := range w.groups {
		if g := w.group(k); d == g || slices.Contains(w.above(d), g) {
			out = append(out, d.Key)
		}
	}
	slices.SortFunc(out, directory.Key.Compare)
	return out
}

// Person is what status shows of a person: declared or not, subject state, groups.
func (w *World) Person(name string, now time.Time) directory.PersonStatus {
	return directory.PersonStatus{Declared: w.person(name) != nil, SubjectState: w.SubjectState(name), Groups: w.GroupsOf(name, now)}
}

// Group is what status shows of a group: its place in the tree, the cycle, the counts.
func (w *World) Group(k directory.Key, now time.Time) directory.GroupStatus {
	f := directory.GroupStatus{Key: k}
	g := w.group(k)
	if g == nil {
		return f
	}
	f.Declared = true
	f.ParentState = w.groupParentState(g)
	f.Cycle = w.Cycle(k)
	f.OnCycle = slices.Contains(f.Cycle, k)
	f.Path = []directory.Key{k}
	if len(f.Cycle) == 0 {
		for _, a := range w.above(g) {
			f.Path = append([]directory.Key{a.Key}, f.Path...)
		}
	}
	for _, person := range w.people {
		if w.declares(g, person, now) {
			f.DeclaredCount++
		}
	}
	f.MemberCount = len(w.Members(k, now))
	for _, s := range w.groups {
		if w.parent(s) == g {
			f.Subgroups = append(f.Subgroups, s.Key)
		}
	}
	slices.SortFunc(f.Subgroups, directory.Key.Compare)
	return f
}

func (w *World) groupParentState(g *directory.Group) directory.ParentState {
	switch {
	case g.Parent.Name == "":
		return directory.ParentNone
	case w.group(g.Parent) == nil:
		return directory.ParentNotFound
	case w.parent(g) == nil:
		return directory.ParentNotAllowed
	}
	return directory.ParentOK
}
