package directory

import (
	"iter"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
)

// Binding returns the status of a RoleBinding at some time, and whether there is one.
func (s *Snapshot) Binding(k Key, now time.Time) (GrantStatus, bool) {
	i, ok := s.names.bindings.find(k)
	if !ok {
		return GrantStatus{}, false
	}
	b := s.bindings.at(i)
	if b == nil {
		return GrantStatus{}, false
	}
	if b.entity == none {
		return s.selectionStatus(selectionKey{key: k}, now), true
	}
	return s.grantStatus(b.rec.Entity.In(k.Namespace), b.rec.Role, b.people, b.groups, b.rec.Term, b.rec.Window, now), true
}

// grantStatus are the status of a reference to a role, given to people and groups at an entity.
func (s *Snapshot) grantStatus(at EntityKey, ref RoleRef, people, groups []uint32, named Key, dates Window, now time.Time) GrantStatus {
	f := GrantStatus{Entity: at, EntityFound: s.entityFound(at), Term: named}
	f.Window, f.TermProblem = s.WindowOf(named, dates)
	f.Roles, f.Template, f.TemplateFound = s.resolutions(at, ref)
	for _, r := range f.Roles {
		f.Permissions |= r.Permissions
	}
	s.subjectStatus(&f, people, groups, now)
	return f
}

// subjectStatus says whom a binding or an enrolment names.
func (s *Snapshot) subjectStatus(f *GrantStatus, people, groups []uint32, now time.Time) {
	reached := slices.Clone(people)
	for _, p := range people {
		if name := s.names.people.key(p); s.undeclared(name) {
			f.Undeclared = append(f.Undeclared, name)
		}
	}
	for _, g := range groups {
		if node := s.groups.at(g); node == nil || node.rec == nil {
			f.MissingGroups = append(f.MissingGroups, s.names.groups.key(g))
			continue
		}
		s.eachMemberAt(g, now.UnixMicro(), func(i uint32) { reached = append(reached, i) })
	}
	slices.Sort(f.Undeclared)
	slices.SortFunc(f.MissingGroups, Key.Compare)
	f.People = len(sorted(reached))
}

func (s *Snapshot) entityFound(k EntityKey) bool {
	i, ok := s.names.entities.find(k)
	return ok && s.entities.at(i) != nil && s.entities.at(i).rec != nil
}

// resolutions says what a reference means at an entity, role by role. Of a
// template those of other levels are left out.
func (s *Snapshot) resolutions(at EntityKey, ref RoleRef) (out []RoleResolution, template *Key, found bool) {
	w := s.world()
	if !ref.Template {
		return []RoleResolution{s.resolution(w, ref.Name, at)}, nil, false
	}
	x, key := w.resolveTemplate(ref.Name, at.Namespace)
	if x == nil {
		return nil, &key, false
	}
	for _, name := range x.Roles {
		r := s.resolution(w, name, at)
		if r.Problem == RoleWrongLevel || r.Problem == RoleOfAnotherEntity {
			continue
		}
		out = append(out, r)
	}
	return out, &key, true
}

func (s *Snapshot) resolution(w world, name string, at EntityKey) RoleResolution {
	r := RoleResolution{Name: name}
	r.Role, r.Problem = w.resolveRole(name, at)
	if r.Problem == RoleOfAnotherEntity {
		if rec := s.roleRecord(Key(r.Role)); rec != nil {
			r.Elsewhere, r.Level = rec.Entity.In(at.Namespace), rec.Level
		}
	}
	if r.Problem != RoleOK {
		return r
	}
	i, ok := s.names.entities.find(at)
	if !ok {
		i = none
	}
	var over []uint32
	r.Permissions, over = w.permissions(r.Role, i)
	for _, o := range over {
		r.Overridden = append(r.Overridden, s.names.roles.key(o))
	}
	slices.SortFunc(r.Overridden, Key.Compare)
	return r
}

func (s *Snapshot) roleRecord(k Key) *Role {
	if i, ok := s.names.roles.find(k); ok {
		if r := s.roles.at(i); r != nil {
			return r.rec
		}
	}
	return nil
}

