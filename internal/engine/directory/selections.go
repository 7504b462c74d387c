package directory

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"reflect"
	"slices"

	"provost.dev/provost/internal/engine/catalogue"
)

// A selection gives one role at many entities (R34). It hangs, by level, at the entity that it looks under, so that an
// entity asks itself and those above it, six at most, which selections reach it. What the selections of an entity give
// stands in a profile (profiles.go), which all entities with the same selections share: what is kept grows with the
// entities and with the subjects, and never with their product. From a group the way leads to its selections, and from
// them down to the entities.

// selectionKey is what says a selection: a binding, or the enrolment at a place of a group's list.
type selectionKey struct {
	group     bool
	key       Key
	enrolment int
}

func hashSelection(seed maphash.Seed, k selectionKey) uint64 {
	return hashKey(seed, k.key) ^ bits.RotateLeft64(uint64(k.enrolment)*0x9e3779b97f4a7c15, 7)
}

// selection is what a binding or an enrolment that selects comes to. It is replaced as a whole whenever anything that it
// gives may differ, which is how a profile that was made of it is known to be out of date.
type selection struct {
	*EntitySelector
	id        ID     // the RoleBinding or the Group
	enrolment string // its name, with a Group
	number    uint32 // of the binding, or of the group
	under     uint32
	namespace uint32
	role      RoleRef
	window    Window
	term      Key // that makes the window (R33); no name: none
	span      span
	people    []uint32
	groups    []uint32
}

// byLevel are the selections that look under one entity, sorted by number.
type byLevel [catalogue.LevelCount][]uint32

// setSelection puts a selection in the place of the one that was said there; nil takes it away.
func (t *txn) setSelection(key selectionKey, sel *selection) {
	if i, ok := t.selectionOf(key); ok {
		t.linkSelection(i, t.selections.at(i), without)
		t.selections.set(i, nil)
		t.selectionCount--
	}
	if sel == nil {
		return
	}
	i := t.names.selections.intern(key)
	t.selections.set(i, sel)
	t.linkSelection(i, sel, with)
	t.selectionCount++
}

// linkSelection enters a selection in the lists of what it names, or takes it out of them.
func (t *txn) linkSelection(i uint32, sel *selection, edit func([]uint32, uint32) []uint32) {
	under := t.entity(sel.under)
	lists := byLevel{}
	if under.selecting != nil {
		lists = *under.selecting
	}
	lists[sel.Level] = edit(lists[sel.Level], i)
	under.selecting = &lists
	for _, p := range sel.people {
		node := t.person(p)
		node.selections = edit(node.selections, i)
	}
	for _, g := range sel.groups {
		node := t.group(g)
		node.selections = edit(node.selections, i)
	}
	t.altered = append(t.altered, sel)
	t.effects.selections = append(t.effects.selections, sel)
}

// renewSelection says that what a selection gives may differ: its template, say, lists other roles than before.
func (t *txn) renewSelection(i uint32) {
	if old := t.selections.at(i); old != nil {
		c := *old
		t.selections.set(i, &c)
		t.altered = append(t.altered, &c)
		t.effects.selections = append(t.effects.selections, &c)
	}
}

// selectingLists are the selections that look under an entity, level by level.
func (e *entity) selectingLists() byLevel {
	if e.selecting == nil {
		return byLevel{}
	}
	return *e.selecting
}

// selectionOf is the number of what is said at a key, if it selects.
func (t *txn) selectionOf(key selectionKey) (uint32, bool) {
	i, ok := t.names.selections.find(key)
	return i, ok && t.selections.at(i) != nil
}

// selectionAt is what is said at a key, which selects.
func (s *Snapshot) selectionAt(key selectionKey) *selection {
	i, _ := s.names.selections.find(key)
	return s.selections.at(i)
}

// askBelow notes that what selects an entity may differ, and with another parent or owner what selects all below it.
func (t *txn) askBelow(i uint32, old, rec *Entity) {
	if old == nil || rec == nil || old.Parent != rec.Parent || old.Ownership != rec.Ownership {
		t.moved[i] = struct{}{}
	} else if t.selectionCount > 0 && !reflect.DeepEqual(old.Attributes, rec.Attributes) {
		t.relabelled = append(t.relabelled, i)
	}
}

// askEntities asks the entities anew which selections reach them, and which roles stand above them, where that may differ.
func (t *txn) askEntities() {
	if t.selectionCount+t.before.selectionCount+t.rolesAbove+t.before.rolesAbove == 0 {
		return
	}
	asked := map[uint32]struct{}{}
	for _, d := range t.defined {
		eachOfLevel(t.entities.vector, d.entity, d.level, func(e uint32) {
			asked[e] = struct{}{}
			t.recompile[e] = struct{}{}
		})
	}
	for e := range t.moved {
		t.askAll(e, asked)
	}
	for _, sel := range t.altered {
		eachOfLevel(t.entities.vector, sel.under, sel.Level, func(e uint32) { asked[e] = struct{}{} })
	}
	for _, e := range t.relabelled {
		asked[e] = struct{}{}
	}
	for e := range asked {
		t.ask(e)
	}
	t.dropProfiles()
}

