package university

import (
	"slices"
)

// Clone is the school as it is now, whatever becomes of it.
func (s *School) Clone() *School {
	out := *s
	out.Orgs, out.Sessions, out.Courses = slices.Clone(s.Orgs), slices.Clone(s.Sessions), slices.Clone(s.Courses)
	out.Classes, out.Users, out.Enrolments = slices.Clone(s.Classes), slices.Clone(s.Users), slices.Clone(s.Enrolments)
	return &out
}

// Since are the files of OneRoster that say only what is otherwise than before: what is new or has changed, and as tobedeleted
// what is gone. The other forms have no such files.
func (s *School) Since(before *School, f Format) []*Table {
	was := map[string]*Table{}
	for _, t := range before.Tables(f) {
		was[t.Name] = t
	}
	out := s.Tables(f)
	for _, t := range out {
		if t.Name == "manifest.csv" {
			for _, row := range t.Rows {
				if row[1] == "bulk" {
					row[1] = "delta"
				}
			}
			continue
		}
		t.Rows = since(was[t.Name].Rows, t.Rows)
	}
	return out
}

const statusColumn, modifiedColumn = 1, 2

func since(was, is [][]string) [][]string {
	out := is[:1:1]
	before := map[string][]string{}
	for _, row := range was[1:] {
		before[row[0]] = row
	}
	for _, row := range is[1:] {
		old := before[row[0]]
		delete(before, row[0])
		if old == nil || !slices.Equal(slices.Delete(slices.Clone(old), modifiedColumn, modifiedColumn+1),
			slices.Delete(slices.Clone(row), modifiedColumn, modifiedColumn+1)) {
			out = append(out, row)
		}
	}
	for _, row := range was[1:] {
		if _, gone := before[row[0]]; gone {
			row = slices.Clone(row)
			row[statusColumn] = "tobedeleted"
			out = append(out, row)
		}
	}
	return out
}
