package worlds

import (
	"fmt"
	"slices"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// The names that records are made of. There are few, so that they meet; and
// whatever is named need not be declared.
var (
	namespaces   = []string{"acme", "beta", directory.SystemNamespace}
	people       = []string{"alice", "bob", "carol", "dora", "erin", "frank"}
	groupNames   = []string{"g1", "g2", "g3", "g4", "g5"}
	baseNames    = []string{"h1", "h2"} // groups without parents, of which others are made
	entityNames  = []string{"x", "y"}
	customNames  = []string{"ta", "helper", "course-student"}
	overrides    = []string{"mild", "wild", "ta"}
	templates    = []string{"teachers", "staff"}
	bindingNames = []string{"b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8", "b9"}
	pairNames    = []string{"o1", "o2", "o3", "o4"}
	denyNames    = []string{"d1", "d2", "d3"}
	attributes   = []string{"team", "year"}
	values       = []string{"1", "2"}
	termNames    = []string{"autumn", "spring"}
	// zoneNames are those in which a day begins about Now, one that there is not, and none.
	zoneNames = []string{"Pacific/Auckland", "Etc/GMT+12", "Pacific/Kiritimati", "Australia/Brisbane", "Pacific/Chatham", "Mars/Phobos", ""}
)

// world is the generator of one world: some of the vocabulary, often less than all.
type world struct {
	Dice
	namespaces []string
	people     []string
	levels     []catalogue.Level
	entities   []string
}

func newWorld(d Dice) world {
	w := world{
		Dice:       d,
		namespaces: namespaces[:1+d.IntN(len(namespaces))],
		people:     people[:3+d.IntN(len(people)-2)],
		levels:     catalogue.Levels(),
		entities:   entityNames[:1+d.IntN(len(entityNames))],
	}
	if !d.In(4) { // most of the life of a world is at neighbouring levels
		first := d.IntN(len(w.levels) - 1)
		w.levels = w.levels[first : first+2]
	}
	if d.In(4) { // what belongs to organisations, of which selections choose (R34)
		w.levels, w.entities = catalogue.Levels()[:3], entityNames
	}
	return w
}

func (w world) namespace() string { return Pick(w.Dice, w.namespaces) }
func (w world) person() string    { return Pick(w.Dice, w.people) }

// home is a namespace for records that grant: rarely that of the system.
func (w world) home() string {
	if w.In(8) {
		return w.namespace()
	}
	return w.namespaces[w.IntN(min(2, len(w.namespaces)))]
}

func (w world) groupKey() directory.Key {
	return directory.Key{Namespace: w.namespace(), Name: w.groupName()}
}

func (w world) level() catalogue.Level {
	if w.In(12) {
		return Pick(w.Dice, catalogue.Levels())
	}
	return Pick(w.Dice, w.levels)
}

func (w world) entity() directory.LocalEntity {
	return directory.LocalEntity{Level: w.level(), Name: Pick(w.Dice, w.entities)}
}

// systemRole is mostly one of two of the level, so that the same one meets often.
func (w world) systemRole(level catalogue.Level) string {
	roles := level.Roles()
	if w.In(6) {
		return Pick(w.Dice, roles).Name
	}
	return roles[1+w.IntN(2)].Name
}

// roleName is a name that a reference at an entity of the level may bear.
func (w world) roleName(level catalogue.Level) string {
	switch w.IntN(14) {
	case 0, 1, 2:
		return Pick(w.Dice, customNames)
	case 3:
		return Pick(w.Dice, overrides)
	case 4:
		return w.systemRole(w.level())
	}
	return w.systemRole(level)
}

func (w world) roleRef(level catalogue.Level) directory.RoleRef {
	if w.In(5) {
		return directory.RoleRef{Name: Pick(w.Dice, templates), Template: true}
	}
	return directory.RoleRef{Name: w.roleName(level)}
}

// permission is one of a few of the level, all of it, or none that it has.
func (w world) permission(level catalogue.Level) string {
	switch w.IntN(16) {
	case 0:
		return catalogue.Wildcard
	case 1:
		return "no_such_permission"
	case 2:
		return Pick(w.Dice, w.level().Permissions()).ID
	case 3, 4:
		return "manage_wallet" // at several levels
	}
	return Pick(w.Dice, level.Permissions()[:8]).ID
}

func (w world) permissions(level catalogue.Level) []string {
	return some(w.Dice, 4, func() string { return w.permission(level) })
}

func (w world) selector() *directory.Selector {
	return &directory.Selector{Expressions: some(w.Dice, 2, func() directory.Expression {
		e := directory.Expression{Key: Pick(w.Dice, attributes), Operator: directory.Operator(w.IntN(4))}
		if e.Operator == directory.In || e.Operator == directory.NotIn {
			e.Values = some(w.Dice, 2, func() string { return Pick(w.Dice, values) })
		}
		return e
	})}
}

// attributes are those of a person or an entity: none, one or several values for each (R37).
func (w world) attributes() directory.Attributes {
	out := directory.Attributes{}
	for _, k := range attributes {
		if list := some(w.Dice, 3, func() string { return Pick(w.Dice, values) }); len(list) > 0 {
			out[k] = list
		}
	}
	return out
}

func (w world) labels() map[string]string {
	out := map[string]string{}
	for _, k := range attributes {
		if !w.In(3) {
			out[k] = Pick(w.Dice, values)
		}
	}
	return out
}

func (w world) subject() directory.Subject {
	if w.In(2) {
		return directory.GroupSubject(w.groupKey())
	}
	return directory.PersonSubject(w.person())
}

func (w world) subjects() []directory.Subject { return some(w.Dice, 4, w.subject) }

// every is all records of the vocabulary's names, each made anew; which of them
// a world has is chance.
func (w world) every() []directory.Record {
	var out []directory.Record
	for _, p := range w.people {
		out = append(out, w.newPerson(p))
	}
	for _, name := range denyNames {
		out = append(out, w.NewDeny(name))
	}
	out = append(out, w.newPlatform())
	for _, ns := range w.namespaces {
		out = append(out, &directory.Namespace{Name: ns, Labels: w.labels()})
		for _, level := range w.levels {
			for _, name := range w.entities {
				out = append(out, w.newEntity(directory.EntityKey{Level: level, Namespace: ns, Name: name}))
			}
		}
		out = append(out, w.namespaced(ns)...)
	}
	return out
}

func (w world) namespaced(ns string) []directory.Record {
	var out []directory.Record
	key := func(name string) directory.Key { return directory.Key{Namespace: ns, Name: name} }
	for _, name := range termNames {
		out = append(out, w.newTerm(key(name)))
	}
	for _, name := range slices.Concat(groupNames, baseNames) {
		out = append(out, w.NewGroup(key(name)))
	}
	for _, name := range templates {
		out = append(out, w.newTemplate(key(name)))
	}
	for _, name := range append(customNames, overrides...) {
		out = append(out, w.newRole(key(name)))
	}
	for i := range 3 { // Overrides that surely replace something
		name := fmt.Sprintf("override-%d", i)
		out = append(out, w.NewOverride(key(name)))
	}
	if ns == directory.SystemNamespace && !w.In(4) {
		return out
	}
	for _, name := range bindingNames {
		out = append(out, w.NewBinding(key(name)))
	}
	for _, name := range pairNames {
		out = append(out, w.newPermissionOverride(key(name)))
	}
	return out
}
