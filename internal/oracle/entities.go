package oracle

import (
	"slices"

	"provost.dev/provost/internal/directory"
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

// ParentState is what became of an entity's reference to its parent (R1).
func (w *World) ParentState(k directory.EntityKey) directory.ParentState {
	e := w.entity(k)
	switch parent, ok := w.parentOf(e); {
	case e == nil || e.Parent.Name == "":
		return directory.ParentNone
	case !ok:
		return directory.ParentInvalid
	case w.entity(parent) == nil:
		return directory.ParentNotFound
	}
	return directory.ParentOK
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
