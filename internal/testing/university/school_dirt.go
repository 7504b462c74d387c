package university

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"provost.dev/provost/internal/manifest/generate"
)

// Dirt is what is wrong with the files of a system. Kinds of it go together.
type Dirt string

// The kinds of dirt.
const (
	BOM       Dirt = "bom"          // a byte order mark
	CRLF      Dirt = "crlf"         // line ends of another system
	Latin     Dirt = "windows-1252" // another encoding
	Dates     Dirt = "dates"        // days in three notations
	NoStatus  Dirt = "status"       // an empty status, or none of those that there are
	Strangers Dirt = "strangers"    // enrolments of people whom no row is about
	Twice     Dirt = "twice"        // somebody twice, once with another address
	Header    Dirt = "header"       // a column whose name is misspelt
	Roles     Dirt = "roles"        // words for roles of the site's own
	Formulas  Dirt = "formulas"     // names that a spreadsheet would work out, and control characters
	Logins    Dirt = "logins"       // one login of two people
	Blanks    Dirt = "blanks"       // blanks around ids
	Short     Dirt = "short"        // a row that ends too early
	Missing   Dirt = "missing"      // a file that is not there
	Empty     Dirt = "empty"        // a file of no rows
)

// Kinds are all kinds of dirt.
var Kinds = []Dirt{BOM, CRLF, Latin, Dates, NoStatus, Strangers, Twice, Header, Roles, Formulas, Logins, Blanks, Short, Missing, Empty}

// Write writes tables as they are.
func Write(tables []*Table) ([]generate.File, error) {
	var out []generate.File
	for _, t := range tables {
		text, err := t.text(nil)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.Name, err)
		}
		out = append(out, generate.File{Name: t.Name, Text: text})
	}
	return out, nil
}

// Written are the files of a form with some kinds of dirt. The dice say which rows have it; about one in fifty does.
func (s *School) Written(f Format, dice *rand.Rand, dirt ...Dirt) ([]generate.File, error) {
	var out []generate.File
	for _, t := range s.Tables(f) {
		if slices.Contains(dirt, Missing) && strings.HasPrefix(t.Name, "enrol") {
			continue
		}
		for _, d := range dirt {
			d.soil(t, dice)
		}
		text, err := t.text(dirt)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.Name, err)
		}
		out = append(out, generate.File{Name: t.Name, Text: text})
	}
	return out, nil
}

func (t *Table) text(dirt []Dirt) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = slices.Contains(dirt, CRLF)
	if err := w.WriteAll(t.Rows); err != nil {
		return nil, err
	}
	text := b.Bytes()
	if slices.Contains(dirt, Latin) {
		return encoding.ReplaceUnsupported(charmap.Windows1252.NewEncoder()).Bytes(text)
	}
	if slices.Contains(dirt, BOM) {
		text = append([]byte("\ufeff"), text...)
	}
	return text, nil
}

// columns are the places of columns of some names; none where a table has none of them.
func (t *Table) columns(names ...string) (out []int) {
	for i, c := range t.Rows[0] {
		if slices.Contains(names, c) {
			out = append(out, i)
		}
	}
	return out
}

// some are the rows that have the dirt: one in fifty, and one at least.
func (t *Table) some(dice *rand.Rand) (out [][]string) {
	rows := t.Rows[1:]
	if len(rows) == 0 {
		return nil
	}
	for range 1 + len(rows)/50 {
		out = append(out, *pick(dice, rows))
	}
	return out
}

// isPeople and isParts say what a table is about.
func (t *Table) isPeople() bool { return t.Name == "users.csv" || t.Name == "people.csv" }
func (t *Table) isParts() bool  { return t.Name == "enrollments.csv" || t.Name == "participants.csv" }

// soil puts one kind of dirt into a table.
func (d Dirt) soil(t *Table, dice *rand.Rand) {
	each := func(columns []int, change func(string) string) {
		for _, row := range t.some(dice) {
			for _, c := range columns {
				row[c] = change(row[c])
			}
		}
	}
	switch d {
	case Dates:
		each(t.columns("startDate", "endDate", "beginDate", "From", "Until"), func(s string) string { return otherwise(dice, s) })
	case NoStatus:
		each(t.columns("status"), func(string) string { return *pick(dice, []string{"", "Active", "inactive"}) })
	case Roles:
		if t.isParts() {
			each(t.columns("role", "Part"), func(string) string { return *pick(dice, []string{"Dozent", "Studierende", "TA"}) })
		}
	case Formulas:
		if t.isPeople() {
			each(t.columns("familyName", "Surname"), func(s string) string {
				return *pick(dice, []string{`=HYPERLINK("http://example.org","` + s + `")`, "+" + s, "@" + s, s + "\u0007", "\u202e" + s, s +
					"\nkind: Platform"})
			})
		}
	case Blanks:
		each(t.columns("sourcedId", "userSourcedId", "classSourcedId", "Number"), func(s string) string { return " " + s + "\u00a0" })
	case Strangers:
		if t.isParts() {
			each(t.columns("userSourcedId", "Number"), func(s string) string { return "9" + s })
		}
	case Logins:
		if t.isPeople() {
			first := t.Rows[1]
			c := t.columns("username", "Account")
			each(c, func(string) string { return first[c[0]] })
		}
	case Twice:
		t.twice(dice)
	case Header:
		if t.isParts() {
			t.Rows[0] = slices.Clone(t.Rows[0])
			for _, c := range t.columns("userSourcedId", "Number") {
				t.Rows[0][c] = strings.Replace(strings.Replace(t.Rows[0][c], "SourcedId", "SourceId", 1), "Number", "Nubmer", 1)
			}
		}
	case Short:
		i := 1 + dice.IntN(len(t.Rows)-1)
		t.Rows[i] = t.Rows[i][:len(t.Rows[i])-1]
	case Empty:
		if t.isParts() {
			t.Rows = t.Rows[:1]
		}
	case BOM, CRLF, Latin, Missing: // of the text, or of the files
	}
}

// twice has somebody twice: the same row again, and one that differs.
func (t *Table) twice(dice *rand.Rand) {
	if !t.isPeople() {
		return
	}
	for i, row := range t.some(dice) {
		again := slices.Clone(row)
		if i%2 == 1 {
			for _, c := range t.columns("email", "Mail") {
				again[c] = "other-" + again[c]
			}
		}
		t.Rows = append(t.Rows, again)
	}
}

// otherwise is a day in another notation.
func otherwise(dice *rand.Rand, s string) string {
	parts := strings.Split(s, "-")
	if len(parts) != 3 {
		return s
	}
	y, m, d := parts[0], parts[1], parts[2]
	return *pick(dice, []string{d + "." + m + "." + y, m + "/" + d + "/" + y, y + m + d})
}
