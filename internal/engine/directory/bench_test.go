package directory_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	. "provost.dev/provost/internal/engine/directory"
)

var benchTime = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)

// rbac is the world of Casbin's own RBAC benchmarks: users in roles (here
// groups), each role allowed to read one thing (here bound at one course).
func rbac(users, roles int) []Record {
	var out []Record
	for r := range roles {
		key := Key{Namespace: "bench", Name: fmt.Sprintf("group-%d", r)}
		g := &Group{Key: key}
		for u := r; u < users; u += roles {
			g.Members = append(g.Members, Member{Name: fmt.Sprintf("user-%d", u)})
		}
		course := LocalEntity{Level: catalogue.Course, Name: fmt.Sprintf("course-%d", r/10)}
		out = append(out, g, &RoleBinding{
			Key: Key{Namespace: "bench", Name: fmt.Sprintf("binding-%d", r)}, Entity: course,
			Role: RoleRef{Name: "course-student"}, Subjects: []Subject{GroupSubject(key)},
		})
	}
	for c := range roles / 10 {
		out = append(out, &Entity{Key: EntityKey{Level: catalogue.Course, Namespace: "bench", Name: fmt.Sprintf("course-%d", c)}})
	}
	return out
}

// school is 20,000 people in three leaf groups each, a three-level tree of
// 1,110 groups, 1,000 courses and 5,000 bindings of groups, with overrides and denies.
func school() []Record {
	r := rand.New(rand.NewPCG(1, 2))
	const ns = "school"
	var out []Record
	out = append(out, &Entity{Key: EntityKey{Level: catalogue.Organisation, Namespace: ns, Name: ns}})
	group := func(i int) Key { return Key{Namespace: ns, Name: fmt.Sprintf("group-%04d", i)} }
	groups := make([]*Group, 1110)
	for i := range groups {
		groups[i] = &Group{Key: group(i)}
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
				groups[leaf].Members = append(groups[leaf].Members, Member{Name: fmt.Sprintf("person-%05d", p)})
			}
		}
	}
	roles := catalogue.Course.Roles()
	course := func(i int) LocalEntity {
		return LocalEntity{Level: catalogue.Course, Name: fmt.Sprintf("course-%04d", i)}
	}
	for c := range 1000 {
		out = append(out, &Entity{Key: course(c).In(ns), Parent: LocalEntity{Level: catalogue.Organisation, Name: ns}})
		for b := range 5 {
			out = append(out, &RoleBinding{
				Key: Key{Namespace: ns, Name: fmt.Sprintf("binding-%04d-%d", c, b)}, Entity: course(c),
				Role: RoleRef{Name: roles[1+r.IntN(len(roles)-1)].Name}, Subjects: []Subject{GroupSubject(group(r.IntN(1110)))},
			})
		}
		if c%10 == 0 {
			out = append(out, &Role{
				Key: Key{Namespace: ns, Name: fmt.Sprintf("override-%04d", c)}, Level: catalogue.Course, Type: RoleOverride,
				Entity: course(c), Overrides: "course-instructor", Permissions: []string{"view_course", "deliver_course"},
			})
		}
	}
	for i := range 200 {
		out = append(out, &PermissionOverride{
			Key: Key{Namespace: ns, Name: fmt.Sprintf("po-%03d", i)}, Person: fmt.Sprintf("person-%05d", r.IntN(20000)),
			Entity: course(r.IntN(1000)), Permissions: []string{"view_course"},
		})
	}
	org := EntityKey{Level: catalogue.Organisation, Namespace: ns, Name: ns}
	for i := range 20 {
		out = append(out, &SystemDeny{
			Name: fmt.Sprintf("deny-%02d", i), Subjects: []Subject{GroupSubject(group(r.IntN(1110)))},
			Permissions: []string{"export_course_data", "manage_wallet"}, Scope: Scope{Entity: &org},
		})
	}
	return out
}

