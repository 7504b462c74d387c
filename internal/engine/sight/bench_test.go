package sight_test

import (
	"fmt"
	"testing"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/sight"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/university"
	"provost.dev/provost/internal/testing/worlds"
)

// looks are the common questions, by name.
func looks(v *sight.Viewer) map[string]func(i int) {
	course := make([]directory.EntityKey, 1000)
	for i := range course {
		course[i] = directory.EntityKey{Level: catalogue.Course, Namespace: "school", Name: fmt.Sprintf("course-%04d", i)}
	}
	group := make([]directory.Key, 1110)
	for i := range group {
		group[i] = directory.Key{Namespace: "school", Name: fmt.Sprintf("group-%04d", i)}
	}
	return map[string]func(i int){
		"entity":  func(i int) { v.Entity(course[i%len(course)]) },
		"access":  func(i int) { v.Access(course[i%len(course)]) },
		"grants":  func(i int) { v.Grants(course[i%len(course)]) },
		"group":   func(i int) { v.Group(group[i%len(group)]) },
		"members": func(i int) { v.Members(group[i%len(group)]) },
	}
}

// TestNoAllocations asks a viewer what is asked for every line of a page.
func TestNoAllocations(t *testing.T) {
	need.Time(t)
	v := sight.As(directory.Build(worlds.School()...), "person-00001", worlds.Now)
	v.Entities()
	i := 0
	for name, look := range looks(v) {
		if n := testing.AllocsPerRun(200, func() { look(i); i++ }); n != 0 {
			t.Errorf("%s: %v allocations for one question", name, n)
		}
	}
}

func BenchmarkSchool(b *testing.B) {
	s := directory.Build(worlds.School()...)
	b.Run("viewer", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			sight.As(s, fmt.Sprintf("person-%05d", i%20000), worlds.Now)
		}
	})
	v := sight.As(s, "person-00001", worlds.Now)
	v.Entities()
	for name, look := range looks(v) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				look(i)
			}
		})
	}
	b.Run("can", func(b *testing.B) { // what one decision takes, to compare with
		b.ReportAllocs()
		p, _ := catalogue.Course.Permission("view_course")
		at := directory.EntityKey{Level: catalogue.Course, Namespace: "school", Name: "course-0001"}
		for b.Loop() {
			s.Can("person-00001", p, at, worlds.Now)
		}
	})
}

// BenchmarkUniversity lists what somebody sees in a university of 20,000: a student, a teacher, and one who sees all people.
func BenchmarkUniversity(b *testing.B) {
	u, err := university.New(university.Options{People: 20000, Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	set, problems, err := manifest.ReadAll(b.Context(), manifest.Options{}, manifest.Source{FS: u.FS(), Dir: "."})
	if err != nil || len(problems) > 0 {
		b.Fatal(err, problems)
	}
	s := set.Sound()
	people := s.People()
	most, sees := people[0], 0
	for i := 0; i < len(people); i += 50 {
		if n := len(s.PartOf(people[i], worlds.Now)); n > sees {
			most, sees = people[i], n
		}
	}
	b.Logf("%d entities, %d groups, %d people; %s takes part in %d", len(s.Entities()), len(s.Groups()), len(people), most, sees)
	for name, list := range map[string]func(v *sight.Viewer) int{
		"entities": func(v *sight.Viewer) int { return len(v.Entities()) },
		"groups":   func(v *sight.Viewer) int { return len(v.Groups()) },
		"people":   func(v *sight.Viewer) int { return len(v.People()) },
	} {
		for _, who := range []string{people[len(people)/2], most} {
			b.Run(name+"/"+who, func(b *testing.B) {
				b.ReportAllocs()
				n := 0
				for b.Loop() {
					n = list(sight.As(s, who, worlds.Now))
				}
				b.ReportMetric(float64(n), "seen")
			})
		}
	}
}
