package directory

import (
	"slices"
	"time"
)

// selectionStatus is the status of a binding or an enrolment that selects (R34).
func (s *Snapshot) selectionStatus(key selectionKey, now time.Time) GrantStatus {
	i, _ := s.names.selections.find(key)
	sel := s.selections.at(i)
	under := s.names.entities.key(sel.under)
	f := GrantStatus{Window: sel.window, Term: sel.term, Selects: sel.EntitySelector, Under: under, EntityFound: s.entityFound(under)}
	f.Entity.Namespace = under.Namespace
	_, f.TermProblem = s.timetable().span(sel.term, sel.window)
	s.reach(i, sel, func(uint32) { f.Entities++ }, func(uint32) { f.LeftOut++ })
	f.Roles, f.Template, f.TemplateFound = s.resolutionsOf(i, sel)
	for _, r := range f.Roles {
		f.Permissions |= r.Permissions
	}
	s.subjectStatus(&f, sel.people, sel.groups, now)
	return f
}

// resolutionsOf are what a selection's reference means at the entities that it reaches.
func (s *Snapshot) resolutionsOf(i uint32, sel *selection) (out []RoleResolution, template *Key, found bool) {
	at := EntityKey{Level: sel.Level, Namespace: s.names.namespaces.key(sel.namespace)}
	if !sel.role.Template {
		return []RoleResolution{s.resolutionOf(i, sel.role.Name, at)}, nil, false
	}
	x, key := s.world().resolveTemplate(sel.role.Name, at.Namespace)
	if x == nil {
		return nil, &key, false
	}
	for _, name := range x.Roles {
		if r := s.resolutionOf(i, name, at); r.Problem != RoleWrongLevel && r.Problem != RoleOfAnotherEntity {
			out = append(out, r)
		}
	}
	return out, &key, true
}

// resolutionOf looks at a Custom role where it belongs, if the selection reaches that entity.
func (s *Snapshot) resolutionOf(i uint32, name string, at EntityKey) RoleResolution {
	r := s.resolution(s.world(), name, at)
	if r.Problem != RoleOfAnotherEntity {
		return r
	}
	if e, ok := s.names.entities.find(r.Elsewhere); ok && contains(s.selectionsAt(e), i) && r.Level == r.Elsewhere.Level {
		return s.resolution(s.world(), name, r.Elsewhere)
	}
	return s.orWhereDefined(r, s.names.entities.key(s.selections.at(i).under), at.Level)
}

// Selected are the entities that a RoleBinding, or the enrolments of a Group that select, reach, in order (R34).
func (s *Snapshot) Selected(id ID) []EntityKey {
	var out []EntityKey
	for _, key := range s.selectionKeys(id) {
		if i, ok := s.names.selections.find(key); ok {
			s.eachSelected(i, func(e uint32) { out = append(out, s.names.entities.key(e)) })
		}
	}
	slices.SortFunc(out, EntityKey.Compare)
	return slices.Compact(out)
}

func (s *Snapshot) selectionKeys(id ID) []selectionKey {
	key := Key{id.Namespace, id.Name}
	if id.Kind == KindRoleBinding {
		return []selectionKey{{key: key}}
	}
	var out []selectionKey
	if rec, ok := s.Record(id); ok && id.Kind == KindGroup {
		for n := range rec.(*Group).Enrolments {
			out = append(out, selectionKey{true, key, n})
		}
	}
	return out
}

// Choose are the entities that a selector reaches in a namespace, and how many it leaves out of those that lie there (R34), whether
// or not anything selects them.
func (s *Snapshot) Choose(ns string, sel *EntitySelector) (reached []EntityKey, leftOut int) {
	under, ok := s.names.entities.find(sel.Under.In(ns))
	if !ok || s.entities.at(under) == nil || s.entities.at(under).rec == nil {
		return nil, 0
	}
	of, owned := owningOrganisation(s.entities, under)
	eachOfLevel(s.entities, under, sel.Level, func(e uint32) {
		if s.entities.at(e).rec == nil || !sel.matches(s.entities.at(e).rec) {
			return
		}
		if its, own := owningOrganisation(s.entities, e); own && owned && its == of {
			reached = append(reached, s.names.entities.key(e))
		} else {
			leftOut++
		}
	})
	slices.SortFunc(reached, EntityKey.Compare)
	return reached, leftOut
}
