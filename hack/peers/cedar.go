package peers

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go"
)

// Cedar evaluates every policy for every question, so the fewer the better: one for
// each role, and who has the role at a course is an attribute of the course. It can
// express all of it; groups to which a permission is denied stand below one entity. That a role means less at some course
// is put in by hand, as another role.
func Cedar(w *World, questions []Query) (Decider, error) {
	policies, err := cedar.NewPolicySetFromBytes("world.cedar", []byte(cedarPolicies(w)))
	if err != nil {
		return nil, fmt.Errorf("parse the policies: %w", err)
	}
	entities := cedarEntities(w)
	asked := make([]cedar.Request, len(questions))
	for i, q := range questions {
		asked[i] = cedar.Request{
			Principal: cedar.NewEntityUID("Person", cedar.String(q.Person)),
			Action:    cedar.NewEntityUID("Action", cedar.String(q.Permission)),
			Resource:  cedar.NewEntityUID("Course", cedar.String(q.Course)),
			Context:   cedar.Record{},
		}
	}
	return func(i int) bool {
		decision, _ := cedar.Authorize(policies, entities, asked[i])
		return decision == cedar.Allow
	}, nil
}

// cedarPolicies are the policies as text.
func cedarPolicies(w *World) string {
	var b strings.Builder
	unless := ""
	if len(w.Overrides) > 0 {
		unless = ` unless { resource has overridden && resource.overridden.contains(principal) }`
	}
	for _, role := range slices.Sorted(maps.Keys(w.Roles)) {
		fmt.Fprintf(&b, "permit(principal, action in Action::%q, resource) when { resource has %[1]q && principal in resource[%[1]q] }%s;\n",
			role, unless)
	}
	for _, id := range overridden(w) {
		fmt.Fprintf(&b, "permit(principal, action == Action::%q, resource) when { resource has %[2]q && resource[%[2]q].contains(principal) };\n",
			id, "override:"+id)
	}
	for _, id := range denied(w) {
		fmt.Fprintf(&b, "forbid(principal, action == Action::%q, resource) when { principal in Denied::%[1]q };\n", id)
	}
	return b.String()
}

// overridden and denied are the permissions that some override or deny lists, in order.
func overridden(w *World) (ids []string) {
	for _, o := range w.Overrides {
		ids = append(ids, o.Permissions...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func denied(w *World) (ids []string) {
	for _, d := range w.Denies {
		ids = append(ids, d.Permissions...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// cedarEntities are the people, the groups, the courses and, as groups of actions, the roles.
func cedarEntities(w *World) cedar.EntityMap {
	entities := cedar.EntityMap{}
	add := func(uid cedar.EntityUID, attributes cedar.RecordMap, parents ...cedar.EntityUID) {
		entities[uid] = cedar.Entity{UID: uid, Parents: cedar.NewEntityUIDSet(parents...), Attributes: cedar.NewRecord(attributes)}
	}
	barred := map[string][]cedar.EntityUID{} // by group
	for _, d := range w.Denies {
		for _, id := range d.Permissions {
			barred[d.Group] = append(barred[d.Group], cedar.NewEntityUID("Denied", cedar.String(id)))
		}
	}
	for group, parent := range w.Parents {
		above := barred[group]
		if parent != "" {
			above = append(above, cedar.NewEntityUID("Group", cedar.String(parent)))
		}
		add(cedar.NewEntityUID("Group", cedar.String(group)), nil, above...)
	}
	for person, names := range w.Members {
		var in []cedar.EntityUID
		for _, name := range names {
			in = append(in, cedar.NewEntityUID("Group", cedar.String(name)))
		}
		add(cedar.NewEntityUID("Person", cedar.String(person)), nil, in...)
	}
	for _, id := range w.permissions() {
		var roles []cedar.EntityUID
		for role, ids := range w.Roles {
			if slices.Contains(ids, id) {
				roles = append(roles, cedar.NewEntityUID("Action", cedar.String(role)))
			}
		}
		add(cedar.NewEntityUID("Action", cedar.String(id)), nil, roles...)
	}
	for course, attributes := range cedarAttributes(w) {
		add(cedar.NewEntityUID("Course", cedar.String(course)), attributes)
	}
	return entities
}

// cedarAttributes are, by course, the groups with each role and the people whose roles do not count.
func cedarAttributes(w *World) map[string]cedar.RecordMap {
	sets := map[string]map[string][]cedar.Value{} // by course and attribute
	put := func(course, attribute string, uid cedar.EntityUID) {
		if sets[course] == nil {
			sets[course] = map[string][]cedar.Value{}
		}
		sets[course][attribute] = append(sets[course][attribute], uid)
	}
	for _, g := range w.Grants {
		put(g.Course, w.roleOf(g), cedar.NewEntityUID("Group", cedar.String(g.Group)))
	}
	for _, o := range w.Overrides {
		person := cedar.NewEntityUID("Person", cedar.String(o.Person))
		put(o.Course, "overridden", person)
		for _, id := range o.Permissions {
			put(o.Course, "override:"+id, person)
		}
	}
	out := map[string]cedar.RecordMap{}
	for _, course := range w.Courses {
		out[course] = cedar.RecordMap{}
		for name, values := range sets[course] {
			out[course][cedar.String(name)] = cedar.NewSet(values...)
		}
	}
	return out
}
