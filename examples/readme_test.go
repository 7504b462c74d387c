package examples_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The examples, each a folder with a README.md that the tests hold it to.
var (
	// names are those that fit into one installation, side by side.
	names = []string{"acme", "corporate", "community"}
	// all are these, and those with a Platform of their own.
	all = append(names[:len(names):len(names)], "university")
)

// row is one line of a README's table of answers.
type row struct {
	line                       int
	person, permission, entity string
	want                       bool
}

// promise is one line of a README's table of statuses.
type promise struct {
	line          int
	kind, object  string // the object as namespace/name, or name
	ready, reason string
	also          string // a further condition, as "Type: Reason"
}

// call is one command of a README with what it prints.
type call struct {
	line    int // of the command, from 1
	command string
	exit    string // "0" where the README does not say it
	output  []string
	lines   int // that the output takes up, the empty ones after it included
}

// readme is what a README promises.
type readme struct {
	name     string
	lines    []string
	rows     []row
	promises []promise
	calls    []call
}

const (
	answersHeader  = "| who | may | where | answer | because |"
	promisesHeader = "| object | Ready | reason | also |"
	blockStart     = "```console"
	blockEnd       = "```"
	prompt         = "$ "
	exitComment    = "  # exit "
)

// read reads a README's tables and its console blocks. In a block, a
// line that begins with "$ " is a command; the lines up to the next one, or to
// the end of the block, are what it prints, on both streams. A command that
// ends with another exit code than 0 says so: "$ provost can ...  # exit 1".
func read(t *testing.T, example string) *readme {
	t.Helper()
	r := &readme{name: filepath.Join(example, "README.md")}
	text, err := os.ReadFile(r.name)
	if err != nil {
		t.Fatal(err)
	}
	r.lines = strings.Split(string(text), "\n")
	inBlock, table := false, ""
	for i, line := range r.lines {
		switch {
		case line == blockStart:
			inBlock = true
		case line == blockEnd:
			inBlock = false
		case inBlock && strings.HasPrefix(line, prompt):
			command, exit, said := strings.Cut(line[len(prompt):], exitComment)
			if !said {
				exit = "0"
			}
			r.calls = append(r.calls, call{line: i + 1, command: command, exit: exit})
		case inBlock:
			last := len(r.calls) - 1
			if last < 0 || r.calls[last].line+r.calls[last].lines != i {
				t.Fatalf("%s:%d: a console block begins with a command: %sprovost ...", r.name, i+1, prompt)
			}
			c := &r.calls[last]
			c.output = append(c.output, line)
			c.lines++
		case line == answersHeader || line == promisesHeader:
			table = line
		case !strings.HasPrefix(line, "|"):
			table = ""
		case strings.HasPrefix(line, "|---"):
		case table == answersHeader:
			r.rows = append(r.rows, r.row(t, i+1, line))
		case table == promisesHeader:
			r.promises = append(r.promises, r.promise(t, i+1, line))
		}
	}
	for i := range r.calls {
		r.calls[i].output = trimmed(r.calls[i].output)
	}
	return r
}

func (r *readme) row(t *testing.T, line int, text string) row {
	t.Helper()
	c := r.cells(t, line, text, answersHeader)
	if c[3] != "yes" && c[3] != "no" {
		t.Fatalf("%s:%d: the answer is yes or no", r.name, line)
	}
	return row{line: line, person: c[0], permission: c[1], entity: c[2], want: c[3] == "yes"}
}

func (r *readme) promise(t *testing.T, line int, text string) promise {
	t.Helper()
	c := r.cells(t, line, text, promisesHeader)
	kind, object, ok := strings.Cut(c[0], " ")
	if !ok {
		t.Fatalf("%s:%d: an object is its kind, a space and its name", r.name, line)
	}
	return promise{line: line, kind: kind, object: object, ready: c[1], reason: c[2], also: c[3]}
}

func (r *readme) cells(t *testing.T, line int, text, header string) []string {
	t.Helper()
	cells := strings.Split(strings.Trim(text, "|"), "|")
	if len(cells) != strings.Count(header, "|")-1 {
		t.Fatalf("%s:%d: want %s", r.name, line, header)
	}
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

// trimmed is the lines without the empty ones at the end.
func trimmed(lines []string) []string {
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// write puts the calls, with what they print now, back into the README.
func (r *readme) write(t *testing.T) {
	t.Helper()
	for _, c := range slices.Backward(r.calls) {
		said := prompt + c.command
		if c.exit != "0" {
			said += exitComment + c.exit
		}
		next := c.line + c.lines
		block := append([]string{said}, c.output...)
		if r.lines[next] != blockEnd {
			block = append(block, "")
		}
		r.lines = slices.Replace(r.lines, c.line-1, next, block...)
	}
	if err := os.WriteFile(r.name, []byte(strings.Join(r.lines, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
}

var link = regexp.MustCompile(`\]\(([^):#]+)\)`)

// links are the files and folders that a README refers to.
func (r *readme) links() []string {
	var out []string
	for _, m := range link.FindAllStringSubmatch(strings.Join(r.lines, "\n"), -1) {
		out = append(out, m[1])
	}
	return out
}
