package university

import (
	"fmt"
	"time"

	"provost.dev/provost/internal/manifest/generate"
)

// course is held in every semester, each time for another intake.
type course struct {
	id, title string
	faculty   *faculty
	programme *programme
	number    int
	lecturers []*person
}

// offer draws the courses, those of each programme in turn.
func (u *University) offer() {
	dice := u.dice(2)
	for i := range u.numCourses() {
		p := u.programmes[i%len(u.programmes)]
		p.courses++
		c := &course{
			id: fmt.Sprintf("%s-%d%02d", p.id, 1+p.courses%3, p.courses), title: p.title + " " + roman(p.courses),
			faculty: p.faculty, programme: p, number: p.courses,
		}
		teaching := p.faculty.at("teaching")
		for range 3 {
			c.lecturers = append(c.lecturers, teaching[dice.IntN(len(teaching))])
		}
		p.faculty.courses = append(p.faculty.courses, c)
		u.courses = append(u.courses, c)
	}
}

// writeCourses writes what there is of each course: itself, two groups, and who leads, helps, examines and takes part.
func (u *University) writeCourses() {
	shown, from, end := u.term()
	for _, c := range u.courses {
		at, staff, tutors := ref("Course", c.id), c.id+"-staff", c.id+"-tutors"
		leads := c.lecturers[(u.Semester+c.number)/4%len(c.lecturers)] // somebody else takes over now and then
		// Older students tutor, for the semester.
		years := u.intakes()
		older := u.students(c.programme, years[0])
		var helpers []*person
		for i := range min(2, len(older)) {
			helpers = append(helpers, older[(c.number*7+i+u.Semester)%len(older)])
		}
		takes := c.programme.intake(years[(c.number+u.Semester)%(Intakes-1)+1])
		lead := object("RoleBinding", c.id+"-lecturer", field("entityRef", at), field("roleRef", ref("RoleTemplate", "course-lead")),
			field("subjects", []generate.Map{ref("Group", staff)}))
		during := []generate.Field{field("notBefore", from.Format(time.RFC3339)), field("notAfter", end.Format(time.RFC3339))}
		assistants := binding(tutors, at, "course-coach", ref("Group", tutors))
		assistants.Spec = append(assistants.Spec, during...)
		takers := binding(c.id+"-participants", at, "course-student", ref("Group", takes))
		takers.Spec = append(takers.Spec, during...)
		u.file("courses/"+c.faculty.id+"/"+c.id+".yaml",
			object("Course", c.id, field("displayName", c.title), field("description", shown),
				field("visibility", "Organisation"), field("parentRef", ref("Campus", c.faculty.id))),
			group(staff, c.title+", staff", field("entityRef", at), field("members", members([]*person{leads}))),
			lead,
			group(tutors, c.title+", tutors", field("entityRef", at), field("members", members(helpers))),
			assistants,
			takers,
			binding(c.id+"-exam-board", at, "course-instructor", ref("Group", c.faculty.board())),
		)
	}
}

func (u *University) write() {
	u.writeFaculties()
	u.writePeople()
	u.writeCourses()
}
