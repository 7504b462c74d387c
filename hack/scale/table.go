package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

const (
	begins = "<!-- figures: written by hack/scale -->\n"
	ends   = "<!-- end of figures -->\n"
)

// insert has a document hold the text between its two marks.
func insert(path, text string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(old), begins)
	_, after, closed := strings.Cut(rest, ends)
	if !found || !closed {
		return fmt.Errorf("%s has no lines %q and %q", path, strings.TrimSpace(begins), strings.TrimSpace(ends))
	}
	return os.WriteFile(path, []byte(before+begins+text+ends+after), 0o600)
}

// table is what happened in each run, and what is there for each person.
func table(all []university) string {
	var b strings.Builder
	for _, log := range []bool{false, true} {
		if log {
			b.WriteString("\nWith the audit log, what is acknowledged in the objects included:\n\n")
		}
		b.WriteString("| people | what happens | objects written | seconds | a second | of a bare client's time | CPU each | of a bare client's |\n")
		b.WriteString("|---|---|---|---|---|---|---|---|\n")
		for _, u := range all {
			if u.log == log {
				u.rows(&b)
			}
		}
	}
	b.WriteString("\n| people | objects, a person | etcd's file, a person | the manager's heap, a person | restart | of listing everything |\n")
	b.WriteString("|---|---|---|---|---|---|\n")
	for _, u := range all {
		if !u.log {
			u.each(&b)
		}
	}
	return b.String()
}

// rows are a run's phases, a line each.
func (u university) rows(b *strings.Builder) {
	for _, p := range phases {
		objects, there := u.units["objects/"+p.unit]
		if !there {
			continue
		}
		seconds := u.units["s/"+p.unit]
		fmt.Fprintf(b, "| %s | %s | %s | %.1f | %.0f | %.2fx | %.2f ms | %.2fx |\n", thousands(u.people()), p.title, thousands(int(objects)), seconds,
			objects/seconds, u.units["bare-x/"+p.unit], u.units["cpu-ms/"+p.unit], u.units["cpu-x/"+p.unit])
	}
}

// each says what a person takes.
func (u university) each(b *strings.Builder) {
	fmt.Fprintf(b, "| %s | %s | %s | %s |", thousands(u.people()), kB(u.units["object-B/person"]), kB(u.units["etcd-B/person"]), kB(u.units["heap-B/person"]))
	if seconds, there := u.units["s/restart"]; there {
		fmt.Fprintf(b, " %.1f s, %.0f writes | %.2fx |\n", seconds, u.units["writes/restart"], u.units["listing-x/restart"])
		return
	}
	b.WriteString(" | |\n")
}

func kB(bytes float64) string { return fmt.Sprintf("%.1f kB", bytes/1000) }

// thousands writes 20000 as 20,000.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
