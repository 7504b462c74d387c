package directory

import (
	"slices"

	"github.com/google/btree"
)

// txn is one Apply under way: drafts of every vector, and what is left to be
// worked out once all changes are in (recompute.go).
type txn struct {
	id     uint64
	before *Snapshot
	names  *names

	people     draft[*person]
	namespaces draft[*namespace]
	groups     draft[*group]
	entities   draft[*entity]
	bindings   draft[*binding]
	roles      draft[*role]
	templates  draft[*template]
	overrides  draft[*override]
	denials    draft[*denial]
	terms      draft[*term]
	selections draft[*selection]
	profiles   draft[*profile]

	platform  *Platform
	ruleOf    map[string]*RoleRule
	selecting []uint32
	composing []uint32
	linked    []uint32

	selectionCount int
	rolesAbove     int
	transitions    *btree.BTreeG[transition]
	users          *btree.BTreeG[userName]
	count          Counts

	relink     map[uint32]struct{} // groups whose parent in effect may have changed
	relisted   map[uint32]struct{} // groups that became, or ceased to be, Listed
	recount    map[uint32]struct{} // people whose closure may have changed
	repathed   map[uint32]struct{} // people who are declared by other groups than before, or whose groups moved
	reselect   map[uint32]struct{} // groups whose selector must be asked about everybody
	recompile  map[uint32]struct{} // entities whose grants may have changed
	moved      map[uint32]struct{} // entities at and below which other selections may reach (R34)
	relabelled []uint32            // entities with other attributes than before (R37)
	defined    []definition        // where other roles stand above their level than before (R35)
	altered    []*selection        // selections that came, went or give something else
	denied     bool                // the denies changed
	recompose  bool                // what groups are made of may have changed (R36)

	fedBefore, fedAfter map[uint32]struct{} // groups of which everybody was marked, before and after

	effects effects
}

func begin(s *Snapshot, id uint64) *txn {
	return &txn{
		id: id, before: s, names: s.names,
		people: s.people.edit(id), namespaces: s.namespaces.edit(id), groups: s.groups.edit(id), entities: s.entities.edit(id),
		bindings: s.bindings.edit(id), roles: s.roles.edit(id), templates: s.templates.edit(id),
		overrides: s.overrides.edit(id), denials: s.denials.edit(id), terms: s.terms.edit(id), selections: s.selections.edit(id),
		profiles: s.profiles.edit(id),
		platform: s.platform, ruleOf: s.ruleOf, selecting: s.selecting, transitions: s.transitions, users: s.users, count: s.count,
		composing: s.composing, linked: s.linked, fedBefore: map[uint32]struct{}{}, fedAfter: map[uint32]struct{}{},
		relink: map[uint32]struct{}{}, relisted: map[uint32]struct{}{}, recount: map[uint32]struct{}{},
		repathed: map[uint32]struct{}{}, reselect: map[uint32]struct{}{}, recompile: map[uint32]struct{}{},
		moved: map[uint32]struct{}{}, selectionCount: s.selectionCount, rolesAbove: s.rolesAbove,
	}
}

func (t *txn) change(c Change) {
	id := c.gone
	if c.record != nil {
		id = c.record.ID()
	}
	was := t.record(id)
	if was == nil && c.record == nil {
		return
	}
	t.effects.changed = append(t.effects.changed, id)
	switch id.Kind {
	case KindNamespace:
		t.setNamespace(id.Name, as[Namespace](c.record))
	case KindPerson:
		t.setPerson(id.Name, as[Person](c.record))
	case KindRole:
		t.setRole(Key{id.Namespace, id.Name}, as[Role](c.record))
	case KindRoleTemplate:
		t.setTemplate(Key{id.Namespace, id.Name}, as[RoleTemplate](c.record))
	case KindRoleBinding:
		t.setBinding(Key{id.Namespace, id.Name}, as[RoleBinding](c.record))
	case KindPermissionOverride:
		t.setOverride(Key{id.Namespace, id.Name}, as[PermissionOverride](c.record))
	case KindSystemDeny:
		t.setDeny(id.Name, as[SystemDeny](c.record))
	case KindGroup:
		t.setGroup(Key{id.Namespace, id.Name}, as[Group](c.record))
	case KindTerm:
		t.setTerm(Key{id.Namespace, id.Name}, as[Term](c.record))
	case KindPlatform:
		t.setPlatform(as[Platform](c.record))
	default:
		if level, ok := levelOf(id.Kind); ok {
			t.setEntity(EntityKey{level, id.Namespace, id.Name}, as[Entity](c.record))
		}
	}
	t.countIn(id, was != nil)
}

