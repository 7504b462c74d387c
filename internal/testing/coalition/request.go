package coalition

import (
	"fmt"
	"slices"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// Request is something that one of the actors may ask for: of every kind that is
// not for the trusted alone, to make anew, to alter a little, to delete.
func (a *Arena) Request(w *World) Request {
	c := a.change(w)
	return Request{Who: worlds.Pick(a.Dice, actors), ID: c.ID, Before: w.Find(c.ID), After: c.Record}
}

func (a *Arena) change(w *World) oracle.Change {
	var mine []directory.Record
	for _, r := range w.Records {
		switch r.(type) {
		case *directory.Platform, *directory.Person, *directory.SystemDeny, *directory.Namespace:
		default:
			mine = append(mine, r)
		}
	}
	if len(mine) == 0 {
		return oracle.Set(a.fresh())
	}
	if a.termInstead() {
		if a.terms.In(3) {
			return oracle.Drop(key("autumn").TermID())
		}
		return oracle.Set(a.newTerm())
	}
	switch r := worlds.Pick(a.Dice, mine); a.IntN(6) {
	case 0:
		return oracle.Drop(r.ID())
	case 1, 2, 3:
		return oracle.Set(a.alter(r))
	}
	return oracle.Set(a.fresh())
}

// Trusted is what somebody who is trusted may do: anything.
func (a *Arena) Trusted(w *World) oracle.Change {
	switch a.IntN(6) {
	case 0:
		return oracle.Set(&directory.Person{Name: a.person(), Suspended: a.In(3), Attributes: a.attributes()})
	case 1:
		if a.In(3) {
			return oracle.Drop((&directory.SystemDeny{Name: "d1"}).ID())
		}
		return oracle.Set(a.newDeny("d1"))
	}
	return a.change(w)
}

func (a *Arena) fresh() directory.Record {
	switch a.IntN(12) {
	case 0, 1:
		return a.newEntity(a.entity().In(ns))
	case 2:
		return a.newRole(key(worlds.Pick(a.Dice, roles)))
	case 3:
		return a.newOverride(key(worlds.Pick(a.Dice, overrides)))
	case 4:
		return a.newTemplate(key(worlds.Pick(a.Dice, templates)))
	case 5, 6:
		return a.newGroup(a.group())
	case 7:
		return a.newPermissionOverride(key("p1"))
	}
	return a.newBinding(key(fmt.Sprintf("b%d", a.IntN(9))))
}

// alter is a copy with one thing about it changed.
func (a *Arena) alter(r directory.Record) directory.Record {
	switch r := r.(type) {
	case *directory.Entity:
		e := *r
		fresh := a.newEntity(r.Key)
		switch {
		case a.selects && a.In(3):
			e.Attributes = fresh.Attributes
		case a.In(2):
			e.Parent = fresh.Parent
		default:
			e.Ownership, e.Owner = fresh.Ownership, fresh.Owner
		}
		return &e
	case *directory.RoleBinding:
		return a.alterBinding(r)
	case *directory.Role:
		x := *r
		switch a.IntN(4) {
		case 0:
			x.Requires = nil
		case 1:
			x.Entity = a.entity()
			if x.Entity.Level > x.Level || a.In(2) { // or else it comes to stand above its level (R35)
				x.Level = x.Entity.Level
			}
		default:
			x.Permissions = a.permissions(x.Level)
		}
		return &x
	case *directory.RoleTemplate:
		return a.newTemplate(r.Key)
	case *directory.Term:
		return a.newTerm()
	case *directory.PermissionOverride:
		p := *r
		if a.In(2) {
			p.Permissions = a.permissions(p.Entity.Level)
		} else {
			p.Person = a.person()
		}
		return &p
	case *directory.Group:
		return a.alterGroup(r)
	}
	return r
}

func (a *Arena) alterBinding(old *directory.RoleBinding) *directory.RoleBinding {
	b := *old
	switch a.IntN(5) {
	case 0:
		b.Window, b.Term = a.window(), a.term()
	case 1:
		b.Role = a.roleRef(levelOf(&b))
	case 2:
		b.Entity, b.Selects, _ = a.where()
	default:
		if s := a.subject(); slices.Contains(b.Subjects, s) {
			b.Subjects = slices.DeleteFunc(slices.Clone(b.Subjects), func(o directory.Subject) bool { return o == s })
		} else {
			b.Subjects = append(slices.Clone(b.Subjects), s)
		}
	}
	return &b
}

func (a *Arena) alterGroup(old *directory.Group) *directory.Group {
	g, fresh := *old, a.newGroup(old.Key)
	switch a.IntN(11) {
	case 9:
		g.Compose = a.compose()
	case 10:
		g.Compose = directory.Compose{}
	case 0, 1:
		g.Parent = fresh.Parent
		if a.In(2) {
			g.Parent = a.group()
		}
	case 2:
		g.Listed = !g.Listed
	case 3:
		g.Selector = a.selector()
	case 4:
		g.Selector = nil
	case 5:
		g.Enrolments = fresh.Enrolments
	default:
		who := a.person()
		g.Members = slices.DeleteFunc(slices.Clone(g.Members), func(m directory.Member) bool { return m.Name == who })
		if len(g.Members) == len(old.Members) || a.In(2) {
			g.Members = append(g.Members, a.member(who))
		}
		if a.In(6) { // a second entry (R12a)
			m := a.member(who)
			m.ID = "second"
			g.Members = append(g.Members, m)
		}
	}
	return &g
}
