package printers

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestWidths writes random tables and trees at many widths: no line is longer than the width unless it holds a word that is, no
// word is broken, none is lost or comes twice, and where any width will do the lines are as they always were.
func TestWidths(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(3, 4))
	text := func() string {
		var words []string
		for range dice.IntN(6) {
			words = append(words, fmt.Sprintf("%s%d", strings.Repeat("ab", dice.IntN(9)), dice.IntN(1000)))
		}
		return strings.Join(words, " ")
	}
	var branch func(depth int) *Branch
	branch = func(depth int) *Branch {
		b := &Branch{Label: "L" + text(), Note: dice.IntN(4) == 0}
		if !b.Note {
			b.Columns = []string{text(), text()}[:dice.IntN(3)]
		}
		for range dice.IntN(3) {
			if depth > 0 {
				b.Children = append(b.Children, branch(depth-1))
			}
		}
		return b
	}
	for range 500 {
		table := &Table{}
		if dice.IntN(2) == 0 {
			table.addBranch(Style{}, branch(3), "", "")
		} else {
			table.Add("PERSON", "ROLES", "UNTIL", "NOTE")
			for range 4 {
				table.Add("x"+text(), text(), text(), text())
			}
		}
		width := 20 + dice.IntN(150)
		var narrow, wide strings.Builder
		_ = table.WriteWithin(&narrow, width)
		_ = table.WriteWithin(&wide, 0)
		check(t, narrow.String(), wide.String(), width)
	}
}

// drawn are what trees are drawn with.
const drawn = "│├└─"

func check(t *testing.T, narrow, wide string, width int) {
	t.Helper()
	words := func(text string) map[string]int {
		out := map[string]int{}
		for w := range strings.FieldsSeq(text) {
			if strings.Trim(w, drawn) != "" && strings.ToLower(w) == w || strings.HasPrefix(w, "L") { // the names of columns come again
				out[w]++
			}
		}
		return out
	}
	is, want := words(narrow), words(wide)
	for w, n := range want {
		if is[w] != n {
			t.Fatalf("%q stands there %d times and not %d, at %d:\n%s\nof\n%s", w, is[w], n, width, narrow, wide)
		}
	}
	for line := range strings.Lines(narrow) {
		line = strings.TrimSuffix(line, "\n")
		fields := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || strings.ContainsRune(drawn, r) })
		if utf8.RuneCountInString(line) > width && len(fields) > 2 {
			t.Fatalf("%q is longer than %d:\n%s", line, width, narrow)
		}
	}
}

// Somebody's own lines, and a grid whose cells mean nothing without their header.
func TestNarrow(t *testing.T) {
	table := &Table{}
	table.Add("PERSON", "THROUGH", "UNTIL")
	table.Add("dana", "acme/teachers > RoleBinding acme/teachers", "end of 2027-06-29")
	expect(t, written(t, func(b *strings.Builder) error { return table.WriteWithin(b, 40) }), `PERSON   THROUGH          UNTIL
dana     acme/teachers    end of
         > RoleBinding    2027-06-29
         acme/teachers
`)
	expect(t, written(t, func(b *strings.Builder) error { return table.WriteWithin(b, 30) }), `PERSON   THROUGH
dana     acme/teachers >
         RoleBinding
         acme/teachers
  UNTIL end of 2027-06-29
`)
	grid := &Table{Grid: true}
	grid.Add("PERMISSION", "SUPERADMIN", "ADMIN", "COACH")
	grid.Add("view_course", "✓", "✓", "✓")
	expect(t, written(t, func(b *strings.Builder) error { return grid.WriteWithin(b, 36) }), `PERMISSION    SUPERADMIN   ADMIN
view_course   ✓            ✓

PERMISSION    COACH
view_course   ✓
`)
	expect(t, Lines("note: a word and more", 12), "note: a word\nand more")
	expect(t, Lines("note: a word and more", 0), "note: a word and more")
	t.Setenv("COLUMNS", "40")
	if n := Width(&strings.Builder{}); n != 0 {
		t.Errorf("what nobody looks at is %d wide", n)
	}
}
