package peers

import (
	"fmt"
	"math/rand/v2"

	"provost.dev/provost/internal/engine/catalogue"
)

// RBAC is a world of Casbin's own RBAC benchmarks: every user has one role, here a
// group, and every role may read one thing, here a course shared by ten. All
// questions are answered with yes.
func RBAC(size string, users, groups int) *World {
	group := func(i int) string { return fmt.Sprintf("group-%d", i) }
	course := func(i int) string { return fmt.Sprintf("course-%d", i) }
	user := func(i int) string { return fmt.Sprintf("user-%d", i) }
	const role = "course-student"
	w := &World{
		Name:    "rbac-" + size,
		Parents: map[string]string{},
		Members: map[string][]string{},
		Roles:   map[string][]string{role: catalogue.SystemRole(role).Permissions.IDs(catalogue.Course)},
	}
	for i := range groups / 10 {
		w.Courses = append(w.Courses, course(i))
	}
	for i := range groups {
		w.Parents[group(i)] = ""
		w.Grants = append(w.Grants, Grant{Group: group(i), Course: course(i / 10), Role: role})
	}
	for i := range users {
		w.Members[user(i)] = []string{group(i % groups)}
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 1024 {
		u := r.IntN(users)
		w.Queries = append(w.Queries, Query{user(u), course(u % groups / 10), "view_course"})
	}
	return w
}
