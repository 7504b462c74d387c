package coalition

import (
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
)

// World is what is declared at some time.
type World struct {
	Records []directory.Record
	Now     time.Time

	s        *directory.Snapshot
	entities map[directory.EntityKey]*directory.Entity
	steps    []time.Time
}

// NewWorld is the world of these records.
func NewWorld(now time.Time, records []directory.Record) *World {
	return &World{Records: records, Now: now, s: directory.Build(records...)}
}

// Snapshot is the world as the engine knows it.
func (w *World) Snapshot() *directory.Snapshot { return w.s }

// After is the world once the changes are made.
func (w *World) After(changes ...oracle.Change) *World {
	out := &World{Records: oracle.After(w.Records, changes...), Now: w.Now}
	all := make([]directory.Change, len(changes))
	for i, c := range changes {
		all[i] = directory.Delete(c.ID)
		if c.Record != nil {
			all[i] = directory.Upsert(c.Record)
		}
	}
	out.s, _ = w.s.With(all...)
	return out
}

// Find is the record of that ID, nil where there is none.
func (w *World) Find(id directory.ID) directory.Record {
	rec, ok := w.s.Record(id)
	if !ok {
		return nil
	}
	return rec
}

func (w *World) entity(k directory.EntityKey) *directory.Entity {
	if w.entities == nil {
		w.entities = map[directory.EntityKey]*directory.Entity{}
		for _, r := range w.Records {
			if e, ok := r.(*directory.Entity); ok {
				w.entities[e.Key] = e
			}
		}
	}
	return w.entities[k]
}

// each calls f with every record of a kind.
func each[T any](w *World, f func(*T)) {
	for _, r := range w.Records {
		if r, ok := any(r).(*T); ok {
			f(r)
		}
	}
}

// parent is the entity above one (R1), existing or not.
func (w *World) parent(k directory.EntityKey) (directory.EntityKey, bool) {
	e := w.entity(k)
	if e == nil || e.Parent.Name == "" || !k.Level.MayStandUnder(e.Parent.Level) {
		return directory.EntityKey{}, false
	}
	return e.Parent.In(k.Namespace), true
}

// organisation is the one that stands above an entity, or is it.
func (w *World) organisation(k directory.EntityKey) (directory.EntityKey, bool) {
	for w.entity(k) != nil {
		if k.Level == catalogue.Organisation {
			return k, true
		}
		var ok bool
		if k, ok = w.parent(k); !ok {
			break
		}
	}
	return directory.EntityKey{}, false
}

// belongs is R2: the organisation or the person to whom an entity belongs; neither where it is public.
func (w *World) belongs(k directory.EntityKey) (organisation directory.EntityKey, owner string) {
	e := w.entity(k)
	if e == nil {
		return organisation, ""
	}
	switch e.Ownership {
	case directory.OwnershipPrivate:
		return organisation, e.Owner
	case directory.OwnershipPublic:
		return organisation, ""
	}
	organisation, _ = w.organisation(k)
	return organisation, ""
}

func (w *World) organisations(ns string) []directory.EntityKey {
	var out []directory.EntityKey
	each(w, func(e *directory.Entity) {
		if e.Key.Level == catalogue.Organisation && e.Key.Namespace == ns {
			out = append(out, e.Key)
		}
	})
	return out
}

// naming says what names an entity: things that can be tidied away, SystemDenies, and children.
func (w *World) naming(k directory.EntityKey) (loose bool, roles []*directory.Role, denied bool, children []directory.EntityKey) {
	for _, r := range w.Records {
		switch r := r.(type) {
		case *directory.RoleBinding:
			loose = loose || at(r.Key.Namespace, r.Entity, r.Selects) == k
		case *directory.PermissionOverride:
			loose = loose || r.Entity.In(r.Key.Namespace) == k
		case *directory.Role:
			if r.Entity.In(r.Key.Namespace) == k {
				roles = append(roles, r)
			}
		case *directory.Group:
			loose = loose || slices.ContainsFunc(r.Enrolments, func(e directory.Enrolment) bool {
				return at(r.Key.Namespace, e.Entity, e.Selects) == k
			})
		case *directory.Entity:
			if parent, ok := w.parent(r.Key); ok && parent == k {
				children = append(children, r.Key)
			}
		case *directory.SystemDeny:
			denied = denied || r.Scope.Entity != nil && *r.Scope.Entity == k
		}
	}
	return loose, roles, denied, children
}

// times are now and every later moment at which some window opens or closes.
func (w *World) times() []time.Time {
	if w.steps == nil {
		w.steps = []time.Time{w.Now}
		for at := w.Now; ; {
			next, ok := w.s.NextTransition(at)
			if !ok {
				break
			}
			w.steps = append(w.steps, next)
			at = next
		}
	}
	return w.steps
}

// denied is what SystemDenies take from somebody at an entity at some time,
// whether there is anything to take or not (R10).
func (w *World) denied(who string, k directory.EntityKey, at time.Time) catalogue.Set {
	return w.deniedBy(who, k, at, func(*directory.SystemDeny) bool { return true })
}

// deniedAnywhere is denied without what is taken because of where the entity stands.
func (w *World) deniedAnywhere(who string, k directory.EntityKey, at time.Time) catalogue.Set {
	return w.deniedBy(who, k, at, func(d *directory.SystemDeny) bool { return d.Scope.Entity == nil || *d.Scope.Entity == k })
}

func (w *World) deniedBy(who string, k directory.EntityKey, at time.Time, counts func(*directory.SystemDeny) bool) catalogue.Set {
	var set catalogue.Set
	for _, name := range w.s.DeniesAt(k) {
		d := w.Find(directory.ID{Kind: directory.KindSystemDeny, Name: name}).(*directory.SystemDeny)
		if counts(d) && d.Window.Contains(at) && w.s.Denied(name, who, at) {
			listed, _ := k.Level.Parse(d.Permissions)
			set |= listed
		}
	}
	return set
}

func permission(l catalogue.Level, id string) catalogue.Set {
	p, ok := l.Permission(id)
	if !ok {
		return 0
	}
	return p.Set()
}

// required says whether a role asks for this one.
func (w *World) required(k directory.Key) bool {
	return slices.ContainsFunc(w.Records, func(rec directory.Record) bool {
		r, ok := rec.(*directory.Role)
		return ok && slices.ContainsFunc(r.Requires, func(q directory.Requirement) bool { return q.Role == k.Name })
	})
}
