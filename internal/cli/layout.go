package cli

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// style writes text in colour, where there is any.
type style struct{ on bool }

func (s style) wrap(code, text string) string {
	if !s.on || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s style) good(text string) string  { return s.wrap("32", text) }
func (s style) bad(text string) string   { return s.wrap("31", text) }
func (s style) faint(text string) string { return s.wrap("2", text) }
func (s style) bold(text string) string  { return s.wrap("1", text) }

// table writes rows in columns, aligned, without trailing blanks.
type table struct {
	rows [][]string
	// marks give a cell a colour after it was measured.
	marks map[[2]int]func(string) string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// mark gives colour to a cell of the row added last.
func (t *table) mark(column int, colour func(string) string) {
	if t.marks == nil {
		t.marks = map[[2]int]func(string) string{}
	}
	t.marks[[2]int{len(t.rows) - 1, column}] = colour
}

const columnGap = "   "

func (t *table) write(w io.Writer) error {
	var widths []int
	for _, row := range t.rows {
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

// branch is a line of a tree with what hangs below it.
type branch struct {
	// label is drawn behind the lines of the tree; columns follow it, aligned.
	label    string
	columns  []string
	colour   func(string) string
	children []*branch
	// key tells the children of one branch apart where paths are merged.
	key string
}

// child returns the child of that key, new or known.
func (b *branch) child(key, label string) *branch {
	for _, c := range b.children {
		if c.key == key {
			return c
		}
	}
	c := &branch{key: key, label: label}
	b.children = append(b.children, c)
	return c
}

// writeForest draws trees, with the columns of all of them aligned.
func writeForest(w io.Writer, s style, roots ...*branch) error {
	t := &table{}
	for _, r := range roots {
		t.addBranch(s, r, "", "")
	}
	return t.write(w)
}

func (t *table) addBranch(s style, b *branch, first, rest string) {
	t.add(append([]string{first + b.label}, b.columns...)...)
	if b.colour != nil {
		t.mark(0, func(text string) string { return strings.Replace(text, b.label, b.colour(b.label), 1) })
	}
	if n := len(b.columns); n > 0 {
		t.mark(n, s.faint)
	}
	for i, c := range b.children {
		if i == len(b.children)-1 {
			t.addBranch(s, c, rest+"└─ ", rest+"   ")
		} else {
			t.addBranch(s, c, rest+"├─ ", rest+"│  ")
		}
	}
}

// abridge joins names up to a number of them: "a, b, c and 4 more".
func abridge(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// wrapWords writes words as lines of at most a width, each with an indent.
func wrapWords(words []string, indent string, width int) string {
	var b strings.Builder
	line := indent
	for i, word := range words {
		if i < len(words)-1 {
			word += ","
		}
		if line != indent && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			b.WriteString(line + "\n")
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	b.WriteString(line + "\n")
	return b.String()
}
