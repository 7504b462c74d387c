package authority_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"provost.dev/provost/internal/authority"
	"provost.dev/provost/internal/directory"
	"provost.dev/provost/internal/oracle/script"
)

var update = flag.Bool("update", false, "write the answers into the tables; read them before you commit them")

// table is a file of testdata: sections, each with a world and rows.
//
//	== what the section shows
//	like school                   the lines of school.world
//	campus/north under organisation/acme
//	--
//	mia: bind bob course-student at course/algebra
//	=> allowed
//	mia [ops]: bind bob course-superadmin at course/algebra
//	=> would grant ..., which you do not hold at course algebra
//
// Before the colon stands the user name, and the user's groups in brackets. A
// row is refused for all the reasons that follow it, in order.
type table struct {
	name     string
	sections []*section
}

type section struct {
	title string
	world []string
	rows  []*row
}

type row struct {
	who, change string
	want        []string
}

func tables(t testing.TB) []table {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no tables", err)
	}
	out := make([]table, 0, len(files))
	for _, f := range files {
		content, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, parse(t, f, string(content)))
	}
	return out
}

func parse(t testing.TB, name, content string) table {
	t.Helper()
	out := table{name: name}
	var s *section
	inWorld := false
	for number, line := range strings.Split(content, "\n") {
		text := strings.TrimSpace(line)
		title, begins := strings.CutPrefix(text, "== ")
		want, isWant := strings.CutPrefix(text, "=> ")
		switch {
		case text == "" || strings.HasPrefix(text, "#"):
		case begins:
			s, inWorld = &section{title: title}, true
			out.sections = append(out.sections, s)
		case text == "--":
			inWorld = false
		case inWorld && strings.HasPrefix(text, "like "):
			s.world = append(s.world, worldOf(t, strings.TrimPrefix(text, "like "))...)
		case inWorld:
			s.world = append(s.world, text)
		case isWant:
			last := s.rows[len(s.rows)-1]
			last.want = append(last.want, want)
		default:
			who, change, ok := strings.Cut(text, ": ")
			if !ok {
				t.Fatalf("%s:%d: write WHO: CHANGE", name, number+1)
			}
			s.rows = append(s.rows, &row{who: who, change: change})
		}
	}
	return out
}

// worldOf is a world of which several sections make use.
func worldOf(t testing.TB, name string) []string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name+".world"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(content)) {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func requester(who string) authority.Requester {
	user, groups, _ := strings.Cut(strings.TrimSuffix(who, "]"), " [")
	return authority.Requester{User: user, Groups: strings.Fields(groups)}
}

// build makes the world of a section.
func (s *section) build(t testing.TB) (world, *directory.Snapshot) {
	t.Helper()
	w := world{}
	for _, line := range s.world {
		if _, err := w.read(line); err != nil {
			t.Fatalf("%s: %v", s.title, err)
		}
	}
	return w, directory.Build(w.records...)
}

// TestTable is who may change what, row by row, with the exact reasons.
func TestTable(t *testing.T) {
	t.Parallel()
	count := 0
	for _, table := range tables(t) {
		for _, s := range table.sections {
			base, before := s.build(t)
			for _, r := range s.rows {
				count++
				w := world{slices.Clone(base.lines), slices.Clone(base.records)}
				c, err := w.read(r.change)
				if err != nil {
					t.Fatalf("%s: %s: %v", table.name, s.title, err)
				}
				v := authority.Judge(before, requester(r.who), c, script.Beginning)
				got := v.Missing
				if v.Allowed {
					got = []string{"allowed"}
				}
				if *update {
					r.want = got
				}
				if !slices.Equal(got, r.want) {
					t.Errorf("%s: %s\n%s: %s\ngot\n\t%s\nwant\n\t%s", table.name, s.title, r.who, r.change,
						strings.Join(got, "\n\t"), strings.Join(r.want, "\n\t"))
				}
			}
		}
		if *update {
			write(t, table)
		}
	}
	if count < 120 {
		t.Errorf("%d rows: there are to be 120 at least", count)
	}
	t.Logf("%d rows", count)
}

// write puts the answers into a file, and leaves everything else in it as it is.
func write(t *testing.T, out table) {
	t.Helper()
	content, err := os.ReadFile(out.name)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	var rows []*row
	for _, s := range out.sections {
		rows = append(rows, s.rows...)
	}
	inWorld := false
	for _, line := range strings.SplitAfter(string(content), "\n") {
		text := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(text, "=> "):
			continue
		case strings.HasPrefix(text, "== "):
			inWorld = true
		case text == "--":
			inWorld = false
		}
		b.WriteString(line)
		if !inWorld && text != "" && text != "--" && !strings.HasPrefix(text, "#") {
			for _, want := range rows[0].want {
				fmt.Fprintf(&b, "=> %s\n", want)
			}
			rows = rows[1:]
		}
	}
	if err := os.WriteFile(out.name, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
