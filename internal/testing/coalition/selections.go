package coalition

import (
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// NewSelectingArena is an arena in which bindings and enrolments also select (R34), and entities have attributes.
func NewSelectingArena(d worlds.Dice) *Arena {
	a := NewArena(d)
	a.selects = true
	return a
}

// where is where something is given.
func (a *Arena) where() (directory.LocalEntity, *directory.EntitySelector, catalogue.Level) {
	e := a.entity()
	if !a.selects || !a.In(2) {
		return e, nil, e.Level
	}
	below := slices.DeleteFunc(slices.Clone(a.levels), func(l catalogue.Level) bool { return l < e.Level })
	s := &directory.EntitySelector{Level: worlds.Pick(a.Dice, below), Under: e}
	if a.In(4) {
		s.Match = a.selector()
	}
	return directory.LocalEntity{}, s, s.Level
}

// kinds are the attributes of an entity.
func (a *Arena) kinds() directory.Attributes {
	if !a.selects {
		return nil
	}
	return a.attributes()
}

// levelOf is the level of the entities at which a binding gives something.
func levelOf(b *directory.RoleBinding) catalogue.Level {
	if b.Selects != nil {
		return b.Selects.Level
	}
	return b.Entity.Level
}

// at is the entity that is named: where something is given, or below which it is.
func at(ns string, e directory.LocalEntity, s *directory.EntitySelector) directory.EntityKey {
	if s != nil {
		return s.Under.In(ns)
	}
	return e.In(ns)
}

// Those to come are a child of each level below each entity: what is selected there shows in them, be there anything of
// the level today or not.
const toCome = "to-come-"

func isToCome(k directory.EntityKey) bool { return strings.HasPrefix(k.Name, toCome) }

// childOf is the one of a level below an entity.
func childOf(e directory.EntityKey, l catalogue.Level) directory.EntityKey {
	return directory.EntityKey{Level: l, Namespace: e.Namespace, Name: toCome + e.Level.Word() + "-" + e.Name}
}

// withThoseToCome is a world with them, for the levels that something selects in one of two worlds, and without what chooses by
// attributes: what that gives to one that comes is for who makes it to give.
func (w *World) withThoseToCome(levels []catalogue.Level) *World {
	var changes []oracle.Change
	byAttributes := func(s *directory.EntitySelector) bool { return s != nil && !s.Match.Empty() }
	each(w, func(b *directory.RoleBinding) {
		if byAttributes(b.Selects) {
			changes = append(changes, oracle.Drop(b.ID()))
		}
	})
	each(w, func(g *directory.Group) {
		c := *g
		c.Enrolments = slices.DeleteFunc(slices.Clone(g.Enrolments), func(e directory.Enrolment) bool { return byAttributes(e.Selects) })
		if len(c.Enrolments) < len(g.Enrolments) {
			changes = append(changes, oracle.Set(&c))
		}
	})
	each(w, func(e *directory.Entity) {
		for _, l := range levels {
			if l <= e.Key.Level {
				continue
			}
			k, parent := childOf(e.Key, l), directory.LocalEntity{Level: e.Key.Level, Name: e.Key.Name}
			if !l.MayStandUnder(parent.Level) {
				between := childOf(e.Key, catalogue.Course)
				changes = append(changes, oracle.Set(&directory.Entity{Key: between, Parent: parent}))
				parent = directory.LocalEntity{Level: catalogue.Course, Name: between.Name}
			}
			changes = append(changes, oracle.Set(&directory.Entity{Key: k, Parent: parent}))
		}
	})
	if len(changes) == 0 {
		return w
	}
	return w.After(changes...)
}

// selectedLevels are the levels of which something selects in any of some worlds.
func selectedLevels(list ...*World) []catalogue.Level {
	var out []catalogue.Level
	add := func(s *directory.EntitySelector) {
		if s != nil {
			out = append(out, s.Level)
		}
	}
	for _, w := range list {
		each(w, func(b *directory.RoleBinding) { add(b.Selects) })
		each(w, func(g *directory.Group) {
			for _, e := range g.Enrolments {
				add(e.Selects)
			}
		})
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// beforehand is what somebody has at an entity before the request, and what selections that stood before it give there by the level
// and by where it stands: at one that is created, and at those to come where an entity moves (R22a).
func (s *step) beforehand(a directory.Access, who string, k directory.EntityKey, now time.Time) directory.Access {
	e, entity := s.r.After.(*directory.Entity)
	if !entity || k != e.Key && !isToCome(k) {
		return a
	}
	if k == e.Key && s.r.Before != nil {
		return a
	}
	was, _ := s.next[0].belongs(k)
	if is, _ := s.next[1].belongs(k); was != is {
		a = directory.Access{Entity: k}
	}
	if parent, ok := s.after.parent(e.Key); ok {
		like := s.next[0].s.Access(who, childOf(parent, k.Level), now)
		a.Roles = append(slices.Clone(a.Roles), like.Roles...)
		a.Granted |= like.Granted
		a.Effective |= like.Effective
	}
	return a
}
