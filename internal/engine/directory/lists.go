package directory

import (
	"maps"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/catalogue"
)

// Record returns what is declared under an ID.
func (s *Snapshot) Record(id ID) (Record, bool) {
	key := Key{id.Namespace, id.Name}
	switch id.Kind {
	case KindNamespace:
		return declared(s.names.namespaces, s.namespaces, id.Name, func(n *namespace) *Namespace { return n.rec })
	case KindPerson:
		return declared(s.names.people, s.people, id.Name, func(p *person) *Person { return p.rec })
	case KindRole:
		return declared(s.names.roles, s.roles, key, func(r *role) *Role { return r.rec })
	case KindRoleTemplate:
		return declared(s.names.templates, s.templates, key, func(x *template) *RoleTemplate { return x.rec })
	case KindRoleBinding:
		return declared(s.names.bindings, s.bindings, key, func(b *binding) *RoleBinding { return b.rec })
	case KindPermissionOverride:
		return declared(s.names.overrides, s.overrides, key, func(o *override) *PermissionOverride { return o.rec })
	case KindSystemDeny:
		return declared(s.names.denies, s.denials, id.Name, func(d *denial) *SystemDeny { return d.rec })
	case KindGroup:
		return declared(s.names.groups, s.groups, key, func(g *group) *Group { return g.rec })
	case KindTerm:
		return declared(s.names.terms, s.terms, key, func(x *term) *Term { return x.rec })
	case KindPlatform:
		if s.platform == nil || id.Name != PlatformName {
			return nil, false
		}
		return s.platform, true
	}
	if level, ok := catalogue.ParseLevel(string(id.Kind)); ok {
		return declared(s.names.entities, s.entities, EntityKey{level, id.Namespace, id.Name}, func(e *entity) *Entity { return e.rec })
	}
	return nil, false
}

// recordOf is a pointer to R that is a Record.
type recordOf[R any] interface {
	*R
	Record
}

func declared[K comparable, N, R any, P recordOf[R]](t *table[K], v vector[*N], k K, rec func(*N) P) (Record, bool) {
	i, ok := t.find(k)
	if !ok {
		return nil, false
	}
	n := v.at(i)
	if n == nil {
		return nil, false
	}
	if r := rec(n); r != nil {
		return r, true
	}
	return nil, false
}

// Records returns everything that is declared, in the order of IDs.
func (s *Snapshot) Records() []Record {
	var out []Record
	out = gather(out, s.namespaces, func(n *namespace) *Namespace { return n.rec })
	out = gather(out, s.people, func(p *person) *Person { return p.rec })
	out = gather(out, s.roles, func(r *role) *Role { return r.rec })
	out = gather(out, s.templates, func(x *template) *RoleTemplate { return x.rec })
	out = gather(out, s.bindings, func(b *binding) *RoleBinding { return b.rec })
	out = gather(out, s.overrides, func(o *override) *PermissionOverride { return o.rec })
	out = gather(out, s.denials, func(d *denial) *SystemDeny { return d.rec })
	out = gather(out, s.groups, func(g *group) *Group { return g.rec })
	out = gather(out, s.entities, func(e *entity) *Entity { return e.rec })
	out = gather(out, s.terms, func(x *term) *Term { return x.rec })
	if s.platform != nil {
		out = append(out, s.platform)
	}
	slices.SortFunc(out, func(a, b Record) int { return a.ID().Compare(b.ID()) })
	return out
}

func gather[N, R any, P recordOf[R]](out []Record, v vector[*N], rec func(*N) P) []Record {
	for _, n := range all(v) {
		if r := rec(n); r != nil {
			out = append(out, r)
		}
	}
	return out
}

// keys are those of the declared nodes, in order.
func keysOf[K comparable, N any](t *table[K], v vector[*N], isDeclared func(*N) bool, compare func(a, b K) int) []K {
	var out []K
	for i, n := range all(v) {
		if isDeclared(n) {
			out = append(out, t.key(i))
		}
	}
	slices.SortFunc(out, compare)
	return out
}

// Groups returns the declared groups, in order.
func (s *Snapshot) Groups() []Key {
	return keysOf(s.names.groups, s.groups, func(g *group) bool { return g.rec != nil }, Key.Compare)
}

// Entities returns the declared entities, by namespace, level and name.
func (s *Snapshot) Entities() []EntityKey {
	return keysOf(s.names.entities, s.entities, func(e *entity) bool { return e.rec != nil }, EntityKey.Compare)
}

// Bindings returns the RoleBindings, in order.
func (s *Snapshot) Bindings() []Key {
	return keysOf(s.names.bindings, s.bindings, func(*binding) bool { return true }, Key.Compare)
}

// Roles returns the declared Custom and Override roles, in order.
func (s *Snapshot) Roles() []Key {
	return keysOf(s.names.roles, s.roles, func(r *role) bool { return r.rec != nil }, Key.Compare)
}

// Templates returns the RoleTemplates, in order.
func (s *Snapshot) Templates() []Key {
	return keysOf(s.names.templates, s.templates, func(x *template) bool { return x.rec != nil }, Key.Compare)
}

// Overrides returns the PermissionOverrides, in order.
func (s *Snapshot) Overrides() []Key {
	return keysOf(s.names.overrides, s.overrides, func(*override) bool { return true }, Key.Compare)
}

// Denies returns the SystemDenies, in order.
func (s *Snapshot) Denies() []string {
	return keysOf(s.names.denies, s.denials, func(*denial) bool { return true }, strings.Compare)
}

// People returns everybody who is declared or named by a list of members, a
// binding, an override or a deny, in order.
func (s *Snapshot) People() []string {
	return keysOf(s.names.people, s.people, (*person).known, strings.Compare)
}

// known says whether anything in the manifests mentions the person. One who was
// mentioned once and no longer is keeps an empty node.
func (p *person) known() bool {
	return p.named() || p.denies > 0
}

// Known says whether anything in the manifests mentions the person.
func (s *Snapshot) Known(who string) bool {
	i, ok := s.names.people.find(who)
	if !ok {
		return false
	}
	p := s.people.at(i)
	return p != nil && p.known()
}

// Counts returns how much there is of what.
func (s *Snapshot) Counts() Counts {
	c := s.count
	c.Entities = maps.Clone(c.Entities)
	if c.Entities == nil {
		c.Entities = map[catalogue.Level]int{}
	}
	for _, p := range all(s.people) {
		if p.known() {
			c.People++
		}
	}
	return c
}
