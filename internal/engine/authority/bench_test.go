package authority_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

var benchNow = time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)

// school is an organisation of 20,000 people in three of 1,000 leaf groups each,
// 1,000 courses and 5,000 bindings of groups, with an organisation-admin, ada.
func school() (*directory.Snapshot, []*directory.Group) {
	const ns = "school"
	r := rand.New(rand.NewPCG(1, 2))
	organisation := directory.LocalEntity{Level: catalogue.Organisation, Name: ns}
	out := []directory.Record{
		&directory.Entity{Key: organisation.In(ns)},
		&directory.Person{Name: "ada", Username: "ada"},
		&directory.RoleBinding{Key: directory.Key{Namespace: ns, Name: "ada"}, Entity: organisation,
			Role: directory.RoleRef{Name: "organisation-admin"}, Subjects: []directory.Subject{directory.PersonSubject("ada")}},
	}
	groups := make([]*directory.Group, 1110)
	key := func(i int) directory.Key { return directory.Key{Namespace: ns, Name: fmt.Sprintf("group-%04d", i)} }
	for i := range groups {
		groups[i] = &directory.Group{Key: key(i)}
		switch {
		case i >= 110:
			groups[i].Parent = key(10 + (i-110)/10)
		case i >= 10:
			groups[i].Parent = key((i - 10) / 10)
		}
		out = append(out, groups[i])
	}
	for p := range 20000 {
		for k := range 3 {
			leaf := groups[110+(p*3+k*337)%1000]
			leaf.Members = append(leaf.Members, directory.Member{Name: fmt.Sprintf("person-%05d", p)})
		}
	}
	roles := catalogue.Course.Roles()
	for c := range 1000 {
		course := directory.LocalEntity{Level: catalogue.Course, Name: fmt.Sprintf("course-%04d", c)}
		out = append(out, &directory.Entity{Key: course.In(ns), Parent: organisation})
		for b := range 5 {
			out = append(out, &directory.RoleBinding{
				Key: directory.Key{Namespace: ns, Name: fmt.Sprintf("binding-%04d-%d", c, b)}, Entity: course,
				Role:     directory.RoleRef{Name: roles[1+r.IntN(len(roles)-1)].Name},
				Subjects: []directory.Subject{directory.GroupSubject(key(r.IntN(1110)))},
			})
		}
	}
	return directory.Build(out...), groups
}

// BenchmarkJudge is what a request waits for: a member more in a leaf group
// whose ancestors are bound at many courses, and bindings that reach 5,000 people.
func BenchmarkJudge(b *testing.B) {
	s, groups := school()
	ada := authority.Requester{User: "ada"}
	measure := func(name string, c authority.Change) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if v := judge(s, ada, c, benchNow); !v.Allowed {
					b.Fatal(v.Reason())
				}
			}
		})
	}
	leaf := *groups[500]
	leaf.Members = append(leaf.Members[:len(leaf.Members):len(leaf.Members)], directory.Member{Name: "newcomer"})
	measure("member", authority.Change{Before: groups[500], After: &leaf})

	binding := &directory.RoleBinding{
		Key: directory.Key{Namespace: "school", Name: "new"}, Role: directory.RoleRef{Name: "course-student"},
		Entity: directory.LocalEntity{Level: catalogue.Course, Name: "course-0007"},
	}
	for p := range 5000 {
		binding.Subjects = append(binding.Subjects, directory.PersonSubject(fmt.Sprintf("person-%05d", p)))
	}
	measure("subjects=5000", authority.Change{After: binding})

	ofGroup := *binding
	ofGroup.Subjects = []directory.Subject{directory.GroupSubject(groups[0].Key)}
	if n := len(s.Members(groups[0].Key, time.Now())); n < 5000 {
		b.Fatalf("the group has %d members", n)
	}
	measure("group", authority.Change{After: &ofGroup})

	everywhere := ofGroup
	everywhere.Entity = directory.LocalEntity{}
	everywhere.Selects = &directory.EntitySelector{
		Level: catalogue.Course, Under: directory.LocalEntity{Level: catalogue.Organisation, Name: "school"},
	}
	measure("selection", authority.Change{After: &everywhere})

	course, _ := s.Record(directory.ID{Kind: directory.KindCourse, Namespace: "school", Name: "course-0007"})
	super := authority.Requester{User: "nobody"}
	b.Run("stranger", func(b *testing.B) {
		for b.Loop() {
			if judge(s, super, authority.Change{Before: course}, benchNow).Allowed {
				b.Fatal("allowed")
			}
		}
	})
}
