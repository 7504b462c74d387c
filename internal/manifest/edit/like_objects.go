package edit

import (
	"maps"
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
	if v, ok := directory.ParseVisibility(g.Visibility); first && ok {
		is.Visibility = v
	}
	if first && len(g.Attributes) > 0 {
		is.Attributes = maps.Clone(r.Attributes)
		if is.Attributes == nil {
			is.Attributes = directory.Attributes{}
		}
		maps.Copy(is.Attributes, g.Attributes)
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
		g.attributes(spec)
	}
	return c
}

// attributes gives the first entity its own in the places of those of the same names.
func (g *likening) attributes(spec *node.Node) {
	if len(g.Attributes) == 0 {
		return
	}
	all := get(spec, "attributes")
	if all == nil {
		all = &node.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle, Tag: "!!map"}
		setNode(spec, "attributes", all)
	}
	for _, name := range slices.Sorted(maps.Keys(g.Attributes)) {
		list := &node.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, Tag: "!!seq"}
		for _, text := range g.Attributes[name] {
			list.Content = append(list.Content, &node.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text})
		}
		setNode(all, name, list)
	}
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
