package directory

import (
	"slices"

	"provost.dev/provost/internal/engine/catalogue"
)

// A Custom role or an Override may stand above its level (R35): it then counts at every entity of the level below that
// belongs to the same organisation. It hangs, by level, at the entity where it stands, so that an entity asks those
// above it, five at most, which roles they have for it.

// countsAt says whether a Custom or Override role is one for an entity: of its level, and made there, or above it where
// both belong to the same organisation.
func (w world) countsAt(r *Role, e EntityKey) bool {
	if r.Level != e.Level || r.Entity.Name == "" {
		return false
	}
	at := r.Entity.In(r.Key.Namespace)
	if at == e {
		return true
	}
	if at.Level >= e.Level || at.Namespace != e.Namespace {
		return false
	}
	top, ok := w.names.entities.find(at)
	i, known := w.names.entities.find(e)
	if !ok || !known {
		return false
	}
	return w.standsIn(i, top) && w.sameOwner(top, i)
}

// sameOwner says whether two entities belong to one organisation (R2).
func (w world) sameOwner(a, b uint32) bool {
	of, owned := owningOrganisation(*w.entities, a)
	its, own := owningOrganisation(*w.entities, b)
	return owned && own && of == its
}

// rolesAbove are the roles that stand above an entity and count there, the nearest first.
func (w world) rolesAbove(e uint32) []uint32 {
	node := w.entities.at(e)
	if node == nil {
		return nil
	}
	var out []uint32
	for at := node.parent; at != none; {
		above := w.entities.at(at)
		if above == nil {
			break
		}
		if above.defining != nil && len(above.defining[node.level]) > 0 && w.sameOwner(at, e) {
			out = append(out, above.defining[node.level]...)
		}
		at = above.parent
	}
	return out
}

// define enters a role that stands above its level at its entity, or takes it out.
func (t *txn) define(i uint32, r *role, edit func([]uint32, uint32) []uint32) {
	if r.rec == nil || r.entity == none || r.rec.Level <= r.rec.Entity.Level {
		return
	}
	e := t.entity(r.entity)
	lists := byLevel{}
	if e.defining != nil {
		lists = *e.defining
	}
	was := len(lists[r.rec.Level])
	lists[r.rec.Level] = edit(lists[r.rec.Level], i)
	e.defining = &lists
	t.rolesAbove += len(lists[r.rec.Level]) - was
	t.defined = append(t.defined, definition{r.entity, r.rec.Level})
}

// definition is where, and for which level, other roles stand than before.
type definition struct {
	entity uint32
	level  catalogue.Level
}

// RolesAt are the Custom roles that can be given at an entity, made there or above it (R4, R35), in order.
func (s *Snapshot) RolesAt(at EntityKey) []Key {
	e, ok := s.names.entities.find(at)
	if !ok || s.entities.at(e) == nil {
		return nil
	}
	var out []Key
	for _, i := range slices.Concat(s.entities.at(e).roles, s.world().rolesAbove(e)) {
		if r := s.roles.at(i).rec; r.Type == RoleCustom && r.Level == at.Level && catalogue.SystemRole(r.Key.Name) == nil {
			out = append(out, r.Key)
		}
	}
	slices.SortFunc(out, Key.Compare)
	return out
}

// CountsAt are the entities at which a role counts: its own, or those below of its level that belong to the same
// organisation; of an Override above its level, those of which no nearer one takes its place (R35). In order.
func (s *Snapshot) CountsAt(role Key) []EntityKey {
	rec := s.roleRecord(role)
	if rec == nil {
		return nil
	}
	var out []EntityKey
	for _, e := range s.countingAt(role, rec) {
		out = append(out, s.names.entities.key(e))
	}
	slices.SortFunc(out, EntityKey.Compare)
	return out
}

// countingAt are the entities at which a role counts: its own, or those below; of an Override above its level, those of
// which no nearer one takes its place.
func (s *Snapshot) countingAt(k Key, rec *Role) []uint32 {
	top, ok := s.names.entities.find(rec.Entity.In(k.Namespace))
	switch {
	case !ok:
		return nil
	case rec.Level <= rec.Entity.Level:
		return []uint32{top}
	case rec.Type == RoleOverride && !overrideValid(rec):
		return nil
	}
	i, _ := s.names.roles.find(k)
	w := s.world()
	var out []uint32
	eachOfLevel(s.entities, top, rec.Level, func(e uint32) {
		counts := w.sameOwner(top, e)
		if counts && rec.Type == RoleOverride {
			_, overridden := w.permissions(RoleName{Name: rec.Overrides}, e)
			counts = slices.Contains(overridden, i)
		}
		if counts {
			out = append(out, e)
		}
	})
	return out
}

// levelOf is the level of a role, if there is such a role.
func (w world) levelOf(name RoleName) (catalogue.Level, bool) {
	if name.Namespace == "" {
		r := catalogue.SystemRole(name.Name)
		return r.Level, true
	}
	i, ok := w.names.roles.find(Key(name))
	if !ok || w.roles.at(i) == nil || w.roles.at(i).rec == nil || w.roles.at(i).rec.Type != RoleCustom {
		return 0, false
	}
	return w.roles.at(i).rec.Level, true
}

// aboveOfLevel is the entity of a level above another one.
func (w world) aboveOfLevel(e uint32, level catalogue.Level) (uint32, bool) {
	for node := w.entities.at(e); node != nil && node.parent != none; {
		above := node.parent
		if node = w.entities.at(above); node != nil && node.level == level {
			return above, true
		}
	}
	return none, false
}

// orWhereDefined is what a Custom role that stands above its level means to what looks under an entity: what it gives,
// where it counts for some of what is there or may come, and else the problem that there is.
func (s *Snapshot) orWhereDefined(r RoleResolution, under EntityKey, level catalogue.Level) RoleResolution {
	top, ok := s.names.entities.find(r.Elsewhere)
	at, known := s.names.entities.find(under)
	w := s.world()
	if !ok || !known || r.Level != level || r.Elsewhere.Level >= level || !w.standsIn(at, top) && !w.standsIn(top, at) ||
		!w.sameOwner(top, at) {
		return r
	}
	i, _ := s.names.roles.find(Key(r.Role))
	return RoleResolution{Name: r.Name, Role: r.Role, Permissions: s.roles.at(i).set}
}

// standsIn says whether an entity is another one, or stands below it.
func (w world) standsIn(e, top uint32) bool {
	for e != none {
		if e == top {
			return true
		}
		node := w.entities.at(e)
		if node == nil {
			return false
		}
		e = node.parent
	}
	return false
}
