package printers

import (
	"encoding/csv"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestCSV(t *testing.T) {
	table := &Table{}
	table.Add("PERSON", "ROLES", "UNTIL")
	table.Add("zoë", "a, b")
	table.Mark(0, Style{on: true}.Good)
	table.AddNote("a note")
	table.Add(`o"neil`, "=HYPERLINK(1)", "-1")
	f := &Format{value: FormatCSV}
	expect(t, written(t, func(b *strings.Builder) error { return table.Print(b, f) }),
		"PERSON,ROLES,UNTIL\r\nzoë,\"a, b\",\r\n\"o\"\"neil\",'=HYPERLINK(1),'-1\r\n")
	if !f.Full() {
		t.Error("CSV abridges something")
	}
}

// TestCSVIsReadAsWritten reads random cells back: each is what it was, but that none begins as a formula does.
func TestCSVIsReadAsWritten(t *testing.T) {
	alphabet := []rune("=+-@\t\r\n＝＋－＠'\";, ab")
	dice := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test's dice
	for range 500 {
		table, want := &Table{}, [][]string{}
		for range 3 {
			row := make([]string, 3)
			for i := range row {
				for range dice.IntN(5) {
					row[i] += string(alphabet[dice.IntN(len(alphabet))])
				}
			}
			table.Add(row...)
			want = append(want, row)
		}
		text := written(t, func(b *strings.Builder) error { return table.WriteCSV(b) })
		reader := csv.NewReader(strings.NewReader(text))
		reader.FieldsPerRecord = 3
		got, err := reader.ReadAll()
		if err != nil || len(got) != len(want) {
			t.Fatalf("%q: %v", text, err)
		}
		for r := range want {
			for i, cell := range got[r] {
				if strings.IndexAny(cell, formulaStarts) == 0 {
					t.Errorf("%q begins a formula", cell)
				}
				// A reader of CSV takes CR LF for LF, and the writer writes LF as CR LF.
				plain := func(s string) string { return strings.NewReplacer("\r", "", "\n", "").Replace(s) }
				if plain(strings.TrimPrefix(cell, "'")) != plain(strings.TrimPrefix(want[r][i], "'")) {
					t.Errorf("%q is read as %q", want[r][i], cell)
				}
			}
		}
	}
}
