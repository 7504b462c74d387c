package printers

import (
	"io"
	"strings"
	"unicode/utf8"
)

// Table writes rows in columns, aligned, without trailing blanks.
type Table struct {
	rows [][]string
	// notes are the rows that no column makes room for.
	notes map[int]bool
	// marks give a cell a colour after it was measured.
	marks map[[2]int]func(string) string
}

// Add adds a row.
func (t *Table) Add(cells ...string) { t.rows = append(t.rows, cells) }

// AddNote adds a row that is one line of text, whatever the columns.
func (t *Table) AddNote(text string) {
	if t.notes == nil {
		t.notes = map[int]bool{}
	}
	t.notes[len(t.rows)] = true
	t.Add(text)
}

// Empty says that nothing was added.
func (t *Table) Empty() bool { return len(t.rows) == 0 }

// Mark gives colour to a cell of the row added last.
func (t *Table) Mark(column int, colour func(string) string) {
	if t.marks == nil {
		t.marks = map[[2]int]func(string) string{}
	}
	t.marks[[2]int{len(t.rows) - 1, column}] = colour
}

const columnGap = "   "

// Write writes the table: columns as wide as their widest cell, whatever its colour.
func (t *Table) Write(w io.Writer) error {
	var widths []int
	for r, row := range t.rows {
		if t.notes[r] {
			continue
		}
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for r, row := range t.rows {
		last := len(row) - 1
		for last >= 0 && row[last] == "" {
			last--
		}
		for i := 0; i <= last; i++ {
			text := row[i]
			if colour := t.marks[[2]int{r, i}]; colour != nil {
				text = colour(text)
			}
			b.WriteString(text)
			if i < last {
				b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(row[i])) + columnGap)
			}
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}
