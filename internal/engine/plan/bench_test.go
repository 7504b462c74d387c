package plan

import (
	"fmt"
	"testing"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/script"
)

// term is forty courses with their students and teachers, in a window.
func term(name string, students, stride int, w directory.Window) []directory.Record {
	var out []directory.Record
	for i := range 40 {
		course := fmt.Sprintf("course%d-%s", i, name)
		at := directory.LocalEntity{Level: catalogue.Course, Name: course}
		key := func(what string) directory.Key { return directory.Key{Namespace: "uni", Name: course + "-" + what} }
		out = append(out, &directory.Entity{Key: at.In("uni")})
		group := func(what string, n, first int) {
			g := &directory.Group{Key: key(what)}
			for j := range n {
				g.Members = append(g.Members, directory.Member{Name: fmt.Sprintf("p%d", (first+j*stride)%600)})
			}
			out = append(out, g, &directory.RoleBinding{
				Key: key(what), Entity: at, Role: directory.RoleRef{Name: "course-" + what}, Window: w,
				Subjects: []directory.Subject{directory.GroupSubject(g.Key)},
			})
		}
		group("student", students, i*7)
		group("instructor", 2, 500+i)
		out = append(out, &directory.RoleBinding{
			Key: key("lead"), Entity: at, Role: directory.RoleRef{Name: "course-admin"}, Window: w,
			Subjects: []directory.Subject{directory.PersonSubject(fmt.Sprintf("p%d", (500+i)%600))},
		})
	}
	return out
}

// BenchmarkTerm plans the change of a term: all courses go, and others come that count from later on.
func BenchmarkTerm(b *testing.B) {
	turn := script.Beginning.Add(24 * time.Hour)
	was := term("winter", 35, 11, directory.Window{NotAfter: turn})
	is := term("summer", 25, 13, directory.Window{NotBefore: turn})
	rows := 0
	for b.Loop() {
		rows = len(between(was, is, script.Beginning).Rows)
	}
	b.ReportMetric(float64(rows), "rows")
}