// inTime is the same school with what a model in time brings: every tenth membership has an end, every tenth binding is for a
// term, and a fifth of the bindings are selections of the courses that are alike (R12a, R33, R34).
func inTime(plain []Record) []Record {
	term := &Term{
		Key: Key{Namespace: "school", Name: "autumn"}, FirstDay: Day{2026, 9, 1}, LastDay: Day{2027, 1, 31}, TimeZone: "Europe/Berlin",
	}
	out := []Record{term}
	memberships, bindings, courses := 0, 0, 0
	for _, r := range plain {
		switch r := r.(type) {
		case *Entity:
			if r.Key.Level == catalogue.Course {
				r.Attributes = Attributes{"kind": {fmt.Sprint(courses % 50)}}
				courses++
			}
		case *Group:
			for i := range r.Members {
				if memberships++; memberships%10 == 0 {
					r.Members[i].Window.NotAfter = time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC)
				}
			}
		case *RoleBinding:
			bindings++
			switch {
			case bindings%10 == 0:
				r.Term = term.Key
			case bindings%100 == 1: // one of these for twenty of its kind
				r.Selects = &EntitySelector{
					Level: catalogue.Course, Under: LocalEntity{Level: catalogue.Organisation, Name: "school"},
					Match: &Selector{Expressions: []Expression{{Key: "kind", Operator: In, Values: []string{fmt.Sprint(bindings / 100 % 50)}}}},
				}
				r.Entity = LocalEntity{}
			case bindings%5 == 1:
				continue
			}
		}
		out = append(out, r)
	}
	return out
}

func BenchmarkDecide(b *testing.B) {
	for _, size := range []struct {
		name         string
		users, roles int
	}{{"small", 1000, 100}, {"medium", 10000, 1000}, {"large", 100000, 10000}} {
		b.Run("rbac/"+size.name, func(b *testing.B) {
			s := Build(rbac(size.users, size.roles)...)
			p, _ := catalogue.Course.Permission("view_course")
			type query struct {
				who string
				at  EntityKey
			}
			r := rand.New(rand.NewPCG(3, 4))
			queries := make([]query, 1024)
			bare := map[query]bool{}
			for i := range queries {
				u := r.IntN(size.users)
				queries[i] = query{fmt.Sprintf("user-%d", u), EntityKey{catalogue.Course, "bench", fmt.Sprintf("course-%d", u%size.roles/10)}}
			}
			for u := range size.users {
				bare[query{fmt.Sprintf("user-%d", u), EntityKey{catalogue.Course, "bench", fmt.Sprintf("course-%d", u%size.roles/10)}}] = true
			}
			b.Run("map", func(b *testing.B) {
				for i := 0; b.Loop(); i++ {
					if !bare[queries[i%len(queries)]] {
						b.Fatal("no")
					}
				}
			})
			b.Run("provost", func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					q := &queries[i%len(queries)]
					if !s.Can(q.who, p, q.at, benchTime) {
						b.Fatal("no")
					}
				}
			})
		})
	}
	b.Run("school", func(b *testing.B) {
		s := Build(school()...)
		r := rand.New(rand.NewPCG(5, 6))
		ps := catalogue.Course.Permissions()
		type query struct {
			who string
			at  EntityKey
			p   catalogue.Permission
		}
		queries := make([]query, 4096)
		for i := range queries {
			queries[i] = query{fmt.Sprintf("person-%05d", r.IntN(20000)),
				EntityKey{catalogue.Course, "school", fmt.Sprintf("course-%04d", r.IntN(1000))}, ps[r.IntN(len(ps))]}
		}
		// What the two names alone cost with Go's own maps: no decision can be much quicker.
		people, courses := map[string]int{}, map[EntityKey]int{}
		for i := range 20000 {
			people[fmt.Sprintf("person-%05d", i)] = i
		}
		for i := range 1000 {
			courses[EntityKey{catalogue.Course, "school", fmt.Sprintf("course-%04d", i)}] = i
		}
		b.Run("names", func(b *testing.B) {
			sum := 0
			for i := 0; b.Loop(); i++ {
				q := &queries[i%len(queries)]
				sum += people[q.who] + courses[q.at]
			}
			if sum == 0 {
				b.Fatal("nobody was found")
			}
		})
		b.Run("can", func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				q := &queries[i%len(queries)]
				s.Can(q.who, q.p, q.at, benchTime)
			}
		})
		timed := Build(inTime(school())...)
		b.Run("can/in-time", func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				q := &queries[i%len(queries)]
				timed.Can(q.who, q.p, q.at, benchTime)
			}
		})
		b.Run("explain", func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				q := &queries[i%len(queries)]
				s.Explain(q.who, q.at, benchTime)
			}
		})
	})
}

