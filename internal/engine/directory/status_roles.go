package directory

import (
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
)

// Role returns the status of a Custom or Override role.
func (s *Snapshot) Role(k Key, now time.Time) RoleStatus {
	rec := s.roleRecord(k)
	if rec == nil {
		return RoleStatus{}
	}
	at := rec.Entity.In(k.Namespace)
	f := RoleStatus{Found: true, Level: rec.Level, Type: rec.Type, EntityFound: s.entityFound(at)}
	f.Permissions, f.Unknown = rec.Level.Parse(rec.Permissions)
	if rec.Level < rec.Entity.Level {
		f.Problem = RoleInvalid
	}
	i, ok := s.names.entities.find(at)
	if !ok {
		i = none
	}
	name := RoleName(k)
	if rec.Type == RoleOverride {
		name = RoleName{Name: rec.Overrides}
		if !overrideValid(rec) && f.Problem == RoleOK {
			f.Problem = RoleNotFound
		}
		f.Conflicts = s.conflicting(i, k, rec)
	}
	f.UnknownRules = s.unknownRules(rec, i)
	if f.Problem == RoleOK {
		f.Bindings, f.People = s.heldAt(s.countingAt(k, rec), name, now)
	}
	return f
}

// conflicting are the other Overrides of the same role at the same entity (R5).
func (s *Snapshot) conflicting(i uint32, k Key, rec *Role) []Key {
	node := s.entities.at(i)
	if node == nil || !overrideValid(rec) {
		return nil
	}
	var out []Key
	for _, r := range node.roles {
		other := s.roles.at(r).rec
		if other.Key != k && other.Overrides == rec.Overrides && overrideValid(other) {
			out = append(out, other.Key)
		}
	}
	slices.SortFunc(out, Key.Compare)
	return out
}

