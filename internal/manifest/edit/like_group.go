package edit

import (
	"fmt"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/node"
	"provost.dev/provost/internal/text/words"
)

// group leaves the list empty, and what chooses those who learned. Whom the list keeps out stays out where something else chooses people.
func (g *likening) group(r *directory.Group) *change {
	is, c := *r, &change{}
	c.record = &is
	learner := g.learners[r.Key]
	chooses := g.choosesBelow(r.Key, map[directory.Key]bool{})
	var keep []int
	var timed []bool
	is.Members = nil
	for i, m := range r.Members {
		if m.State == directory.MemberRemoved && chooses || m.State != directory.MemberRemoved && g.Staff && !learner {
			t := g.timed(r.ID(), fmt.Sprintf("spec.members[%d]", i), m.Window, m.Term)
			if t {
				m.Window, m.Term = directory.Window{}, g.then()
			}
			keep, timed, is.Members = append(keep, i), append(timed, t), append(is.Members, m)
		}
	}
	if n := len(r.Members) - len(keep); n > 0 {
		c.without = append(c.without, words.Count(n, "entry of the list", "entries of the list"))
	}
	drops := learner && !r.Selector.Empty()
	if drops {
		is.Selector = nil
		c.without = append(c.without, "the selector of people")
	}
	include, gone := g.included(r, learner)
	if len(gone) > 0 {
		c.without = append(c.without, leftOf(nil, gone)...)
	}
	is.Compose.Include = include
	is.Enrolments = slices.Clone(r.Enrolments)
	during := make([]bool, len(r.Enrolments))
	for i := range is.Enrolments {
		e := &is.Enrolments[i]
		if during[i] = g.timed(r.ID(), fmt.Sprintf("spec.enrolments[%d]", i), e.Window, e.Term); during[i] {
			e.Window, e.Term = directory.Window{}, g.then()
		}
		e.ReviewBy = time.Time{}
	}
	c.node = func(spec *node.Node) {
		if members := get(spec, "members"); members != nil {
			pick(members, keep)
			for i, n := range node.Items(members) {
				g.during(n, timed[i])
			}
		}
		if drops {
			unset(spec, "memberSelector")
		}
		composes(spec, include)
		for i, n := range node.Items(get(spec, "enrolments")) {
			g.during(n, during[i])
			unset(n, "reviewBy")
		}
	}
	return c
}

// choosesBelow says whether a group, or one below it that is written anew, has members otherwise than by its list.
func (g *likening) choosesBelow(k directory.Key, seen map[directory.Key]bool) bool {
	if seen[k] {
		return false
	}
	seen[k] = true
	r := groupRecord(g.s, k)
	if r == nil {
		return false
	}
	if !r.Selector.Empty() || len(r.Compose.Include) > 0 {
		return true
	}
	for id := range g.names {
		if id.Kind != directory.KindGroup {
			continue
		}
		sub := directory.Key{Namespace: id.Namespace, Name: id.Name}
		if below := groupRecord(g.s, sub); below != nil && below.Parent == k && g.choosesBelow(sub, seen) {
			return true
		}
	}
	return false
}

// included are the groups that a group includes then, and those that it does not any more.
func (g *likening) included(r *directory.Group, learner bool) (include, gone []string) {
	for _, name := range r.Compose.Include {
		k, ok := g.standsFor(directory.Key{Namespace: r.Key.Namespace, Name: name}, learner)
		if k.Namespace != r.Key.Namespace {
			g.refuse(r.ID(), "spec.compose.include", "a group is made of those of its own namespace, and %s is not one", k)
		}
		if !ok {
			gone = append(gone, name)
		} else if !slices.Contains(include, k.Name) {
			include = append(include, k.Name)
		}
	}
	return include, gone
}

// composes writes what a group includes.
func composes(spec *node.Node, include []string) {
	compose := get(spec, "compose")
	list := get(compose, "include")
	if list == nil {
		return
	}
	if len(include) == 0 {
		if unset(compose, "include"); len(compose.Content) == 0 {
			unset(spec, "compose")
		}
		return
	}
	list.Content = list.Content[:len(include)]
	for i, name := range include {
		list.Content[i].Value = name
	}
}

// pick leaves of a list the entries with these numbers.
func pick(list *node.Node, keep []int) {
	var out []*node.Node
	for _, i := range keep {
		out = append(out, list.Content[i])
	}
	if list.Content = out; len(out) == 0 {
		list.Style = yaml.FlowStyle
	}
}
