package directory

import (
	"iter"
	"slices"

	"provost.dev/provost/internal/engine/catalogue"
)

// denyIndex finds the SystemDenies that may hold at an entity (R10). It is made
// anew when a deny changes: there are few, and they change seldom.
type denyIndex struct {
	everywhere  []indexedDeny
	byNamespace map[uint32][]indexedDeny // those tied to namespaces only
	byEntity    map[uint32][]indexedDeny // those tied to an entity
	// takes is what all of them together take: most questions end here.
	takes [catalogue.LevelCount]catalogue.Set
}

type indexedDeny struct {
	*denial
	id uint32
}

func indexDenies(s *Snapshot) *denyIndex {
	x := &denyIndex{byNamespace: map[uint32][]indexedDeny{}, byEntity: map[uint32][]indexedDeny{}}
	for i, d := range all(s.denials) {
		for level, set := range d.sets {
			x.takes[level] |= set
		}
		switch {
		case d.entity != none:
			x.byEntity[d.entity] = append(x.byEntity[d.entity], indexedDeny{d, i})
		case len(d.namespaces) > 0:
			for _, n := range d.namespaces {
				x.byNamespace[n] = append(x.byNamespace[n], indexedDeny{d, i})
			}
		default:
			x.everywhere = append(x.everywhere, indexedDeny{d, i})
		}
	}
	return x
}

// concerns says whether a deny has the person among its subjects.
func (d *denial) concerns(i uint32, groups, possible []uint32) bool {
	return d.rec.Everyone || contains(d.people, i) || intersect(d.groups, groups) || len(possible) > 0 && intersect(d.groups, possible)
}

// covers says whether a deny tied to an entity holds at that entity (itself), or
// at one below it, in a namespace.
func (d *denial) covers(itself bool, ns uint32) bool {
	if !itself && d.rec.Scope.ExcludeDescendants {
		return false
	}
	return len(d.namespaces) == 0 || slices.Contains(d.namespaces, ns)
}

// scoped yields every deny whose scope covers an entity, whomever it concerns.
// It goes upwards by name: a deny at an entity that does not exist covers what
// names it as its parent. Levels rise with every step, so that this ends.
func (s *Snapshot) scoped(at uint32, e *entity) iter.Seq[indexedDeny] {
	return func(yield func(indexedDeny) bool) {
		x := s.denyIndex
		for _, list := range [2][]indexedDeny{x.everywhere, x.byNamespace[e.namespace]} {
			for _, d := range list {
				if !yield(d) {
					return
				}
			}
		}
		if len(x.byEntity) == 0 {
			return
		}
		for here := at; ; {
			for _, d := range x.byEntity[here] {
				if d.covers(here == at, e.namespace) && !yield(d) {
					return
				}
			}
			node := s.entities.at(here)
			if node == nil || node.parent == none {
				return
			}
			here = node.parent
		}
	}
}

// denied is what SystemDenies take from the person at the entity, of a set.
func (q *question) denied(of catalogue.Set) catalogue.Set {
	// What would be taken is looked at first, here and below: it is the cheapest question.
	level := q.grants.level
	of &= q.s.denyIndex.takes[level]
	if of == 0 {
		return 0
	}
	var taken catalogue.Set
	for d := range q.s.scoped(q.at, q.s.entities.at(q.at)) {
		if set := d.sets[level] & of &^ taken; set != 0 && d.span.open(q.now) && d.concerns(q.who, q.groups, q.possible()) {
			if taken |= set; taken == of {
				break
			}
		}
	}
	return taken
}
