package oracle

import (
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// selection is R34: one role at many entities, those of a level at and below one of them.
type selection struct {
	level catalogue.Level
	under directory.EntityKey
	match *directory.Selector // over attributes; nil or empty for any
}

func selects(s *directory.EntitySelector, namespace string) *selection {
	if s == nil {
		return nil
	}
	return &selection{s.Level, s.Under.In(namespace), s.Match}
}

// givesAt says whether a grant is one at an entity: at the one that it names, or as one of those that it selects.
func (w *World) givesAt(g grant, e directory.EntityKey) bool {
	if g.selects == nil {
		return g.entity == e
	}
	return w.selected(g.selects, e)
}

// lies says whether an entity is of those that a selection chooses: of its level, at or below what it looks under, which
// exists, and with such attributes as it asks for (R34, R37).
func (w *World) lies(s *selection, e directory.EntityKey) bool {
	if w.entity(s.under) == nil || w.entity(e) == nil || e.Level != s.level || e != s.under && !w.liesBelow(e, s.under) {
		return false
	}
	return s.match == nil || matches(s.match, w.entity(e).Attributes)
}

// selected says whether a selection reaches an entity: of those that lie there, what belongs to the organisation
// that owns what it looks under. What is private or public belongs to none (R2).
func (w *World) selected(s *selection, e directory.EntityKey) bool {
	if !w.lies(s, e) {
		return false
	}
	of, owned := w.belongsTo(s.under)
	its, own := w.belongsTo(e)
	return owned && own && of == its
}

// belongsTo is the organisation to which an entity belongs, if it does to one (R2).
func (w *World) belongsTo(k directory.EntityKey) (organisation directory.EntityKey, ok bool) {
	e := w.entity(k)
	if e == nil || w.ownership(e) != directory.OwnershipOrganisation {
		return directory.EntityKey{}, false
	}
	for e != nil {
		if e.Key.Level == catalogue.Organisation {
			return e.Key, true
		}
		parent, ok := w.parentOf(e)
		if !ok {
			break
		}
		e = w.entity(parent)
	}
	return directory.EntityKey{}, false
}

// selectedBy are the entities that a selection reaches, in order, and how many lie there that it leaves out
// since they are private, public or of another organisation (R34).
func (w *World) selectedBy(s *selection) (reached []directory.EntityKey, leftOut int) {
	for _, e := range w.Entities() {
		switch {
		case w.selected(s, e):
			reached = append(reached, e)
		case w.lies(s, e):
			leftOut++
		}
	}
	return reached, leftOut
}

// meantAt is where the status of a grant looks at a role: at its entity. A selection's roles are looked at as they
// are where nothing overrides them, and a Custom role at its own entity where the selection reaches that.
func (w *World) meantAt(name string, g grant) directory.EntityKey {
	if g.selects == nil {
		return g.entity
	}
	ns := g.selects.under.Namespace
	if r := w.role(directory.Key{Namespace: ns, Name: name}); r != nil && catalogue.SystemRole(name) == nil {
		if at := r.Entity.In(ns); w.selected(g.selects, at) {
			return at
		}
	}
	return directory.EntityKey{Level: g.selects.level, Namespace: ns}
}
