package directory

import (
	"fmt"
	"testing"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
)

// teaching is an organisation with courses, and with groups that a selection each gives a role at all of them; at every tenth
// course an Override stands, and at every seventh somebody is bound besides.
func teaching(courses, groups, members int) []Record {
	const ns = "uni"
	org := LocalEntity{Level: catalogue.Organisation, Name: ns}
	out := []Record{&Entity{Key: org.In(ns)}}
	for c := range courses {
		at := LocalEntity{Level: catalogue.Course, Name: fmt.Sprintf("course-%04d", c)}
		out = append(out, &Entity{Key: at.In(ns), Parent: org})
		if c%10 == 0 {
			out = append(out, &Role{
				Key: Key{ns, fmt.Sprintf("override-%04d", c)}, Level: catalogue.Course, Type: RoleOverride,
				Entity: at, Overrides: "course-instructor", Permissions: []string{"view_course"},
			})
		}
		if c%7 == 0 {
			out = append(out, &RoleBinding{
				Key: Key{ns, fmt.Sprintf("tutor-%04d", c)}, Entity: at, Role: RoleRef{Name: "course-author"},
				Subjects: []Subject{PersonSubject(fmt.Sprintf("tutor-%d", c))},
			})
		}
	}
	roles := []string{"course-instructor", "course-student", "course-author", "course-coach"}
	for g := range groups {
		group := &Group{Key: Key{ns, fmt.Sprintf("group-%04d", g)}}
		for m := range members {
			group.Members = append(group.Members, Member{Name: fmt.Sprintf("person-%05d", g*members+m)})
		}
		out = append(out, group, &RoleBinding{
			Key: Key{ns, fmt.Sprintf("binding-%04d", g)}, Selects: &EntitySelector{Level: catalogue.Course, Under: org},
			Role: RoleRef{Name: roles[g%len(roles)]}, Subjects: []Subject{GroupSubject(group.Key)},
		})
	}
	return out
}

// TestSelectionsAreShared: what selections give is put down once for all entities with the same selections, also
// where an entity has grants of its own, or another meaning of a role (R34).
func TestSelectionsAreShared(t *testing.T) {
	t.Parallel()
	const courses = 70
	s := Build(teaching(courses, 30, 2)...)
	lists, whole := map[*shared]bool{}, map[*grants]bool{}
	for _, e := range all(s.entities) {
		if e.level == catalogue.Course {
			lists[e.grants.shared], whole[e.grants] = true, true
			if len(e.grants.groups.ids) > 0 {
				t.Error("a selection is put down at the course itself")
			}
		}
	}
	if len(lists) != 1 {
		t.Errorf("%d lists of whom selections give something, want one", len(lists))
	}
	if want := courses/7 + courses/10 - 1 + 1; len(whole) != want {
		t.Errorf("%d courses have grants that they do not share, want %d", len(whole)-1, want-1)
	}
	if len(s.groups.at(0).at) != 0 {
		t.Error("a group knows entities at which selections give it something")
	}
	profiles := 0
	for range all(s.profiles) {
		profiles++
	}
	if profiles != 1 {
		t.Errorf("%d profiles, want one", profiles)
	}
}

// TestSelectionsDecideWithoutAllocating, also where an Override, a window or a role rule asks for the longer way.
func TestSelectionsDecideWithoutAllocating(t *testing.T) {
	records := append(teaching(20, 12, 3), &Platform{RoleRules: []RoleRule{
		{Role: "course-author", ExclusiveWith: []Exclusion{{Role: "course-student", Enforcement: Deny}}},
	}})
	p, _ := catalogue.Course.Permission("view_course")
	now := time.Unix(0, 0)
	for _, records := range [][]Record{records, records[:len(records)-1]} {
		s := Build(records...)
		can := 0
		n := testing.AllocsPerRun(1, func() {
			for who := range 36 {
				for c := range 20 {
					if s.Can(allocPeople[who], p, EntityKey{catalogue.Course, "uni", allocCourses[c]}, now) {
						can++
					}
				}
			}
		})
		if n != 0 || can == 0 {
			t.Errorf("%v allocations in decisions, of which %d say yes", n, can)
		}
	}
}

var allocPeople, allocCourses = numbered("person-%05d", 36), numbered("course-%04d", 20)

func numbered(format string, n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf(format, i))
	}
	return out
}
