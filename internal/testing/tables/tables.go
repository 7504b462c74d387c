package tables

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/script"
)

// Now is the time at which every row is judged, and from which windows count.
var Now = script.Beginning

// Allowed is what a row says whose change is allowed.
const Allowed = "allowed"

// Table is one file.
type Table struct {
	File     string
	Sections []*Section
}

// Section is a world and what people do to it.
type Section struct {
	Title string
	// Records are the world.
	Records []directory.Record
	Rows    []*Row

	world world
}

// Row is one change that somebody wants to make.
type Row struct {
	// Line is the row as written, without its answer.
	Line   string
	User   string
	Groups []string
	// Before and After are the record as it is and as it would be; nil where it is not there.
	Before, After directory.Record
	// Want is Allowed, or the reasons why not.
	Want []string
}

// Read reads all tables of a folder.
func Read(dir string) ([]*Table, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no tables in %s (%w)", dir, err)
	}
	var out []*Table
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		r := reader{dir: dir, table: &Table{File: file}}
		for i, line := range strings.Split(string(content), "\n") {
			if err := r.line(strings.TrimSpace(line)); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", file, i+1, err)
			}
		}
		out = append(out, r.table)
	}
	return out, nil
}

type reader struct {
	dir     string
	table   *Table
	section *Section
	inWorld bool
}

func (r *reader) line(text string) error {
	title, begins := strings.CutPrefix(text, "== ")
	like, isLike := strings.CutPrefix(text, "like ")
	want, isWant := strings.CutPrefix(text, "=> ")
	switch {
	case text == "" || strings.HasPrefix(text, "#"):
	case begins:
		r.section, r.inWorld = &Section{Title: title}, true
		r.table.Sections = append(r.table.Sections, r.section)
	case text == "--":
		r.inWorld = false
		r.section.Records = r.section.world.records
	case r.inWorld && isLike:
		return r.like(like)
	case r.inWorld:
		_, _, err := r.section.world.read(text)
		return err
	case isWant:
		row := r.section.Rows[len(r.section.Rows)-1]
		row.Want = append(row.Want, want)
	default:
		return r.row(text)
	}
	return nil
}

func (r *reader) like(name string) error {
	content, err := os.ReadFile(filepath.Join(r.dir, name+".world"))
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(content)) {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if _, _, err := r.section.world.read(line); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) row(text string) error {
	who, change, ok := strings.Cut(text, ": ")
	if !ok {
		return fmt.Errorf("write WHO: CHANGE")
	}
	user, groups, _ := strings.Cut(strings.TrimSuffix(who, "]"), " [")
	row := &Row{Line: text, User: user, Groups: strings.Fields(groups)}
	w := world{slices.Clone(r.section.world.lines), slices.Clone(r.section.world.records)}
	var err error
	row.Before, row.After, err = w.read(change)
	r.section.Rows = append(r.section.Rows, row)
	return err
}

// Write puts what the rows say now into the file, and leaves everything else in it as it is.
func (t *Table) Write() error {
	content, err := os.ReadFile(t.File)
	if err != nil {
		return err
	}
	var rows []*Row
	for _, s := range t.Sections {
		rows = append(rows, s.Rows...)
	}
	var b strings.Builder
	for _, line := range strings.SplitAfter(string(content), "\n") {
		text := strings.TrimSpace(line)
		if strings.HasPrefix(text, "=> ") {
			continue
		}
		b.WriteString(line)
		if len(rows) > 0 && text == rows[0].Line {
			for _, want := range rows[0].Want {
				fmt.Fprintf(&b, "=> %s\n", want)
			}
			rows = rows[1:]
		}
	}
	return os.WriteFile(t.File, []byte(b.String()), 0o644)
}
