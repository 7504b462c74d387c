package peers

import (
	"fmt"
	"math/rand/v2"

	"provost.dev/provost/internal/engine/catalogue"
)

// The sizes of School.
const (
	schoolPeople  = 20000
	schoolCourses = 1000
	schoolTop     = 10  // groups without a parent
	schoolUpper   = 110 // and the groups below them
	schoolGroups  = 1110
)

func schoolGroup(i int) string  { return fmt.Sprintf("group-%04d", i) }
func schoolCourse(i int) string { return fmt.Sprintf("course-%04d", i) }
func schoolPerson(i int) string { return fmt.Sprintf("person-%05d", i) }

// School is the world of the engine's own benchmark: 20,000 people in three leaf
// groups each, a three-level tree of 1,110 groups, 1,000 courses and 5,000 grants to
// groups, with overrides and denies. The questions are anybody about any course, so
// most are answered with no.
func School() *World {
	r := rand.New(rand.NewPCG(1, 2))
	w := &World{Name: "school", Parents: map[string]string{}, Members: map[string][]string{}}
	schoolTree(w, r)
	schoolGrants(w, r)
	for range 200 {
		w.Overrides = append(w.Overrides, Override{
			Person: schoolPerson(r.IntN(schoolPeople)), Course: schoolCourse(r.IntN(schoolCourses)), Permissions: []string{"view_course"},
		})
	}
	for range 20 {
		w.Denies = append(w.Denies, Deny{
			Group: schoolGroup(r.IntN(schoolGroups)), Permissions: []string{"export_course_data", "manage_wallet"},
		})
	}
	r = rand.New(rand.NewPCG(5, 6))
	ps := catalogue.Course.Permissions()
	for range 4096 {
		w.Queries = append(w.Queries, Query{schoolPerson(r.IntN(schoolPeople)), schoolCourse(r.IntN(schoolCourses)), ps[r.IntN(len(ps))].ID})
	}
	return w
}

// schoolTree adds the groups and the people in them.
func schoolTree(w *World, r *rand.Rand) {
	for i := range schoolGroups {
		switch {
		case i >= schoolUpper:
			w.Parents[schoolGroup(i)] = schoolGroup(schoolTop + (i-schoolUpper)/10)
		case i >= schoolTop:
			w.Parents[schoolGroup(i)] = schoolGroup((i - schoolTop) / 10)
		default:
			w.Parents[schoolGroup(i)] = ""
		}
	}
	for p := range schoolPeople {
		seen := map[int]bool{}
		for len(seen) < 3 {
			if leaf := schoolUpper + r.IntN(schoolGroups-schoolUpper); !seen[leaf] {
				seen[leaf] = true
				w.Members[schoolPerson(p)] = append(w.Members[schoolPerson(p)], schoolGroup(leaf))
			}
		}
	}
}

// schoolGrants adds the roles, the courses and who has which role at them. At one
// course in ten an instructor is less than elsewhere.
func schoolGrants(w *World, r *rand.Rand) {
	const instructor, overridden = "course-instructor", "course-instructor-overridden"
	roles := catalogue.Course.Roles()
	w.Roles = map[string][]string{overridden: {"view_course", "deliver_course"}}
	for _, role := range roles[1:] {
		w.Roles[role.Name] = role.Permissions.IDs(catalogue.Course)
	}
	w.RoleOverrides = map[Grant]string{}
	for c := range schoolCourses {
		w.Courses = append(w.Courses, schoolCourse(c))
		for range 5 {
			role := roles[1+r.IntN(len(roles)-1)].Name
			w.Grants = append(w.Grants, Grant{Role: role, Group: schoolGroup(r.IntN(schoolGroups)), Course: schoolCourse(c)})
		}
		if c%10 == 0 {
			w.RoleOverrides[Grant{Course: schoolCourse(c), Role: instructor}] = overridden
		}
	}
}
