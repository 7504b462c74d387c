package university

import (
	"fmt"
	"strings"
	"time"
)

// School is what a student information system knows of the university on a day: who studies and who teaches, in which class.
// It knows nothing of offices and exam boards. What it says of somebody hangs on an id that never changes.
type School struct {
	// Today is the day on which it is so.
	Today      time.Time
	Orgs       []Org
	Sessions   []Session
	Courses    []SchoolCourse
	Classes    []Class
	Users      []User
	Enrolments []Enrolment

	numbers int // how many people there ever were
}

// Org is the university, or one of its faculties.
type Org struct{ ID, Name, Type, Parent string }

// Session is a semester, from its first day to its last.
type Session struct {
	ID, Title   string
	First, Last time.Time
}

// SchoolCourse is what is taught again and again.
type SchoolCourse struct{ ID, Title, Code, Org string }

// Class is a course in one semester.
type Class struct{ ID, Title, Code, Course, Org, Session string }

// User is somebody. The id stays whatever else changes, and is given to nobody else.
type User struct {
	ID, Login, Email, Given, Family string
	// Role is student or teacher, at Org.
	Role, Org string
	// Cohort is the programme and the year in which a student began; "" of staff.
	Cohort  string
	Enabled bool
}

// Enrolment is somebody's part in a class: student, aide or teacher. First and Last are its days where they are not those
// of the class's semester; a zero one is that of the semester.
type Enrolment struct {
	ID, Class, User, Role string
	First, Last           time.Time
}

// School is the university as its student information system knows it in the semester, on its first day.
func (u *University) School() *School {
	title, from, end := u.term()
	season := map[bool]string{true: "w", false: "s"}[u.Semester%2 == 0]
	session := Session{ID: fmt.Sprintf("t-%d%s", u.year(), season), Title: title, First: from, Last: end.AddDate(0, 0, -1)}
	s := &School{Today: from, Sessions: []Session{session}}
	s.Orgs = append(s.Orgs, Org{ID: "o-university", Name: "The University", Type: "district"})
	for _, f := range u.faculties {
		s.Orgs = append(s.Orgs, Org{ID: "o-" + f.id, Name: f.title, Type: "school", Parent: "o-university"})
	}
	ids := map[*person]string{}
	for _, p := range u.staff {
		ids[p] = s.arrive(p, "teacher", p.faculty)
	}
	years := u.intakes()
	cohorts := map[string][]string{}
	for _, p := range u.programmes {
		for _, year := range years {
			for _, student := range u.students(p, year) {
				id := s.arrive(student, "student", p.faculty)
				s.Users[len(s.Users)-1].Cohort = p.intake(year)
				cohorts[p.intake(year)] = append(cohorts[p.intake(year)], id)
			}
		}
	}
	for _, c := range u.courses {
		s.Courses = append(s.Courses, SchoolCourse{ID: "c-" + c.id, Title: c.title, Code: c.id, Org: "o-" + c.faculty.id})
		class := s.class(&s.Courses[len(s.Courses)-1], session)
		s.enrol(class, ids[c.lecturers[(u.Semester+c.number)/4%len(c.lecturers)]], "teacher")
		older := cohorts[c.programme.intake(years[0])]
		for i := range min(2, len(older)) {
			s.enrol(class, older[(c.number*7+i+u.Semester)%len(older)], "aide")
		}
		for _, student := range cohorts[c.programme.intake(years[(c.number+u.Semester)%(Intakes-1)+1])] {
			s.enrol(class, student, "student")
		}
	}
	return s
}

// arrive makes somebody known, by an id of the system's own, and returns it.
func (s *School) arrive(p *person, role string, at *faculty) string {
	given, family, _ := strings.Cut(p.name, " ")
	user := User{
		ID: s.number(), Login: p.id, Email: p.mail, Given: given, Family: spelt(family),
		Role: role, Org: "o-" + at.id, Enabled: true,
	}
	s.Users = append(s.Users, user)
	return user.ID
}

// number is the id of somebody new: seven digits, in no order that means anything.
func (s *School) number() string {
	s.numbers++
	return fmt.Sprintf("%07d", 1_000_000+s.numbers*7919%9_000_000)
}

// spelt is a family name as its bearer writes it: not all of them are ASCII.
func spelt(family string) string {
	if with, ok := map[string]string{
		"Mueller": "Müller", "Castro": "Cástro", "Kovacs": "Kovács", "Leroy": "Le Roy", "Yilmaz": "Yılmaz", "Alvarez": "Álvarez",
	}[family]; ok {
		return with
	}
	return family
}

// class holds a course in a semester, and returns its id.
func (s *School) class(c *SchoolCourse, in Session) string {
	class := Class{
		ID: strings.Replace(c.ID, "c-", "k-", 1) + strings.TrimPrefix(in.ID, "t"), Title: c.Title + ", " + in.Title, Code: c.Code,
		Course: c.ID, Org: c.Org, Session: in.ID,
	}
	s.Classes = append(s.Classes, class)
	return class.ID
}

func (s *School) enrol(class, user, role string) {
	s.Enrolments = append(s.Enrolments, Enrolment{ID: "e" + strings.TrimPrefix(class, "k") + "-" + user, Class: class, User: user, Role: role})
}