// as is the record as what its ID says it is; nil stays nil.
func as[T any](r Record) *T {
	if r == nil {
		return nil
	}
	return any(r).(*T)
}

// commit works out what the changes led to and returns the new snapshot.
func (t *txn) commit() *Snapshot {
	t.recompute()
	t.noteNames()
	s := &Snapshot{
		names: t.names, people: t.people.vector, namespaces: t.namespaces.vector, groups: t.groups.vector,
		entities: t.entities.vector, bindings: t.bindings.vector, roles: t.roles.vector, templates: t.templates.vector,
		overrides: t.overrides.vector, denials: t.denials.vector, terms: t.terms.vector, selections: t.selections.vector,
		profiles:       t.profiles.vector,
		selectionCount: t.selectionCount, rolesAbove: t.rolesAbove,
		platform: t.platform, ruleOf: t.ruleOf, selecting: t.selecting, transitions: t.transitions, users: t.users, count: t.count,
		denyIndex: t.before.denyIndex, composing: t.composing, linked: t.linked,
	}
	s.byPerson, s.byEntity = t.byPerson(), t.byEntity()
	if t.denied {
		s.denyIndex = indexDenies(s)
	}
	return s
}

// node is what every vector of a draft is made of.
type node[T any] interface {
	*T
	// owner is the number of the transaction that may change the node.
	owner() *uint64
	// lists are those that are appended to in place.
	lists() []*[]uint32
}

// own returns a node that the transaction may change: its own, or a copy of the
// one there was, or a new one. A copy's lists are clipped, so that appending to
// one moves it and leaves alone what older snapshots share.
func own[T any, N node[T]](t *txn, d *draft[*T], i uint32, fresh func() T) N {
	old := N(d.at(i))
	if old != nil && *old.owner() == t.id {
		return old
	}
	n := N(new(T))
	if old != nil {
		*n = *old
	} else if fresh != nil {
		*n = fresh()
	}
	*n.owner() = t.id
	clip(n.lists()...)
	d.set(i, n)
	d.renewed = append(d.renewed, i)
	return n
}

func (t *txn) person(i uint32) *person { return own[person, *person](t, &t.people, i, nil) }

func (t *txn) namespace(i uint32) *namespace {
	return own[namespace, *namespace](t, &t.namespaces, i, nil)
}

func (t *txn) group(i uint32) *group {
	return own[group, *group](t, &t.groups, i, func() group { return group{parent: none, up: none} })
}

func (t *txn) entity(i uint32) *entity {
	return own[entity, *entity](t, &t.entities, i, func() entity {
		key := t.names.entities.key(i)
		return entity{parent: none, profile: none, namespace: t.names.namespaces.intern(key.Namespace), level: key.Level}
	})
}

func (t *txn) role(i uint32) *role {
	return own[role, *role](t, &t.roles, i, func() role { return role{entity: none} })
}

func (t *txn) template(i uint32) *template {
	return own[template, *template](t, &t.templates, i, nil)
}

func clip(lists ...*[]uint32) {
	for _, l := range lists {
		*l = slices.Clip(*l)
	}
}

// drop removes x from a list in no order, by a copy.
func drop(list []uint32, x uint32) []uint32 {
	i := slices.Index(list, x)
	if i < 0 {
		return list
	}
	out := make([]uint32, 0, len(list)-1)
	return append(append(out, list[:i]...), list[i+1:]...)
}
