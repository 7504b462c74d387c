package directory

import (
	"cmp"
	"slices"
	"strings"
)

// Selecting is a RoleBinding, or an enrolment of a Group, that selects (R34).
type Selecting struct {
	Source    ID
	Enrolment string // with a Group
	Selects   *EntitySelector
	Role      RoleRef
}

// Under is the entity that it looks under.
func (s Selecting) Under() EntityKey { return s.Selects.Under.In(s.Source.Namespace) }

func (s *Snapshot) selectingOf(numbers []uint32) []Selecting {
	var out []Selecting
	for _, i := range numbers {
		sel := s.selections.at(i)
		out = append(out, Selecting{sel.id, sel.enrolment, sel.EntitySelector, sel.role})
	}
	slices.SortFunc(out, func(a, b Selecting) int {
		return cmp.Or(a.Source.Compare(b.Source), strings.Compare(a.Enrolment, b.Enrolment))
	})
	return out
}

// SelectionsUnder are those that look under an entity, existing or not, in order.
func (s *Snapshot) SelectionsUnder(k EntityKey) []Selecting {
	i, ok := s.names.entities.find(k)
	if !ok || s.entities.at(i) == nil {
		return nil
	}
	var all []uint32
	for _, list := range s.entities.at(i).selectingLists() {
		all = append(all, list...)
	}
	return s.selectingOf(all)
}

// SelectionsAt are those that reach an entity, in order.
func (s *Snapshot) SelectionsAt(k EntityKey) []Selecting {
	if i, ok := s.names.entities.find(k); ok {
		return s.selectingOf(s.selectionsAt(i))
	}
	return nil
}

// BindingAt says whether a RoleBinding of the snapshot gives something at an entity: by naming it, or as one of those that it selects.
func (s *Snapshot) BindingAt(r *RoleBinding, at EntityKey) bool {
	if r.Selects == nil {
		return r.Entity.In(r.Key.Namespace) == at
	}
	return slices.ContainsFunc(s.SelectionsAt(at), func(x Selecting) bool { return x.Source == r.ID() })
}

// SelectionsOfGroup are those that name a group, existing or not, or by which it enrols, in order.
func (s *Snapshot) SelectionsOfGroup(k Key) []Selecting {
	if i, ok := s.names.groups.find(k); ok && s.groups.at(i) != nil {
		return s.selectingOf(s.groups.at(i).selections)
	}
	return nil
}

// SelectionsOfTemplate are those of which the reference may mean a RoleTemplate, in order.
func (s *Snapshot) SelectionsOfTemplate(k Key) []Selecting {
	i, ok := s.names.templates.find(k)
	if !ok || s.templates.at(i) == nil {
		return nil
	}
	var all []uint32
	add := func(key selectionKey) {
		if sel, ok := s.names.selections.find(key); ok && s.selections.at(sel) != nil && s.selections.at(sel).role == (RoleRef{k.Name, true}) {
			all = append(all, sel)
		}
	}
	for _, b := range s.templates.at(i).uses {
		add(selectionKey{key: s.names.bindings.key(b)})
	}
	for _, g := range sorted(slices.Clone(s.templates.at(i).enrolling)) {
		for n := range s.groups.at(g).rec.Enrolments {
			add(selectionKey{true, s.names.groups.key(g), n})
		}
	}
	return s.selectingOf(all)
}

// SelectedAlike says whether selections give the same at an entity here as in another snapshot of the same directory.
func (s *Snapshot) SelectedAlike(o *Snapshot, k EntityKey) bool {
	i, ok := s.names.entities.find(k)
	return !ok || s.plainAt(i) == o.plainAt(i)
}

func (s *Snapshot) plainAt(i uint32) *grants {
	if node := s.entities.at(i); node != nil && node.profile != none {
		return s.profiles.at(node.profile).plain
	}
	return nil
}

// OwningOrganisation is the declared organisation to which an entity belongs (R2), if it does to one.
func (s *Snapshot) OwningOrganisation(k EntityKey) (EntityKey, bool) {
	i, ok := s.names.entities.find(k)
	if !ok {
		return EntityKey{}, false
	}
	if i, ok = owningOrganisation(s.entities, i); !ok {
		return EntityKey{}, false
	}
	return s.names.entities.key(i), true
}

// GivenWhere are the roles that a reference means at what a selector reaches in a namespace: those that no Override alters, and a
// Custom role where it belongs, if that is reached.
func (s *Snapshot) GivenWhere(ns string, sel *EntitySelector, ref RoleRef) []RoleResolution {
	out := s.Given(EntityKey{Level: sel.Level, Namespace: ns}, RoleRef{ref.Name, false})
	if ref.Template {
		out = nil
		if x, _ := s.world().resolveTemplate(ref.Name, ns); x != nil {
			for _, name := range x.Roles {
				out = append(out, s.GivenWhere(ns, sel, RoleRef{Name: name})...)
			}
		}
		return out
	}
	if out[0].Problem == RoleOfAnotherEntity {
		if reached, _ := s.Choose(ns, sel); slices.Contains(reached, out[0].Elsewhere) {
			return s.Given(out[0].Elsewhere, ref)
		}
	}
	return out
}
