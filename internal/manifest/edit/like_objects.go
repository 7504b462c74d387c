package edit

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/node"
)

// changeOf is how an object is altered, beside the names; nil where it is left out, which is noted.
func (g *likening) changeOf(r directory.Record) *change {
	switch r := r.(type) {
	case *directory.Entity:
		return g.entity(r)
	case *directory.Group:
		return g.group(r)
	case *directory.RoleBinding:
		return g.binding(r)
	case *directory.PermissionOverride:
		switch {
		case !g.Staff:
			g.leave(r.ID(), "spec.person", "it says what %s may do there, by name", r.Person)
		case r.Window != (directory.Window{}):
			g.leave(r.ID(), "spec.person", "it has dates, and cannot name a term")
		default:
			return &change{record: r}
		}
		return nil
	case *directory.SystemDeny:
		return g.deny(r)
	}
	return &change{record: r} // a role
}

// entity leaves out when something takes place, and gives the first one its own words.
func (g *likening) entity(r *directory.Entity) *change {
	is, c := *r, &change{}
	c.record = &is
	dates := []string{"startsAt", "endsAt", "dueAt"}
	first := r.Key == g.Of
	if first && g.Term != nil {
		is.Term = *g.Term
	}
	if first && g.Parent.Name != "" {
		is.Parent = g.Parent
	}
	c.node = func(spec *node.Node) {
		if slices.ContainsFunc(dates, func(f string) bool { return get(spec, f) != nil }) {
			c.without = []string{"the dates"}
		}
		unset(spec, dates...)
		if !first {
			return
		}
		g.during(spec, g.Term != nil)
		for field, text := range map[string]string{"displayName": g.DisplayName, "description": g.Description, "visibility": g.Visibility} {
			if text != "" {
				setText(spec, field, text)
			}
		}
		if g.Parent.Name != "" {
			parent := &node.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle, Tag: "!!map"}
			setText(parent, "kind", g.Parent.Level.String())
			setText(parent, "name", g.Parent.Name)
			setNode(spec, "parentRef", parent)
		}
	}
	return c
}

// deny takes what the other one does, for as long as there is no end: it cannot name a term.
func (g *likening) deny(r *directory.SystemDeny) *change {
	if !r.Window.NotAfter.IsZero() && !r.Window.NotAfter.After(g.Now) {
		g.leave(r.ID(), "spec.notAfter", "it is over")
		return nil
	}
	is, c := *r, &change{}
	c.record = &is
	is.Window = directory.Window{}
	if is.Window != r.Window {
		c.without = append(c.without, "the dates")
	}
	c.node = func(spec *node.Node) { unset(spec, "notBefore", "notAfter") }
	return c
}
