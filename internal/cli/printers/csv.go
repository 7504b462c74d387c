package printers

import (
	"encoding/csv"
	"io"
	"strings"
)

// WriteCSV writes the rows as RFC 4180 has it, every row with as many cells as the first and lines that end in CR LF. Rows that
// are a line of text are left out, and no colour is written. Cells are defused: see defused.
func (t *Table) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	for r, row := range t.rows {
		if t.notes[r] {
			continue
		}
		cells := make([]string, len(t.rows[0]))
		for i := range min(len(row), len(cells)) {
			cells[i] = defused(row[i])
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// formulaStarts are the characters with which a cell begins that a spreadsheet may take for a formula: those that OWASP lists
// under "CSV injection", among them the wide forms that some spreadsheets read alike.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// defused is a cell that no spreadsheet takes for a formula, as OWASP proposes: with an apostrophe before what would begin one.
func defused(cell string) string {
	if strings.IndexAny(cell, formulaStarts) == 0 {
		return "'" + cell
	}
	return cell
}

// Print writes the table in the form that was asked for: as CSV, or for somebody to read.
func (t *Table) Print(w io.Writer, f *Format) error {
	if f.Is(FormatCSV) {
		return t.WriteCSV(w)
	}
	return t.Write(w)
}
