package coalition

import (
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// Known says whether a name is somebody's, or something still names it.
func Known(w *World, id directory.ID) bool {
	if w.Find(id) != nil {
		return true
	}
	if id.Kind == directory.KindGroup {
		return named(w, directory.Key{Namespace: id.Namespace, Name: id.Name})
	}
	for _, l := range catalogue.Levels() {
		if directory.Kind(l.String()) == id.Kind {
			loose, roles, denied, children := w.naming(directory.EntityKey{Level: l, Namespace: id.Namespace, Name: id.Name})
			return loose || len(roles) > 0 || denied || len(children) > 0
		}
	}
	return false
}

// Names are the names of everything that is declared.
func Names(w *World) []directory.ID {
	var out []directory.ID
	for _, r := range w.Records {
		out = append(out, r.ID())
	}
	slices.SortFunc(out, directory.ID.Compare)
	return out
}

// Accomplices are up to two people beside somebody, or up to three where nobody is named.
func (a *Arena) Accomplices(of string) []string {
	var out []string
	n := a.IntN(3)
	if of == "" {
		n = 1 + a.IntN(3)
	}
	for _, i := range a.Perm(len(actors)) {
		if len(out) < n && actors[i] != of {
			out = append(out, actors[i])
		}
	}
	slices.Sort(out)
	return out
}

// Later is the world at the next moment at which a window opens or closes, or a
// microsecond before or after it.
func (a *Arena) Later(w *World) *World {
	next, ok := w.s.NextTransition(w.Now)
	if !ok {
		return w
	}
	at := next.Add(time.Duration(a.IntN(3)-1) * time.Microsecond)
	if at.Before(w.Now) {
		at = next
	}
	return w.At(at)
}

// At is the world at another time, and the same one where that is before its own.
func (w *World) At(now time.Time) *World {
	if !now.After(w.Now) {
		return w
	}
	return &World{Records: w.Records, Now: now, s: w.s}
}
