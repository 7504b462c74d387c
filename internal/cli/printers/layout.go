package printers

import (
	"strings"
	"unicode/utf8"

	"github.com/mitchellh/go-wordwrap"
)

// layout is how wide the columns of a table are, and from which one on they stand below the others, each on
// a line of its own, because there is no room beside.
type layout struct {
	widths []int
	below  int
	width  int // of a line; 0 for any
}

// belowIndent is how far what stands below its row is moved in.
const belowIndent = "  "

// layouts are those in which no line is longer than a width, if words allow: with all columns beside each other, and with
// the last ones below. Columns are narrowed, the widest first and down to their longest word.
func (t *Table) layouts(width int) []layout {
	natural, least := t.measure()
	all := layout{widths: natural, below: len(natural), width: width}
	if width <= 0 || total(natural) <= width {
		return []layout{all}
	}
	var out []layout
	for below := len(natural); below > 0; below-- {
		if total(least[:below]) > width && below > 1 {
			continue
		}
		most := width
		for most > 1 && total(capped(natural[:below], least, most)) > width {
			most--
		}
		out = append(out, layout{widths: capped(natural[:below], least, most), below: below, width: width})
	}
	return out
}

// capped are widths of which none is more than it may be, as far as the longest words allow.
func capped(natural, least []int, most int) []int {
	out := make([]int, len(natural))
	for i := range out {
		out[i] = max(least[i], min(natural[i], most))
	}
	return out
}

// measure is how wide each column is, and how wide it has to be for its longest word.
func (t *Table) measure() (natural, least []int) {
	for r, row := range t.rows {
		if t.notes[r] {
			continue
		}
		for i, cell := range row {
			if i == len(natural) {
				natural, least = append(natural, 0), append(least, 0)
			}
			lead := 0
			if i == 0 {
				lead = utf8.RuneCountInString(t.leads[r].first)
			}
			natural[i] = max(natural[i], lead+utf8.RuneCountInString(cell))
			for _, word := range strings.Split(cell, " ") {
				least[i] = max(least[i], lead+utf8.RuneCountInString(word))
			}
		}
	}
	return natural, least
}

// total is how long a line with such columns is.
func total(widths []int) int {
	n := -len(columnGap)
	for _, w := range widths {
		n += w + len(columnGap)
	}
	return n
}

// wrapped are the lines of a cell that is at most so wide. Words are never broken: names are there to be copied.
func wrapped(cell string, width int) []string {
	if width <= 0 || utf8.RuneCountInString(cell) <= width {
		return []string{cell}
	}
	indent := cell[:len(cell)-len(strings.TrimLeft(cell, " "))] // is kept, and counts among the width of the first line alone
	lines := strings.Split(wordwrap.WrapString(cell, uint(width)), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
		if i > 0 {
			lines[i] = indent + lines[i]
		}
	}
	return lines
}

// Lines writes running text in lines of at most a width, which is 0 for any; lines that begin with blanks go on so.
func Lines(text string, width int) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		out = append(out, wrapped(line, max(width-indent, 0))...)
	}
	return strings.Join(out, "\n")
}
