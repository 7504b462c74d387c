package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/script"
)

// bound gives one person a role at a course.
func bound(name, course, who string) directory.Record {
	return &directory.RoleBinding{
		Key: directory.Key{Namespace: "uni", Name: name}, Entity: directory.LocalEntity{Level: catalogue.Course, Name: course},
		Role: directory.RoleRef{Name: "course-student"}, Subjects: []directory.Subject{directory.PersonSubject(who)},
	}
}

// TestAlike tells changes as one of which the causes are alike: rows of the same people as one row, and more than a few
// rows of different people as one block.
func TestAlike(t *testing.T) {
	var courses []directory.Record
	for _, name := range []string{"algebra", "logic", "music", "law", "latin"} {
		courses = append(courses, &directory.Entity{Key: directory.EntityKey{Level: catalogue.Course, Namespace: "uni", Name: name}})
	}
	for _, tc := range []struct {
		name  string
		is    []directory.Record
		rows  []string
		block []int // how many rows each block has
	}{
		{"named for the course", []directory.Record{
			bound("algebra-exam-board", "algebra", "ann"), bound("logic-exam-board", "logic", "ann"), bound("music-exam-board", "music", "ann"),
		}, []string{"ann at algebra,logic,music: 3 parts, 1 kind of cause"}, []int{1}},
		{"named for the course twice", []directory.Record{bound("algebra-of-algebra", "algebra", "ann"), bound("law-of-law", "law", "ann")},
			[]string{"ann at algebra,law: 2 parts, 1 kind of cause"}, []int{1}},
		{"alike at their ends", []directory.Record{bound("a-board", "algebra", "ann"), bound("l-board", "logic", "ann")},
			[]string{"ann at algebra,logic: 2 parts, 1 kind of cause"}, []int{1}},
		{"alike at their beginnings", []directory.Record{bound("board-1", "algebra", "ann"), bound("board-2", "logic", "ann")},
			[]string{"ann at algebra,logic: 2 parts, 1 kind of cause"}, []int{1}},
		{"not alike", []directory.Record{bound("one", "algebra", "ann"), bound("two", "logic", "ann")},
			[]string{"ann at algebra: 1 parts, 1 kind of cause", "ann at logic: 1 parts, 1 kind of cause"}, []int{1, 1}},
		{"a few people apart", []directory.Record{bound("algebra-board", "algebra", "ann"), bound("logic-board", "logic", "ben")},
			[]string{"ann at algebra: 1 parts, 1 kind of cause", "ben at logic: 1 parts, 1 kind of cause"}, []int{1, 1}},
		{"many people together", []directory.Record{
			bound("algebra-board", "algebra", "ann"), bound("logic-board", "logic", "ben"), bound("music-board", "music", "cyd"),
			bound("law-board", "law", "dan"), bound("latin-board", "latin", "dan"),
		}, []string{
			"dan at latin,law: 2 parts, 1 kind of cause", "ann at algebra: 1 parts, 1 kind of cause", "ben at logic: 1 parts, 1 kind of cause",
			"cyd at music: 1 parts, 1 kind of cause",
		}, []int{4}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := between(courses, slices.Concat(courses, tc.is), script.Beginning)
			var rows []string
			for i := range p.Rows {
				r := &p.Rows[i]
				var at []string
				for _, e := range r.Entities {
					at = append(at, e.Name)
				}
				rows = append(rows, fmt.Sprintf("%s at %s: %d parts, %d kind of cause", strings.Join(r.People, ","), strings.Join(at, ","),
					len(r.Parts), len(r.Alike)))
			}
			if diff := cmp.Diff(tc.rows, rows); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			var blocks []int
			for _, b := range p.Blocks {
				blocks = append(blocks, len(b.Rows))
			}
			if diff := cmp.Diff(tc.block, blocks); diff != "" {
				t.Errorf("blocks: (-want +got)\n%s", diff)
			}
		})
	}
}
