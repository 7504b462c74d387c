package oracle

import (
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// parentOf is the entity that e names as its parent (R1), whether or not it
// exists. A parent of a level under which e may not stand is no parent.
func (w *World) parentOf(e *directory.Entity) (directory.EntityKey, bool) {
	if e == nil || e.Parent.Name == "" || !e.Key.Level.MayStandUnder(e.Parent.Level) {
		return directory.EntityKey{}, false
	}
	return e.Parent.In(e.Key.Namespace), true
}

// liesBelow says whether k names top as its parent, or its parent does, and so on.
func (w *World) liesBelow(k, top directory.EntityKey) bool {
	for {
		parent, ok := w.parentOf(w.entity(k))
		if !ok {
			return false
		}
		if parent == top {
			return true
		}
		k = parent
	}
}

func (w *World) entityParentState(e *directory.Entity) directory.ParentState {
	switch parent, ok := w.parentOf(e); {
	case e.Parent.Name == "":
		return directory.ParentNone
	case !ok:
		return directory.ParentInvalid
	case w.entity(parent) == nil:
		return directory.ParentNotFound
	}
	return directory.ParentOK
}

// ownership is R2: what is declared, and else Organisation where there is an
// organisation above, or the entity is one; Public where there is none.
func (w *World) ownership(e *directory.Entity) directory.Ownership {
	if e.Ownership != directory.OwnershipDefault {
		return e.Ownership
	}
	for above := e; above != nil; {
		if above.Key.Level == catalogue.Organisation {
			return directory.OwnershipOrganisation
		}
		parent, ok := w.parentOf(above)
		if !ok {
			break
		}
		above = w.entity(parent)
	}
	return directory.OwnershipPublic
}

// Entity is what status shows of an entity: its place, whose it is, who holds roles there.
func (w *World) Entity(k directory.EntityKey, now time.Time) directory.EntityStatus {
	f := directory.EntityStatus{Key: k, Children: w.Children(k)}
	e := w.entity(k)
	if e == nil {
		return f
	}
	f.Declared = true
	f.ParentState = w.entityParentState(e)
	f.Ownership, f.Owner = w.ownership(e), e.Owner
	f.Roles = map[directory.RoleName]int{}
	for _, person := range w.people {
		held := w.Holds(person, k, now)
		for _, role := range held {
			f.Roles[role]++
		}
		if len(held) > 0 {
			f.People++
		}
	}
	return f
}

// Children are the declared entities that name k as their parent, in order (R1).
func (w *World) Children(k directory.EntityKey) []directory.EntityKey {
	var out []directory.EntityKey
	for _, e := range w.entities {
		if parent, ok := w.parentOf(e); ok && parent == k {
			out = append(out, e.Key)
		}
	}
	slices.SortFunc(out, directory.EntityKey.Compare)
	return out
}
