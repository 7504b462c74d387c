package peers

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// namespace is where the world's objects are for Provost.
const namespace = "world"

// Provost expresses all of it, with an organisation above the courses.
func Provost(w *World, questions []Query) (Decider, error) {
	s := directory.Build(records(w)...)
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)

	type question struct {
		who  string
		what catalogue.Permission
		at   directory.EntityKey
	}
	asked := make([]question, len(questions))
	for i, q := range questions {
		p, ok := catalogue.Course.Permission(q.Permission)
		if !ok {
			return nil, fmt.Errorf("courses have no permission %q", q.Permission)
		}
		asked[i] = question{q.Person, p, courseOf(q.Course).In(namespace)}
	}
	return func(i int) bool {
		q := &asked[i]
		return s.Can(q.who, q.what, q.at, now)
	}, nil
}

func courseOf(name string) directory.LocalEntity {
	return directory.LocalEntity{Level: catalogue.Course, Name: name}
}

func keyOf(name string) directory.Key { return directory.Key{Namespace: namespace, Name: name} }

// records are the world as objects.
func records(w *World) []directory.Record {
	organisation := directory.LocalEntity{Level: catalogue.Organisation, Name: namespace}
	top := organisation.In(namespace)
	out := []directory.Record{&directory.Entity{Key: top}}
	for _, c := range w.Courses {
		out = append(out, &directory.Entity{Key: courseOf(c).In(namespace), Parent: organisation})
	}
	groups := map[string]*directory.Group{}
	for _, name := range slices.Sorted(maps.Keys(w.Parents)) {
		parent := w.Parents[name]
		g := &directory.Group{Key: keyOf(name)}
		if parent != "" {
			g.Parent = keyOf(parent)
		}
		groups[name] = g
		out = append(out, g)
	}
	for _, person := range slices.Sorted(maps.Keys(w.Members)) {
		for _, name := range w.Members[person] {
			groups[name].Members = append(groups[name].Members, directory.Member{Name: person})
		}
	}
	for i, g := range w.Grants {
		out = append(out, &directory.RoleBinding{
			Key: keyOf(fmt.Sprintf("binding-%05d", i)), Entity: courseOf(g.Course), Role: directory.RoleRef{Name: g.Role},
			Subjects: []directory.Subject{directory.GroupSubject(keyOf(g.Group))},
		})
	}
	for at, role := range w.RoleOverrides {
		out = append(out, &directory.Role{
			Key: keyOf(at.Role + "-" + at.Course), Level: catalogue.Course, Type: directory.RoleOverride,
			Entity: courseOf(at.Course), Overrides: at.Role, Permissions: w.Roles[role],
		})
	}
	for i, o := range w.Overrides {
		out = append(out, &directory.PermissionOverride{
			Key: keyOf(fmt.Sprintf("override-%03d", i)), Person: o.Person, Entity: courseOf(o.Course), Permissions: o.Permissions,
		})
	}
	for i, d := range w.Denies {
		out = append(out, &directory.SystemDeny{
			Name: fmt.Sprintf("deny-%03d", i), Subjects: []directory.Subject{directory.GroupSubject(keyOf(d.Group))},
			Permissions: d.Permissions, Scope: directory.Scope{Entity: &top},
		})
	}
	return out
}