// Override returns the status of a PermissionOverride, and whether there is one.
func (s *Snapshot) Override(k Key, now time.Time) (OverrideStatus, bool) {
	i, ok := s.names.overrides.find(k)
	if !ok {
		return OverrideStatus{}, false
	}
	o := s.overrides.at(i)
	if o == nil {
		return OverrideStatus{}, false
	}
	at := s.names.entities.key(o.entity)
	f := OverrideStatus{Entity: at, EntityFound: s.entityFound(at), Permissions: o.set}
	_, f.Unknown = at.Level.Parse(o.rec.Permissions)
	row, e := s.personAt(o.person, now.UnixMicro()), s.entities.at(o.entity)
	f.Declared = row.declared
	f.SubjectState = s.subjectStates(row)
	for _, other := range e.grants.overridesOf(o.person) {
		if other.id != i && o.span.open(now.UnixMicro()) && other.span.open(now.UnixMicro()) {
			f.Conflicts = append(f.Conflicts, s.names.overrides.key(other.id))
		}
	}
	slices.SortFunc(f.Conflicts, Key.Compare)
	if f.EntityFound {
		var a Access
		s.fill(&question{s, o.person, row.groups, o.entity, e.grants, now.UnixMicro(), nil}, &a)
		f.Replaced = a.FromRoles
	}
	return f, true
}

// Deny returns the status of a SystemDeny at some time, and whether there is one.
func (s *Snapshot) Deny(name string, now time.Time) (DenyStatus, bool) {
	i, ok := s.names.denies.find(name)
	if !ok {
		return DenyStatus{}, false
	}
	d := s.denials.at(i)
	if d == nil {
		return DenyStatus{}, false
	}
	f := DenyStatus{EntityFound: d.entity == none || s.entityFound(s.names.entities.key(d.entity))}
	ids := map[string]bool{}
	for _, l := range catalogue.Levels() {
		for _, id := range d.sets[l].IDs(l) {
			ids[id] = true
		}
	}
	f.Permissions = len(ids)
	for _, id := range d.rec.Permissions {
		if id != catalogue.Wildcard && !ids[id] {
			f.Unknown = append(f.Unknown, id)
		}
	}
	reached := slices.Clone(d.people)
	for _, p := range d.people {
		if who := s.names.people.key(p); s.undeclared(who) {
			f.Undeclared = append(f.Undeclared, who)
		}
	}
	for _, g := range d.groups {
		if node := s.groups.at(g); node == nil || node.rec == nil {
			f.MissingGroups = append(f.MissingGroups, s.names.groups.key(g))
			continue
		}
		s.eachMemberAt(g, now.UnixMicro(), func(i uint32) { reached = append(reached, i) })
		s.eachPossibleAt(g, now.UnixMicro(), func(i uint32) { reached = append(reached, i) })
	}
	for _, n := range d.namespaces {
		if !s.namespaces.at(n).exists() {
			f.MissingNamespaces = append(f.MissingNamespaces, s.names.namespaces.key(n))
		}
	}
	f.Unnamed = s.unnamed(d.people)
	slices.Sort(f.Undeclared)
	slices.Sort(f.MissingNamespaces)
	slices.SortFunc(f.MissingGroups, Key.Compare)
	f.People = len(sorted(reached))
	if d.rec.Everyone {
		f.People = len(s.People())
	}
	return f, true
}

// Limits are how long the Platform wants grants to last (R38).
func (s *Snapshot) Limits() Limits {
	if s.platform == nil {
		return Limits{}
	}
	return s.platform.Limits
}

// Given are the roles that a reference means at an entity, as a binding there would give them.
func (s *Snapshot) Given(at EntityKey, ref RoleRef) []RoleResolution {
	out, _, _ := s.resolutions(at, ref)
	return out
}

// GroupsOf are the groups that Reaches says have a person as a member at some time, in no order.
func (s *Snapshot) GroupsOf(who string) iter.Seq[Key] {
	return func(yield func(Key) bool) {
		i, ok := s.names.people.find(who)
		if !ok || s.people.at(i) == nil {
			return
		}
		for _, g := range s.people.at(i).groups {
			if !yield(s.names.groups.key(g)) {
				return
			}
		}
	}
}

// Reaches says whether a RoleBinding has a person among its subjects, by name or
// through a group, or whether a Group has the person as a member: whom what they
// give is given to, whatever the time is.
func (s *Snapshot) Reaches(id ID, who string) bool {
	i, ok := s.names.people.find(who)
	if !ok || s.people.at(i) == nil {
		return false
	}
	p, key := s.people.at(i), Key{id.Namespace, id.Name}
	switch id.Kind {
	case KindRoleBinding:
		if b, ok := s.names.bindings.find(key); ok && s.bindings.at(b) != nil {
			return contains(s.bindings.at(b).people, i) || intersect(s.bindings.at(b).groups, p.groups)
		}
	case KindGroup:
		if g, ok := s.names.groups.find(key); ok {
			return contains(p.groups, g)
		}
	}
	return false
}