func (t *txn) askAll(e uint32, asked map[uint32]struct{}) {
	if _, again := asked[e]; again {
		return
	}
	asked[e] = struct{}{}
	if node := t.entities.at(e); node != nil {
		for _, c := range node.children {
			t.askAll(c, asked)
		}
	}
}

func (t *txn) ask(e uint32) {
	node := t.entities.at(e)
	if node == nil {
		return
	}
	if t.rolesAbove > 0 || t.before.rolesAbove > 0 {
		t.recompile[e] = struct{}{} // what its roles give may hang on those above
	}
	if t.selectionCount == 0 && t.before.selectionCount == 0 {
		return
	}
	t.effects.asked = append(t.effects.asked, e)
	is := t.profileOf(t.reaching(e), t.world().rolesAbove(e))
	was := node.profile
	if is == was && (is == none || t.profiles.at(is).stamp != t.id) {
		return
	}
	if is != was {
		if was != none {
			t.profile(was).entities--
		}
		if is != none {
			t.profile(is).entities++
		}
		t.entity(e).profile = is
	}
	t.recompile[e] = struct{}{}
}

// reaching are the selections that reach an entity, sorted.
func (t *txn) reaching(e uint32) []uint32 {
	node := t.entities.at(e)
	org, ok := owningOrganisation(t.entities.vector, e)
	if !ok {
		return nil
	}
	var out []uint32
	for at := e; at != none; at = t.entities.at(at).parent {
		above := t.entities.at(at)
		if above.selecting == nil || len(above.selecting[node.level]) == 0 {
			continue
		}
		if of, ok := owningOrganisation(t.entities.vector, at); ok && of == org {
			for _, sel := range above.selecting[node.level] {
				if t.selections.at(sel).matches(node.rec) {
					out = append(out, sel)
				}
			}
		}
	}
	return sorted(out)
}

// owningOrganisation is the declared organisation to which an entity belongs (R2), if it does to one.
func owningOrganisation(entities vector[*entity], i uint32) (uint32, bool) {
	e := entities.at(i)
	if e == nil || e.rec == nil || e.rec.Ownership != OwnershipDefault && e.rec.Ownership != OwnershipOrganisation {
		return none, false
	}
	return organisationOf(entities, i)
}

// eachOfLevel calls f with the entities of a level at and below an entity. Levels rise with every step down, so that
// nothing below the level is looked at.
func eachOfLevel(entities vector[*entity], at uint32, level catalogue.Level, f func(uint32)) {
	node := entities.at(at)
	switch {
	case node == nil || node.level > level:
	case node.level == level:
		f(at)
	default:
		for _, c := range node.children {
			eachOfLevel(entities, c, level, f)
		}
	}
}

// reach calls f with the entities that a selection reaches, and left with those that lie there and that it leaves out.
func (s *Snapshot) reach(i uint32, sel *selection, f, left func(uint32)) {
	if under := s.entities.at(sel.under); under == nil || under.rec == nil {
		return
	}
	eachOfLevel(s.entities, sel.under, sel.Level, func(e uint32) {
		switch {
		case s.entities.at(e).rec == nil || !sel.matches(s.entities.at(e).rec):
		case contains(s.selectionsAt(e), i):
			f(e)
		default:
			left(e)
		}
	})
}

func (s *Snapshot) eachSelected(i uint32, f func(uint32)) {
	if sel := s.selections.at(i); sel != nil {
		s.reach(i, sel, f, func(uint32) {})
	}
}

// selectionsAt are the selections that reach an entity, sorted.
func (s *Snapshot) selectionsAt(e uint32) []uint32 {
	if node := s.entities.at(e); node != nil && node.profile != none {
		return s.profiles.at(node.profile).list
	}
	return nil
}

// selectionsUnder are those of a level that look under an entity.
func (s *Snapshot) selectionsUnder(e uint32, level catalogue.Level) []uint32 {
	if node := s.entities.at(e); node != nil && node.selecting != nil {
		return node.selecting[level]
	}
	return nil
}

// selectionsOf are the selections that give something to a person, by name or through groups, whatever the time is.
func (s *Snapshot) selectionsOf(p *person) []uint32 {
	out := p.selections
	for _, g := range p.groups {
		if more := s.groups.at(g).selections; len(more) > 0 {
			out = append(slices.Clip(out), more...)
		}
	}
	return sorted(slices.Clone(out))
}

// numbersKey is a list of numbers as text.
func numbersKey(list []uint32) string {
	out := make([]byte, 0, 4*len(list))
	for _, x := range list {
		out = binary.LittleEndian.AppendUint32(out, x)
	}
	return string(out)
}
