package edit

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest/node"
	"provost.dev/provost/internal/text/suggest"
)

// binding leaves out who is named, and the groups of others who learned.
func (g *likening) binding(r *directory.RoleBinding) *change {
	is, c := *r, &change{}
	c.record = &is
	learner := g.learner(r.Key.Namespace, r.Role, r.Entity, r.Selects)
	over := !r.Window.NotAfter.IsZero() && !r.Window.NotAfter.After(g.Now)
	var people, groups []string
	var keep []int
	is.Subjects = nil
	for i, s := range r.Subjects {
		switch {
		case s.Kind == directory.KindPerson && (learner || !g.Staff || over):
			people = append(people, s.Name)
			continue
		case s.Kind == directory.KindGroup:
			k, ok := g.standsFor(directory.Key{Namespace: s.Namespace, Name: s.Name}, learner)
			if !ok {
				groups = append(groups, s.Name)
				continue
			}
			s = directory.GroupSubject(k)
		}
		if !slices.Contains(is.Subjects, s) {
			keep, is.Subjects = append(keep, i), append(is.Subjects, s)
		}
	}
	c.without = leftOf(people, groups)
	if len(keep) == 0 {
		g.leave(r.ID(), "spec.subjects", "it gives %s to %s", r.Role.Name, strings.Join(c.without, ", and to "))
		return nil
	}
	timed := g.timed(r.ID(), "", r.Window, r.Term)
	if timed {
		is.Window, is.Term = directory.Window{}, g.then()
		if over {
			c.without = append(c.without, "its end, which is past ("+findings.End(r.Window.NotAfter)+")")
		}
	}
	is.ReviewBy = time.Time{}
	subjects := is.Subjects
	c.node = func(spec *node.Node) {
		g.during(spec, timed)
		unset(spec, "reviewBy")
		pick(get(spec, "subjects"), keep)
		for i, n := range node.Items(get(spec, "subjects")) {
			s := subjects[i]
			if s.Kind != directory.KindGroup {
				continue
			}
			if setText(n, "name", s.Name); s.Namespace != r.Key.Namespace || get(n, "namespace") != nil {
				setText(n, "namespace", s.Namespace)
			}
		}
	}
	return c
}

// standsFor is the group in the place of another one; ok is false where that is one of others who learned.
func (g *likening) standsFor(k directory.Key, learner bool) (directory.Key, bool) {
	if other, ok := g.Instead[k]; ok {
		g.used[k] = true
		return other, true
	}
	_, ours := g.names[k.GroupID()]
	return k, ours || !learner
}

// leftOf tells whom something does not name any more.
func leftOf(people, groups []string) []string {
	var out []string
	if len(people) > 0 {
		out = append(out, named(people))
	}
	if len(groups) > 0 {
		out = append(out, named(groups)+", who learned")
	}
	return out
}

// mostNamed is how many names are written out.
const mostNamed = 3

func named(names []string) string {
	if more := len(names) - mostNamed; more > 1 {
		names = append(names[:mostNamed:mostNamed], fmt.Sprintf("%d more", more))
	}
	return suggest.List(names, "and")
}
