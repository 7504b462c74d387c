package edit

import (
	"fmt"
	"slices"

	"provost.dev/provost/internal/engine/directory"
)

// namedElsewhere looks at what stays as it is and names a group or a role that is written anew. Where it decides who is in a group, or
// takes something, it has to name the new one too: without it somebody would be kept out of the one run, and not of the other. A
// binding somewhere else gives something; it is told.
func (g *likening) namedElsewhere() {
	for _, r := range g.s.Records() {
		if _, ours := g.names[r.ID()]; ours {
			continue
		}
		switch r := r.(type) {
		case *directory.Group:
			for list, name := range r.Compose.All() {
				names := [...][]string{r.Compose.Include, r.Compose.Require, r.Compose.Exclude}[list]
				g.both(r.ID(), "spec.compose."+list.String(), directory.Key{Namespace: r.Key.Namespace, Name: name}.GroupID(), func(new string) bool {
					return slices.Contains(names, new)
				})
			}
		case *directory.SystemDeny:
			for i, s := range r.Subjects {
				g.both(r.ID(), fmt.Sprintf("spec.subjects[%d]", i), directory.ID(s),
					func(new string) bool {
						return slices.Contains(r.Subjects, directory.Subject{Kind: s.Kind, Namespace: s.Namespace, Name: new})
					})
			}
		case *directory.RoleTemplate:
			namespace := r.Key.Namespace
			if namespace == directory.SystemNamespace { // it means each namespace's own
				namespace = g.Of.Namespace
			}
			g.roles(r.ID(), "spec.roles", namespace, r.Roles)
		case *directory.Role:
			g.rules(r.ID(), "spec.", r.Key.Namespace, r.Requires, r.ExclusiveWith)
		case *directory.Platform:
			for i, rule := range r.RoleRules {
				g.rules(r.ID(), fmt.Sprintf("spec.roleRules[%d].", i), g.Of.Namespace, rule.Requires, rule.ExclusiveWith)
			}
		case *directory.RoleBinding:
			for i, s := range r.Subjects {
				if name, ours := g.names[directory.ID(s)]; ours &&
					!slices.Contains(r.Subjects, directory.Subject{Kind: s.Kind, Namespace: s.Namespace, Name: name}) {
					at, _ := g.w.Set.Locate(r.ID(), fmt.Sprintf("spec.subjects[%d]", i))
					g.out.Elsewhere = append(g.out.Elsewhere, LeftOut{ID: r.ID(), At: at, Why: "it names " + s.Name + ", and not " + name})
				}
			}
		}
	}
}

// both refuses what names something that is written anew, and not the new one.
func (g *likening) both(id directory.ID, field string, named directory.ID, too func(name string) bool) {
	if name, ours := g.names[named]; ours && !too(name) {
		g.refuse(id, field, "it names %s, and would not name the new %s; add %s beside it first, which may be named before it is there, or "+
			"take %s out", idLabel(named), name, name, named.Name)
	}
}

func (g *likening) roles(id directory.ID, field, namespace string, roles []string) {
	for _, name := range roles {
		g.both(id, field, directory.Key{Namespace: namespace, Name: name}.RoleID(), func(new string) bool { return slices.Contains(roles, new) })
	}
}

// rules looks at what a role needs and what it excludes.
func (g *likening) rules(id directory.ID, field, namespace string, requires []directory.Requirement, excludes []directory.Exclusion) {
	var needs, not []string
	for _, r := range requires {
		needs = append(needs, r.Role)
	}
	for _, x := range excludes {
		not = append(not, x.Role)
	}
	g.roles(id, field+"requires", namespace, needs)
	g.roles(id, field+"exclusiveWith", namespace, not)
}
