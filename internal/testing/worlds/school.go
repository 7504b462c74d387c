package worlds

import (
	"fmt"
	"math/rand/v2"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// School is 20,000 people in three leaf groups each, a three-level tree of
// 1,110 groups, 1,000 courses and 5,000 bindings of groups, with overrides and denies.
func School() []directory.Record {
	r := rand.New(rand.NewPCG(1, 2))
	const ns = "school"
	var out []directory.Record
	out = append(out, &directory.Entity{Key: directory.EntityKey{Level: catalogue.Organisation, Namespace: ns, Name: ns}})
	group := func(i int) directory.Key { return directory.Key{Namespace: ns, Name: fmt.Sprintf("group-%04d", i)} }
	groups := make([]*directory.Group, 1110)
	for i := range groups {
		groups[i] = &directory.Group{Key: group(i)}
		switch {
		case i >= 110:
			groups[i].Parent = group(10 + (i-110)/10)
		case i >= 10:
			groups[i].Parent = group((i - 10) / 10)
		}
		out = append(out, groups[i])
	}
	for p := range 20000 {
		seen := map[int]bool{}
		for len(seen) < 3 {
			if leaf := 110 + r.IntN(1000); !seen[leaf] {
				seen[leaf] = true
				groups[leaf].Members = append(groups[leaf].Members, directory.Member{Name: fmt.Sprintf("person-%05d", p)})
			}
		}
	}
	roles := catalogue.Course.Roles()
	course := func(i int) directory.LocalEntity {
		return directory.LocalEntity{Level: catalogue.Course, Name: fmt.Sprintf("course-%04d", i)}
	}
	for c := range 1000 {
		out = append(out, &directory.Entity{Key: course(c).In(ns), Parent: directory.LocalEntity{Level: catalogue.Organisation, Name: ns}})
		for b := range 5 {
			out = append(out, &directory.RoleBinding{
				Key: directory.Key{Namespace: ns, Name: fmt.Sprintf("binding-%04d-%d", c, b)}, Entity: course(c),
				Role:     directory.RoleRef{Name: roles[1+r.IntN(len(roles)-1)].Name},
				Subjects: []directory.Subject{directory.GroupSubject(group(r.IntN(1110)))},
			})
		}
		if c%10 == 0 {
			out = append(out, &directory.Role{
				Key: directory.Key{Namespace: ns, Name: fmt.Sprintf("override-%04d", c)}, Level: catalogue.Course, Type: directory.RoleOverride,
				Entity: course(c), Overrides: "course-instructor", Permissions: []string{"view_course", "deliver_course"},
			})
		}
	}
	for i := range 200 {
		out = append(out, &directory.PermissionOverride{
			Key: directory.Key{Namespace: ns, Name: fmt.Sprintf("po-%03d", i)}, Person: fmt.Sprintf("person-%05d", r.IntN(20000)),
			Entity: course(r.IntN(1000)), Permissions: []string{"view_course"},
		})
	}
	org := directory.EntityKey{Level: catalogue.Organisation, Namespace: ns, Name: ns}
	for i := range 20 {
		out = append(out, &directory.SystemDeny{
			Name: fmt.Sprintf("deny-%02d", i), Subjects: []directory.Subject{directory.GroupSubject(group(r.IntN(1110)))},
			Permissions: []string{"export_course_data", "manage_wallet"}, Scope: directory.Scope{Entity: &org},
		})
	}
	return out
}