// BenchmarkChange adds and removes a member of a group ten levels down, in a
// directory of many people.
func BenchmarkChange(b *testing.B) {
	for _, people := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprintf("people=%d", people), func(b *testing.B) {
			const ns = "big"
			var changes []Change
			for g := range people / 10 {
				group := &Group{Key: Key{Namespace: ns, Name: fmt.Sprintf("g%d", g)}}
				if g%10 != 0 {
					group.Parent = Key{Namespace: ns, Name: fmt.Sprintf("g%d", g-1)}
				}
				for m := range 10 {
					group.Members = append(group.Members, Member{Name: fmt.Sprintf("p%d", g*10+m)})
				}
				changes = append(changes, Upsert(group))
			}
			for c := range people / 200 {
				course := LocalEntity{Level: catalogue.Course, Name: fmt.Sprintf("c%d", c)}
				changes = append(changes, Upsert(&Entity{Key: course.In(ns)}))
				rb := &RoleBinding{Key: Key{Namespace: ns, Name: fmt.Sprintf("b%d", c)}, Entity: course, Role: RoleRef{Name: "course-student"}}
				for g := range 10 {
					rb.Subjects = append(rb.Subjects, GroupSubject(Key{Namespace: ns, Name: fmt.Sprintf("g%d", (c*10+g)%(people/10))}))
				}
				for m := range 1000 {
					rb.Subjects = append(rb.Subjects, PersonSubject(fmt.Sprintf("p%d", (c*1000+m)%people)))
				}
				changes = append(changes, Upsert(rb))
			}
			d := New()
			start := time.Now()
			d.Apply(changes...)
			b.Logf("%d people loaded in %s", people, time.Since(start))
			leaf := Group{Key: Key{Namespace: ns, Name: "g9"}, Parent: Key{Namespace: ns, Name: "g8"}}
			for m := range 10 {
				leaf.Members = append(leaf.Members, Member{Name: fmt.Sprintf("p%d", 90+m)})
			}
			with := leaf
			with.Members = append(with.Members[:10:10], Member{Name: "newcomer"})
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				g := leaf
				if i%2 == 0 {
					g = with
				}
				d.Apply(Upsert(&g))
			}
		})
	}
}

// BenchmarkTerm moves the end of a term that 5,000 bindings at 1,000 courses name, and removes and adds the same bindings.
func BenchmarkTerm(b *testing.B) {
	term := func(last int) *Term {
		return &Term{
			Key: Key{Namespace: "school", Name: "autumn"}, FirstDay: Day{2026, 9, 1}, LastDay: Day{2027, 1, last}, TimeZone: "Europe/Berlin",
		}
	}
	d := New()
	var there, gone, first []Change
	for _, r := range school() {
		if rb, ok := r.(*RoleBinding); ok {
			rb.Term = term(1).Key
			there, gone = append(there, Upsert(rb)), append(gone, Delete(rb.ID()))
		} else {
			first = append(first, Upsert(r))
		}
	}
	d.Apply(append(first, Upsert(term(31)))...)
	d.Apply(there...)
	b.Run(fmt.Sprintf("moved/bindings=%d", len(there)), func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			d.Apply(Upsert(term(1 + i%20)))
		}
	})
	b.Run(fmt.Sprintf("rebound/bindings=%d", len(there)), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			d.Apply(gone...)
			d.Apply(there...)
		}
	})
}
