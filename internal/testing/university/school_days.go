package university

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Event is what happened in the system on a day, in one word and with whom or what it was about.
type Event struct {
	What string
	// ID is that of the user, class or enrolment; Other is the class of somebody who came or went, or the login that was there before.
	ID, Other string
}

// The events of a school.
const (
	Enrolled  = "enrolled"  // somebody takes one more class
	Withdrawn = "withdrawn" // somebody takes one less
	Renamed   = "renamed"   // somebody has another name and login
	Left      = "left"      // somebody is gone, with all enrolments
	Arrived   = "arrived"   // somebody is new
	Reused    = "reused"    // somebody new has the login of somebody who left
	Late      = "late"      // a class begins when the semester is under way
	Turned    = "turned"    // the semester is over, and another one begins
)

// Next is the day after: the school changes, and the events say how. A semester has about 180 days; with the next one its
// classes are held again.
func (s *School) Next(dice *rand.Rand) []Event {
	s.Today = s.Today.AddDate(0, 0, 1)
	var out []Event
	if now := s.Sessions[len(s.Sessions)-1]; s.Today.After(now.Last) {
		out = append(out, s.turn(now))
	}
	some := func(most int) int { return dice.IntN(most + 1) }
	for range some(6) {
		out = append(out, s.joins(dice)...)
	}
	for range some(6) {
		out = append(out, s.withdraws(dice)...)
	}
	if dice.IntN(3) == 0 {
		out = append(out, s.marries(dice))
	}
	if dice.IntN(5) == 0 {
		out = append(out, s.leaves(dice))
		if dice.IntN(2) == 0 {
			out = append(out, s.follows(dice, out[len(out)-1].Other))
		}
	}
	if dice.IntN(20) == 0 {
		out = append(out, s.late(dice)...)
	}
	return out
}

func pick[T any](dice *rand.Rand, list []T) *T { return &list[dice.IntN(len(list))] }

// running are the classes of the newest semester.
func (s *School) running() []Class {
	now := s.Sessions[len(s.Sessions)-1].ID
	return slices.DeleteFunc(slices.Clone(s.Classes), func(c Class) bool { return c.Session != now })
}

func (s *School) joins(dice *rand.Rand) []Event {
	class, user := pick(dice, s.running()), pick(dice, s.Users)
	if user.Role != "student" || slices.ContainsFunc(s.Enrolments,
		func(e Enrolment) bool { return e.Class == class.ID && e.User == user.ID }) {
		return nil
	}
	s.enrol(class.ID, user.ID, "student")
	s.Enrolments[len(s.Enrolments)-1].First = s.Today
	return []Event{{What: Enrolled, ID: user.ID, Other: class.ID}}
}

func (s *School) withdraws(dice *rand.Rand) []Event {
	i := dice.IntN(len(s.Enrolments))
	e := s.Enrolments[i]
	if e.Role != "student" {
		return nil
	}
	s.Enrolments = slices.Delete(s.Enrolments, i, i+1)
	return []Event{{What: Withdrawn, ID: e.User, Other: e.Class}}
}

func (s *School) marries(dice *rand.Rand) Event {
	u := pick(dice, s.Users)
	was := u.Login
	name := *pick(dice, family)
	u.Family = spelt(title(name))
	u.Login = fmt.Sprintf("%s-%s-%s", strings.ToLower(u.Given), name, u.ID)
	u.Email = u.Login + "@university.example"
	return Event{What: Renamed, ID: u.ID, Other: was}
}

func (s *School) leaves(dice *rand.Rand) Event {
	i := dice.IntN(len(s.Users))
	for s.Users[i].Role != "student" {
		i = dice.IntN(len(s.Users))
	}
	u := s.Users[i]
	s.Users = slices.Delete(s.Users, i, i+1)
	s.Enrolments = slices.DeleteFunc(s.Enrolments, func(e Enrolment) bool { return e.User == u.ID })
	return Event{What: Left, ID: u.ID, Other: u.Login}
}

// follows lets somebody arrive who is given the login of somebody who left.
func (s *School) follows(dice *rand.Rand, login string) Event {
	like := pick(dice, s.Users)
	u := User{
		ID: s.number(), Login: login, Email: login + "@university.example",
		Given: title(*pick(dice, given)), Family: spelt(title(*pick(dice, family))), Role: "student", Org: like.Org, Cohort: like.Cohort,
		Enabled: true,
	}
	s.Users = append(s.Users, u)
	return Event{What: Reused, ID: u.ID, Other: login}
}

// late begins a second class of a course in the semester, which some of the first one take as well.
func (s *School) late(dice *rand.Rand) []Event {
	from := *pick(dice, s.running())
	class := from
	class.ID += fmt.Sprintf("-%s", s.Today.Format("0102"))
	class.Title += ", second group"
	if slices.ContainsFunc(s.Classes, func(c Class) bool { return c.ID == class.ID }) {
		return nil
	}
	s.Classes = append(s.Classes, class)
	for _, e := range slices.Clone(s.Enrolments) {
		if e.Class == from.ID && (e.Role == "teacher" || dice.IntN(3) == 0) {
			s.enrol(class.ID, e.User, e.Role)
		}
	}
	return []Event{{What: Late, ID: class.ID, Other: from.ID}}
}

// turn begins the next semester, in which every course is held by and for the same people.
func (s *School) turn(was Session) Event {
	first := was.Last.AddDate(0, 0, 1)
	next := Session{First: first, Last: first.AddDate(0, 6, -1)}
	season, year := "w", first.Year()
	next.Title = fmt.Sprintf("Winter %d", year)
	if was.First.Month() > 6 {
		season, next.Title = "s", fmt.Sprintf("Summer %d", year)
	}
	next.ID = fmt.Sprintf("t-%d%s", year, season)
	s.Sessions = append(s.Sessions, next)
	before := map[string][]Enrolment{}
	for _, e := range s.Enrolments {
		before[e.Class] = append(before[e.Class], e)
	}
	for _, c := range slices.Clone(s.Classes) {
		if c.Session != was.ID || strings.HasSuffix(c.Title, "second group") {
			continue
		}
		i := slices.IndexFunc(s.Courses, func(course SchoolCourse) bool { return course.ID == c.Course })
		class := s.class(&s.Courses[i], next)
		for _, e := range before[c.ID] {
			s.enrol(class, e.User, e.Role)
		}
	}
	return Event{What: Turned, ID: next.ID, Other: was.ID}
}