// unknownRules are the roles named in a role's rules that do not exist where they are asked for.
func (s *Snapshot) unknownRules(rec *Role, i uint32) []string {
	if rec.Type != RoleCustom {
		return nil
	}
	w := s.world()
	at := rec.Entity.In(rec.Key.Namespace)
	var out []string
	check := func(name string, at EntityKey) {
		if _, problem := w.resolveRole(name, at); problem != RoleOK {
			out = append(out, name)
		}
	}
	if rec.Level > rec.Entity.Level { // where it is bound is known there; here, whether there are such roles at all (R35)
		check = func(name string, _ EntityKey) {
			if level, ok := w.levelOf(roleNamed(name, rec.Key.Namespace)); !ok || level != rec.Level {
				out = append(out, name)
			}
		}
	}
	for _, q := range rec.Requires {
		if !q.AtParent {
			check(q.Role, at)
			continue
		}
		level, ok := w.levelOf(roleNamed(q.Role, rec.Key.Namespace))
		above, there := w.aboveOfLevel(i, level)
		switch {
		case !ok || level >= rec.Level:
			out = append(out, q.Role)
		case rec.Level > rec.Entity.Level:
		case !there:
			out = append(out, q.Role)
		default:
			check(q.Role, s.names.entities.key(above))
		}
	}
	for _, x := range rec.ExclusiveWith {
		check(x.Role, at)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// heldAt counts the bindings and enrolments that give a role at some entities, and the people who hold it at any.
func (s *Snapshot) heldAt(list []uint32, name RoleName, now time.Time) (bindings, people int) {
	w, holders, selections := s.world(), map[uint32]struct{}{}, map[uint32]bool{}
	for _, i := range list {
		node := s.entities.at(i)
		if node == nil {
			continue
		}
		key := s.names.entities.key(i)
		bindings += s.givers(w, key, node, name)
		for _, sel := range s.selectionsAt(i) {
			if !selections[sel] && w.roleGiven(s.selections.at(sel).role, key, name) {
				selections[sel] = true // once, however many entities it reaches
				bindings++
			}
		}
		if node.rec != nil {
			s.eachHolder(node, name, now, nil, func(p uint32) { holders[p] = struct{}{} })
		}
	}
	return bindings, len(holders)
}

// roleGiven says whether a reference gives a role at an entity.
func (w world) roleGiven(ref RoleRef, at EntityKey, name RoleName) bool {
	return slices.ContainsFunc(w.rolesOf(ref, at), func(g resolvedRole) bool { return g.name == name })
}

// givers counts the bindings and enrolments that name an entity and give a role there.
func (s *Snapshot) givers(w world, key EntityKey, e *entity, name RoleName) int {
	n := 0
	gives := func(ref RoleRef) bool { return w.roleGiven(ref, key, name) }
	for _, b := range e.bindings {
		if gives(s.bindings.at(b).rec.Role) {
			n++
		}
	}
	for _, g := range e.enrolling {
		for _, en := range s.groups.at(g).rec.Enrolments {
			if en.Selects == nil && en.Entity.In(key.Namespace) == key && gives(en.Role) {
				n++
			}
		}
	}
	return n
}

// eachHolder calls f with everybody who holds a role at an entity; somebody may come more than once. Whom selections
// give it is left out where they were looked at before, at another entity that shares them, for the same system role.
func (s *Snapshot) eachHolder(e *entity, name RoleName, now time.Time, seen map[*shared]bool, f func(uint32)) {
	g := e.grants
	role := g.role(name)
	if role < 0 {
		return
	}
	holds := func(list []localGrant) bool {
		for _, lg := range list {
			if int(lg.role) == role && lg.span.open(now.UnixMicro()) {
				return true
			}
		}
		return false
	}
	each := func(people, groups *grantList) {
		for j, p := range people.ids {
			if holds(people.of(j)) {
				f(p)
			}
		}
		for j, x := range groups.ids {
			if holds(groups.of(j)) {
				s.eachMemberAt(x, now.UnixMicro(), f)
			}
		}
	}
	each(&g.people, &g.groups)
	if g.shared == nil || seen[g.shared] {
		return
	}
	if seen != nil {
		seen[g.shared] = true
	}
	each(&g.shared.people, &g.shared.groups)
}

// SystemRole returns the status of a system role: how often it is bound, and how
// many people hold it somewhere.
func (s *Snapshot) SystemRole(name string, now time.Time) RoleStatus {
	r := catalogue.SystemRole(name)
	if r == nil {
		return RoleStatus{}
	}
	f := RoleStatus{Found: true, Level: r.Level, Type: RoleSystem, Permissions: r.Permissions, EntityFound: true}
	holders := map[uint32]struct{}{}
	w := s.world()
	seen := map[*shared]bool{}
	selections := map[uint32]bool{}
	for i, e := range all(s.entities) {
		if e.grants.role(RoleName{Name: name}) < 0 {
			continue
		}
		key := s.names.entities.key(i)
		f.Bindings += s.givers(w, key, e, RoleName{Name: name})
		for _, sel := range s.selectionsAt(i) {
			if _, looked := selections[sel]; !looked {
				selections[sel] = w.roleGiven(s.selections.at(sel).role, key, RoleName{Name: name})
			}
		}
		if e.rec != nil {
			s.eachHolder(e, RoleName{Name: name}, now, seen, func(p uint32) { holders[p] = struct{}{} })
		}
	}
	for _, gives := range selections {
		if gives { // once, however many entities it reaches
			f.Bindings++
		}
	}
	f.People = len(holders)
	return f
}

// Template returns the status of a RoleTemplate.
func (s *Snapshot) Template(k Key, now time.Time) TemplateStatus {
	i, ok := s.names.templates.find(k)
	if !ok || s.templates.at(i) == nil || s.templates.at(i).rec == nil {
		return TemplateStatus{}
	}
	x := s.templates.at(i)
	f := TemplateStatus{Found: true}
	for _, name := range x.rec.Roles {
		custom := s.roleRecord(Key{k.Namespace, name})
		if catalogue.SystemRole(name) == nil && (k.Namespace == SystemNamespace || custom == nil || custom.Type != RoleCustom) {
			f.Unknown = append(f.Unknown, name)
		}
	}
	slices.SortFunc(f.Unknown, strings.Compare)
	w := s.world()
	people := map[uint32]struct{}{}
	count := func(ns string, at EntityKey, span span, persons, groups []uint32) {
		if _, means := w.resolveTemplate(k.Name, ns); means != k {
			return // another template of that name comes first there
		}
		f.Bindings++
		if !span.open(now.UnixMicro()) || !s.entityFound(at) {
			return
		}
		for _, p := range persons {
			people[p] = struct{}{}
		}
		for _, g := range groups {
			s.eachMemberAt(g, now.UnixMicro(), func(p uint32) { people[p] = struct{}{} })
		}
	}
	selected := func(key selectionKey) {
		i, _ := s.names.selections.find(key)
		sel := s.selections.at(i)
		var at EntityKey // one of those reached, if there is one
		s.eachSelected(i, func(e uint32) { at = s.names.entities.key(e) })
		count(key.key.Namespace, at, sel.span, sel.people, sel.groups)
	}
	for _, b := range x.uses {
		node := s.bindings.at(b)
		if node.entity == none {
			selected(selectionKey{key: node.rec.Key})
			continue
		}
		count(node.rec.Key.Namespace, s.names.entities.key(node.entity), node.span, node.people, node.groups)
	}
	for _, g := range sorted(slices.Clone(x.enrolling)) {
		rec := s.groups.at(g).dated
		for n, e := range rec.Enrolments {
			switch {
			case e.Role != (RoleRef{k.Name, true}):
			case e.Selects != nil:
				selected(selectionKey{true, rec.Key, n})
			default:
				count(rec.Key.Namespace, e.Entity.In(rec.Key.Namespace), spanOf(e.Window), nil, []uint32{g})
			}
		}
	}
	f.People = len(people)
	return f
}
