package directory

import (
	"slices"
	"time"
)

// Entity returns the status of an entity.
func (s *Snapshot) Entity(k EntityKey, now time.Time) EntityStatus {
	f := EntityStatus{Key: k, Roles: map[RoleName]int{}}
	i, ok := s.names.entities.find(k)
	if !ok {
		return f
	}
	e := s.entities.at(i)
	if e == nil {
		return f
	}
	for _, c := range e.children {
		f.Children = append(f.Children, s.names.entities.key(c))
	}
	slices.SortFunc(f.Children, EntityKey.Compare)
	if e.rec == nil {
		return f
	}
	f.Declared = true
	f.Owner = e.rec.Owner
	f.Ownership = s.ownership(i)
	switch {
	case e.rec.Parent.Name == "":
	case e.parent == none:
		f.Parent, f.ParentState = e.rec.Parent.In(k.Namespace), ParentInvalid
	default:
		f.Parent, f.ParentState = s.names.entities.key(e.parent), ParentOK
		if !s.entityFound(f.Parent) {
			f.ParentState = ParentNotFound
		}
	}
	for _, r := range s.WhoHas(k, now) {
		if len(r.Access.Roles) > 0 {
			f.People++
		}
		for _, h := range r.Access.Roles {
			f.Roles[h.Role]++
		}
	}
	return f
}

// ownership resolves the default of R2: Organisation where one stands above.
func (s *Snapshot) ownership(i uint32) Ownership {
	e := s.entities.at(i)
	if e.rec.Ownership != OwnershipDefault {
		return e.rec.Ownership
	}
	if _, ok := s.organisationOf(i); ok {
		return OwnershipOrganisation
	}
	return OwnershipPublic
}

func (s *Snapshot) organisationOf(i uint32) (uint32, bool) { return organisationOf(s.entities, i) }

// organisationOf is the declared organisation at or above an entity.
func organisationOf(entities vector[*entity], i uint32) (uint32, bool) {
	for i != none {
		e := entities.at(i)
		if e == nil || e.rec == nil {
			return none, false
		}
		if e.rec.Key.Level == 0 {
			return i, true
		}
		i = e.parent
	}
	return none, false
}

// Organisation returns the declared organisation that an entity belongs to, itself included.
func (s *Snapshot) Organisation(k EntityKey) (EntityKey, bool) {
	i, ok := s.names.entities.find(k)
	if !ok {
		return EntityKey{}, false
	}
	if i, ok = s.organisationOf(i); !ok {
		return EntityKey{}, false
	}
	return s.names.entities.key(i), true
}

// Person returns the status of a person at some time.
func (s *Snapshot) Person(who string, now time.Time) PersonStatus {
	var f PersonStatus
	i, ok := s.names.people.find(who)
	if !ok || s.people.at(i) == nil {
		f.SubjectState = s.subjectStates(personRow{})
		return f
	}
	p := s.people.at(i)
	f.Declared = p.rec != nil
	f.SubjectState = s.subjectStates(s.byPerson.at(i))
	for _, g := range p.groupsAt(now.UnixMicro()) {
		f.Groups = append(f.Groups, s.names.groups.key(g))
	}
	slices.SortFunc(f.Groups, Key.Compare)
	for _, a := range s.AccessOf(who, now) {
		f.Namespaces = append(f.Namespaces, a.Entity.Namespace)
	}
	f.Namespaces = slices.Compact(f.Namespaces) // sorted already
	return f
}

// OrganisationsIn are the declared organisations of a namespace, in order.
func (s *Snapshot) OrganisationsIn(ns string) []EntityKey {
	var out []EntityKey
	n, ok := s.names.namespaces.find(ns)
	if !ok || s.namespaces.at(n) == nil {
		return nil
	}
	for _, i := range s.namespaces.at(n).organisations {
		out = append(out, s.names.entities.key(i))
	}
	slices.SortFunc(out, EntityKey.Compare)
	return out
}
