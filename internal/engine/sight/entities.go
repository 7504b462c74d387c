package sight

import (
	"slices"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/directory"
)

// Sight is how much of something may be seen.
type Sight uint8

// What may be seen. Hidden is also the answer where there is nothing.
const (
	Hidden Sight = iota
	// Named is what stands above something that is seen: its kind, its name and what people call it, and nothing more.
	Named
	Seen
)

var sightWords = [...]string{Hidden: "Hidden", Named: "Named", Seen: "Seen"}

// String is the word.
func (s Sight) String() string { return sightWords[s] }

// Entity says how much of an entity may be seen. It is seen by whoever takes part in it, owns it, may see who has access
// there, or is let in by its visibility; what stands above anything that is seen is so by name.
func (v *Viewer) Entity(k directory.EntityKey) Sight {
	e := v.entity(k)
	switch {
	case e == nil || v.blind:
		return Hidden
	case v.sees(e):
		return Seen
	case isIn(v.above, k) || isIn(v.overall(), k):
		return Named
	}
	return Hidden
}

func isIn(set map[directory.EntityKey]struct{}, k directory.EntityKey) bool {
	_, ok := set[k]
	return ok
}

func (v *Viewer) entity(k directory.EntityKey) *directory.Entity {
	rec, ok := v.s.Record(k.ID())
	if !ok {
		return nil
	}
	e, _ := rec.(*directory.Entity)
	return e
}

// sees says whether an entity is seen as what it is, for whoever is not blind.
func (v *Viewer) sees(e *directory.Entity) bool {
	switch {
	case v.all || e.Visibility == directory.VisibilityPublic:
		return true
	case !v.good:
		return false
	case isIn(v.part, e.Key) || e.Ownership == directory.OwnershipPrivate && e.Owner == v.who:
		return true
	case e.Visibility == directory.VisibilityOrganisation:
		if o, ok := v.s.Organisation(e.Key); ok && isIn(v.in, o) {
			return true
		}
	}
	return v.seesAccess(e.Key)
}

// overall are the entities above anything that is seen. It takes a look at every entity, the first time.
func (v *Viewer) overall() map[directory.EntityKey]struct{} {
	if v.over != nil {
		return v.over
	}
	v.over = map[directory.EntityKey]struct{}{}
	for e := range v.s.EachEntity() {
		if v.sees(e) {
			v.rise(e.Key, v.over)
		}
	}
	return v.over
}

// Access says whether it may be seen who has access at an entity, and why: with the level's view_..._members there
// (view_all_people at an organisation), with view_all_people at the organisation that owns it, or with any authority to
// grant there, since nobody gives what he cannot look at.
func (v *Viewer) Access(k directory.EntityKey) bool {
	switch {
	case v.all:
		return v.entity(k) != nil
	case !v.good:
		return false
	}
	return v.entity(k) != nil && v.seesAccess(k)
}

func (v *Viewer) seesAccess(k directory.EntityKey) bool {
	if v.s.Can(v.who, viewMembers[k.Level], k, v.now) {
		return true
	}
	if o, ok := v.s.OwningOrganisation(k); ok && v.s.Can(v.who, viewAllPeople, o, v.now) {
		return true
	}
	return authority.MayGrant(v.s, v.who, k, v.now)
}

// Grants says whether the justifications and the history of what is given at an entity may be seen: with any authority to
// grant there (R23).
func (v *Viewer) Grants(k directory.EntityKey) bool {
	if v.entity(k) == nil {
		return false
	}
	return v.all || v.good && authority.MayGrant(v.s, v.who, k, v.now)
}

// Entities are those of which anything may be seen, in order.
func (v *Viewer) Entities() []directory.EntityKey {
	var out []directory.EntityKey
	for e := range v.s.EachEntity() {
		if v.Entity(e.Key) != Hidden {
			out = append(out, e.Key)
		}
	}
	slices.SortFunc(out, directory.EntityKey.Compare)
	return out
}
