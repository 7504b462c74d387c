package edit

import (
	"slices"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// belonging finds what belongs to the entity, and gives it the names of what is written anew: what stands below it; what is said at one
// of these; and the groups that are about one of them, or have its name in theirs and get nothing anywhere else.
func (g *likening) belonging() {
	g.names[g.Of.ID()] = g.Name
	g.below[g.Of] = true
	g.descend(g.Of)
	elsewhere := g.grantedElsewhere()
	for _, r := range g.s.Records() {
		if g.belongs(r, elsewhere) {
			g.names[r.ID()] = g.newName(r.ID().Name)
		}
	}
}

func (g *likening) descend(k directory.EntityKey) {
	for _, c := range g.s.Children(k) {
		if _, declared := g.s.Record(c.ID()); declared && !g.below[c] {
			g.below[c] = true
			g.names[c.ID()] = g.newName(c.Name)
			g.descend(c)
		}
	}
}

func (g *likening) belongs(r directory.Record, elsewhere map[directory.Key]bool) bool {
	switch r := r.(type) {
	case *directory.Role:
		return g.below[r.Entity.In(r.Key.Namespace)]
	case *directory.RoleBinding:
		return g.at(r.Key.Namespace, r.Entity, r.Selects)
	case *directory.PermissionOverride:
		return g.below[r.Entity.In(r.Key.Namespace)]
	case *directory.SystemDeny:
		return r.Scope.Entity != nil && g.below[*r.Scope.Entity]
	case *directory.Group:
		if r.Key.Namespace != g.Of.Namespace {
			return false
		}
		if r.Entity.Name != "" {
			return g.below[r.Entity.In(r.Key.Namespace)]
		}
		_, named := instead(r.Key.Name, g.Of.Name, "")
		return named && !elsewhere[r.Key] && !slices.ContainsFunc(r.Enrolments, func(e directory.Enrolment) bool {
			return !g.at(r.Key.Namespace, e.Entity, e.Selects)
		})
	}
	return false
}

// at says whether something is said at the entity or below it.
func (g *likening) at(namespace string, e directory.LocalEntity, many *directory.EntitySelector) bool {
	if many != nil {
		e = many.Under
	}
	return e.Name != "" && g.below[e.In(namespace)]
}

// grantedElsewhere are the groups that a binding gives something that is not at the entity or below it.
func (g *likening) grantedElsewhere() map[directory.Key]bool {
	out := map[directory.Key]bool{}
	for _, r := range g.s.Records() {
		b, ok := r.(*directory.RoleBinding)
		if !ok || g.at(b.Key.Namespace, b.Entity, b.Selects) {
			continue
		}
		for _, s := range b.Subjects {
			if s.Kind == directory.KindGroup {
				out[directory.Key{Namespace: s.Namespace, Name: s.Name}] = true
			}
		}
	}
	return out
}

// learning finds the groups of those who learn: those that get roles of learners and no others, and those that get nothing by
// themselves and stand below one of these, or below none.
func (g *likening) learning() {
	learns, teaches := map[directory.Key]bool{}, map[directory.Key]bool{}
	note := func(k directory.Key, learner bool) {
		if learner {
			learns[k] = true
		} else {
			teaches[k] = true
		}
	}
	above := map[directory.Key]directory.Key{}
	for _, r := range g.s.Records() {
		switch r := r.(type) {
		case *directory.RoleBinding:
			if _, ours := g.names[r.ID()]; !ours {
				continue
			}
			for _, s := range r.Subjects {
				if s.Kind == directory.KindGroup {
					note(directory.Key{Namespace: s.Namespace, Name: s.Name}, g.learner(r.Key.Namespace, r.Role, r.Entity, r.Selects))
				}
			}
		case *directory.Group:
			above[r.Key] = r.Parent
			for i := range r.Enrolments {
				if e := &r.Enrolments[i]; g.at(r.Key.Namespace, e.Entity, e.Selects) {
					note(r.Key, g.learner(r.Key.Namespace, e.Role, e.Entity, e.Selects))
				}
			}
		}
	}
	g.learners = map[directory.Key]bool{}
	for k := range above {
		if _, ours := g.names[k.GroupID()]; !ours {
			continue
		}
		at := k
		for n := 0; n <= len(g.names) && !learns[at] && !teaches[at]; n++ { // and round a circle at most once
			if _, ours := g.names[above[at].GroupID()]; !ours {
				break
			}
			at = above[at]
		}
		g.learners[k] = !teaches[at]
	}
}

// learner says whether what is given are roles of those who learn, and no others.
func (g *likening) learner(namespace string, ref directory.RoleRef, e directory.LocalEntity, many *directory.EntitySelector) bool {
	level := e.Level
	if many != nil {
		level = many.Level
	}
	names := []string{ref.Name}
	if ref.Template {
		names = g.rolesOf(namespace, ref.Name)
	}
	learns := false
	for _, name := range names {
		system := catalogue.SystemRole(name)
		if system != nil && system.Level != level { // a template is for several levels
			continue
		}
		if system == nil {
			r, ok := g.s.Record(directory.Key{Namespace: namespace, Name: name}.RoleID())
			if role, is := r.(*directory.Role); !ok || is && role.Level == level {
				return false
			}
			continue
		}
		if !system.Learns() {
			return false
		}
		learns = true
	}
	return learns
}

// rolesOf are the roles of a template, the namespace's own or else that of all.
func (g *likening) rolesOf(namespace, template string) []string {
	for _, ns := range []string{namespace, directory.SystemNamespace} {
		if r, ok := g.s.Record(directory.ID{Kind: directory.KindRoleTemplate, Namespace: ns, Name: template}); ok {
			return r.(*directory.RoleTemplate).Roles
		}
	}
	return nil
}
