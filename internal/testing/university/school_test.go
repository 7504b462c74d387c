package university

import (
	"bytes"
	"encoding/csv"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"provost.dev/provost/internal/testing/need"
)

// TestSchool holds what the school says to the university: as many people, and who takes which course.
func TestSchool(t *testing.T) {
	s := drawn(t, Options{People: 600, Seed: 1}).School()
	if len(s.Users) != 600 || len(s.Classes) != 40 || len(s.Courses) != 40 || len(s.Orgs) != 3 {
		t.Errorf("%d people, %d classes of %d courses, %d organisations", len(s.Users), len(s.Classes), len(s.Courses), len(s.Orgs))
	}
	parts := map[string]int{}
	for _, e := range s.Enrolments {
		parts[e.Role]++
	}
	if parts["teacher"] != 40 || parts["aide"] != 80 || parts["student"] != 40*46 {
		t.Errorf("parts: %v", parts)
	}
	s.sound(t)
}

// sound says where the school speaks of what it does not know, or of one thing twice.
func (s *School) sound(t *testing.T) {
	t.Helper()
	ids := map[string]bool{}
	know := func(id string) {
		if ids[id] {
			t.Errorf("%s is there twice", id)
		}
		ids[id] = true
	}
	for _, o := range s.Orgs {
		know(o.ID)
	}
	for _, x := range s.Sessions {
		know(x.ID)
	}
	for _, c := range s.Courses {
		know(c.ID)
	}
	for _, c := range s.Classes {
		know(c.ID)
	}
	logins := map[string]bool{}
	for _, u := range s.Users {
		know(u.ID)
		if logins[u.Login] {
			t.Errorf("two people have the login %s", u.Login)
		}
		logins[u.Login] = true
	}
	for _, e := range s.Enrolments {
		know(e.ID)
		if !ids[e.User] || !ids[e.Class] {
			t.Errorf("enrolment %s is of nobody, or in nothing", e.ID)
		}
	}
}

// TestSchoolYear lets a year of days go by: everything that may happen does, and what is said stays sound. From what was said
// before and a delta one gets to what is said now.
func TestSchoolYear(t *testing.T) {
	s := drawn(t, Options{People: 150, Seed: 3}).School()
	dice := rand.New(rand.NewPCG(3, 3))
	happened := map[string]int{}
	days, every := 200, 10 // days between two looks at the files
	if need.Long() {
		days, every = 800, 1
	}
	for i := range days {
		before := s.Clone()
		for _, e := range s.Next(dice) {
			happened[e.What]++
		}
		if i%every != 0 {
			continue
		}
		s.sound(t)
		was := before.Tables(OneRoster12)
		deltas := s.Since(before, OneRoster12)
		for i, now := range s.Tables(OneRoster12) {
			delta := deltas[i]
			if now.Name == "manifest.csv" {
				continue
			}
			if got := applied(was[i].Rows, delta.Rows); !reflect.DeepEqual(got, keyed(now.Rows)) {
				t.Fatalf("%s: %s with the delta is something else", s.Today.Format(day), now.Name)
			}
		}
	}
	for _, what := range []string{Enrolled, Withdrawn, Renamed, Left, Reused, Late, Turned} {
		if happened[what] == 0 {
			t.Errorf("nobody was %s: %v", what, happened)
		}
	}
}

// keyed are rows by their ids, without the day on which they were written.
func keyed(rows [][]string) map[string]string {
	out := map[string]string{}
	for _, r := range rows[1:] {
		out[r[0]] = strings.Join(slices.Delete(slices.Clone(r), modifiedColumn, modifiedColumn+1), "|")
	}
	return out
}

func applied(was, delta [][]string) map[string]string {
	out := keyed(was)
	for id, row := range keyed(delta) {
		if strings.Contains(row, "|tobedeleted|") {
			delete(out, id)
		} else {
			out[id] = row
		}
	}
	return out
}

// TestSchoolFiles writes every form with every kind of dirt: the clean ones are CSV, one number of cells in every row, and the
// others differ from them.
func TestSchoolFiles(t *testing.T) {
	s := drawn(t, Options{People: 120, Seed: 2}).School()
	for _, f := range Formats {
		clean, err := s.Written(f, rand.New(rand.NewPCG(1, 1)))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range clean {
			rows, err := csv.NewReader(bytes.NewReader(file.Text)).ReadAll()
			if err != nil || len(rows) < 2 {
				t.Errorf("%s: %s: %v, %d rows", f, file.Name, err, len(rows))
			}
		}
		for _, d := range Kinds {
			dirty, err := s.Written(f, rand.New(rand.NewPCG(1, 1)), d)
			if err != nil {
				t.Fatal(err)
			}
			if reflect.DeepEqual(clean, dirty) && (d != NoStatus || f == OneRoster11 || f == OneRoster12) && (d != Missing || f != Plain) {
				t.Errorf("%s with %s is clean", f, d)
			}
		}
	}
}
