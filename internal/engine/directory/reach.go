package directory

import (
	"slices"
	"strings"
	"time"
)

// Subtree are a group and the groups in effect below it; of a group on or below
// a cycle, it alone. A group that does not exist has those below it that it would have.
func (s *Snapshot) Subtree(k Key) []Key {
	g, ok := s.names.groups.find(k)
	if !ok {
		return nil
	}
	var out []Key
	s.subtree(g, func(d uint32) { out = append(out, s.names.groups.key(d)) })
	slices.SortFunc(out, Key.Compare)
	return out
}

// GroupsAt are the groups, existing or not, to which something is given at an entity, whatever the time is.
func (s *Snapshot) GroupsAt(at EntityKey) []Key {
	e, ok := s.names.entities.find(at)
	if !ok || s.byEntity.at(e) == nil {
		return nil
	}
	var out []Key
	for _, groups := range s.byEntity.at(e).groupLists() {
		for _, g := range groups.ids {
			out = append(out, s.names.groups.key(g))
		}
	}
	slices.SortFunc(out, Key.Compare)
	return slices.Compact(out)
}

// TemplateUses are the entities at which a binding or an enrolment may mean a RoleTemplate.
func (s *Snapshot) TemplateUses(k Key) []EntityKey {
	i, ok := s.names.templates.find(k)
	if !ok || s.templates.at(i) == nil {
		return nil
	}
	var out []EntityKey
	selected := func(key selectionKey) {
		sel, _ := s.names.selections.find(key)
		s.eachSelected(sel, func(e uint32) { out = append(out, s.names.entities.key(e)) })
	}
	for _, b := range s.templates.at(i).uses {
		if e := s.bindings.at(b).entity; e != none {
			out = append(out, s.names.entities.key(e))
		} else {
			selected(selectionKey{key: s.names.bindings.key(b)})
		}
	}
	for _, g := range s.templates.at(i).enrolling {
		rec := s.groups.at(g).rec
		for n, e := range rec.Enrolments {
			switch {
			case !e.Role.Template || e.Role.Name != k.Name:
			case e.Selects != nil:
				selected(selectionKey{true, rec.Key, n})
			default:
				out = append(out, e.Entity.In(rec.Key.Namespace))
			}
		}
	}
	slices.SortFunc(out, EntityKey.Compare)
	return slices.Compact(out)
}

// Naming is what names an entity, existing or not: what gives or takes something
// there, its roles, what stands below it, and SystemDenies, in order.
func (s *Snapshot) Naming(k EntityKey) []ID {
	i, ok := s.names.entities.find(k)
	if !ok {
		return nil
	}
	var out []ID
	if e := s.entities.at(i); e != nil {
		add := func(kind Kind, k Key) { out = append(out, ID{kind, k.Namespace, k.Name}) }
		for _, b := range e.bindings {
			add(KindRoleBinding, s.names.bindings.key(b))
		}
		for _, g := range e.enrolling {
			add(KindGroup, s.names.groups.key(g))
		}
		for _, r := range e.roles {
			add(KindRole, s.names.roles.key(r))
		}
		for _, o := range e.overrides {
			add(KindPermissionOverride, s.names.overrides.key(o))
		}
		for _, lists := range e.selectingLists() {
			for _, i := range lists {
				out = append(out, s.selections.at(i).id)
			}
		}
		for _, c := range e.children {
			out = append(out, s.names.entities.key(c).ID())
		}
	}
	for _, d := range s.denyIndex.byEntity[i] {
		out = append(out, d.rec.ID())
	}
	slices.SortFunc(out, ID.Compare)
	return slices.Compact(out)
}

// DeniesAt are the SystemDenies whose scope covers an entity, whomever they
// concern and whatever the time is, by name.
func (s *Snapshot) DeniesAt(k EntityKey) []string {
	i, ok := s.names.entities.find(k)
	if !ok || s.entities.at(i) == nil {
		return nil
	}
	var out []string
	for d := range s.scoped(i, s.entities.at(i)) {
		out = append(out, d.rec.Name)
	}
	slices.SortFunc(out, strings.Compare)
	return slices.Compact(out)
}

// Denied says whether a SystemDeny has a person among its subjects at some time, by name,
// through a group or as one of all, be its window open or not.
func (s *Snapshot) Denied(deny, who string, now time.Time) bool {
	d, ok := s.names.denies.find(deny)
	if !ok || s.denials.at(d) == nil {
		return false
	}
	i, ok := s.names.people.find(who)
	if !ok || s.people.at(i) == nil {
		return s.denials.at(d).rec.Everyone
	}
	return s.denials.at(d).concerns(i, s.people.at(i).groupsAt(now.UnixMicro()))
}
