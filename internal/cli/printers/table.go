package printers

import (
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Table writes rows in columns, aligned, without trailing blanks. On a terminal it is no wider than that:
// see Width.
type Table struct {
	rows [][]string
	// notes are the rows that no column makes room for.
	notes map[int]bool
	// leads are what a row draws before its first cell, as the lines of a tree.
	leads map[int]lead
	// marks give a cell a colour after it was measured.
	marks map[[2]int]func(string) string
	// Grid says that cells mean nothing without their header: where there is no room for all columns, the table
	// is written in parts, each with the first column.
	Grid bool
}

// lead is what stands before the first cell: on its first line, and on those that follow.
type lead struct{ first, rest string }

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

// leading draws something before the first cell of the row added last.
func (t *Table) leading(l lead) {
	if t.leads == nil {
		t.leads = map[int]lead{}
	}
	t.leads[len(t.rows)-1] = l
}

const columnGap = "   "

// Write writes the table: columns as wide as their widest cell, whatever its colour, or narrower where the terminal is.
func (t *Table) Write(w io.Writer) error { return t.WriteWithin(w, Width(w)) }

// WriteWithin writes the table in lines of at most a width, which is 0 for any. A word that is longer stays whole.
func (t *Table) WriteWithin(w io.Writer, width int) error {
	var b strings.Builder
	for i, part := range t.parts(width) {
		if i > 0 {
			b.WriteByte('\n')
		}
		best := ""
		for _, l := range part.layouts(width) {
			var text strings.Builder
			part.write(&text, l)
			if best == "" || strings.Count(text.String(), "\n") < strings.Count(best, "\n") {
				best = text.String()
			}
		}
		b.WriteString(best)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (t *Table) write(b *strings.Builder, l layout) {
	for r, row := range t.rows {
		last := len(row) - 1
		for last >= 0 && row[last] == "" {
			last--
		}
		lead := t.leads[r]
		if t.notes[r] {
			for i, line := range wrapped(row[0], l.width-utf8.RuneCountInString(lead.first)) {
				b.WriteString(lead.of(i) + t.marked(r, 0, line) + "\n")
			}
			continue
		}
		t.writeRow(b, l, r, row[:min(last+1, l.below)])
		for i := l.below; i <= last; i++ {
			if row[i] == "" || r == 0 && t.headed() {
				continue
			}
			before := lead.rest + belowIndent
			if t.headed() {
				before += t.rows[0][i] + " "
			}
			room := utf8.RuneCountInString(before)
			for n, line := range wrapped(row[i], l.width-room) {
				if n > 0 {
					before = lead.rest + strings.Repeat(" ", room-utf8.RuneCountInString(lead.rest))
				}
				b.WriteString(before + t.marked(r, i, line) + "\n")
			}
		}
	}
}

// headed says that the first row has the names of the columns; what stands below its row begins with that.
func (t *Table) headed() bool {
	return len(t.leads) == 0 && !slices.ContainsFunc(t.rows[0], func(cell string) bool { return cell != strings.ToUpper(cell) })
}

// writeRow writes the cells that stand beside each other.
func (t *Table) writeRow(b *strings.Builder, l layout, r int, cells []string) {
	lead := t.leads[r]
	pieces := make([][]string, len(cells))
	lines := 1
	for i, cell := range cells {
		room := 0
		if l.width > 0 {
			room = l.widths[i]
			if i == 0 {
				room -= utf8.RuneCountInString(lead.first)
			}
		}
		pieces[i] = wrapped(cell, room)
		lines = max(lines, len(pieces[i]))
	}
	for n := range lines {
		line, pad := "", 0
		for i := range cells {
			text, before := "", ""
			if n < len(pieces[i]) {
				text = pieces[i][n]
			}
			if i == 0 {
				before = lead.of(n)
			}
			if text != "" || before != "" {
				line += strings.Repeat(" ", pad) + before + t.marked(r, i, text)
				pad = 0
			}
			pad += l.widths[i] - utf8.RuneCountInString(before+text) + len(columnGap)
		}
		if lead.first == "" && n > 0 {
			line = strings.TrimRight(line, " ")
		}
		b.WriteString(line + "\n")
	}
}

func (t *Table) marked(row, column int, text string) string {
	if colour := t.marks[[2]int{row, column}]; colour != nil && text != "" {
		return colour(text)
	}
	return text
}

// of is what stands before a line of the first cell.
func (l lead) of(line int) string {
	if line == 0 {
		return l.first
	}
	return l.rest
}

// parts are the table itself, or for a Grid that is too wide several, each with the first column and as many of the others as fit.
func (t *Table) parts(width int) []*Table {
	natural, _ := t.measure()
	if !t.Grid || width <= 0 || total(natural) <= width {
		return []*Table{t}
	}
	var out []*Table
	for from := 1; from < len(natural); {
		to := from + 1
		for to < len(natural) && total(slices.Concat(natural[:1], natural[from:to+1])) <= width {
			to++
		}
		out = append(out, t.columns(from, to))
		from = to
	}
	return out
}

// columns is the table with its first column and some of the others.
func (t *Table) columns(from, to int) *Table {
	part := &Table{notes: t.notes}
	for r, row := range t.rows {
		cells := []string{row[0]}
		if from < len(row) {
			cells = append(cells, row[from:min(to, len(row))]...)
		}
		part.Add(cells...)
		for i := range cells {
			column := i
			if i > 0 {
				column = from + i - 1
			}
			if colour := t.marks[[2]int{r, column}]; colour != nil {
				part.Mark(i, colour)
			}
		}
	}
	return part
}
