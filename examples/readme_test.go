package examples_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The examples, each a folder with a README.md that the tests hold it to.
var names = []string{"acme", "corporate", "community"}

// row is one line of a README's table of answers.
type row struct {
	line                       int
	person, permission, entity string
	want                       bool
}

// call is one command of a README with what it prints.
type call struct {
	line    int
	command string
	output  string
	exit    string // "" is 0
}

const (
	answersHeader = "| who | may | where | answer | because |"
	prompt        = "$ provost "
	exitComment   = "  # exit "
)

// readme reads what a README promises: the rows of its table of answers, and
// the calls in its console blocks. A call is a line that begins with
// "$ provost"; the lines up to the next one, or to the end of the block, are
// what it prints. Where it does not end with 0, the command's line ends in
// "  # exit N".
func readme(t *testing.T, example string) (rows []row, calls []call) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(example, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	inBlock, inTable := false, false
	for i, line := range strings.Split(string(text), "\n") {
		switch {
		case strings.HasPrefix(line, "```"):
			inBlock = !inBlock && line == "```console"
			if inBlock {
				calls = append(calls, call{line: -1}) // takes what stands before the first command
			}
		case inBlock && strings.HasPrefix(line, prompt):
			command, exit, _ := strings.Cut(line[len("$ "):], exitComment)
			calls = append(calls, call{line: i + 1, command: command, exit: exit})
		case inBlock:
			last := &calls[len(calls)-1]
			if last.line < 0 {
				t.Errorf("%s/README.md:%d: a console block begins with %q", example, i+1, prompt)
				continue
			}
			last.output += line + "\n"
		case line == answersHeader:
			inTable = true
		case inTable && strings.HasPrefix(line, "|---"):
		case inTable && strings.HasPrefix(line, "|"):
			rows = append(rows, answer(t, example, i+1, line))
		default:
			inTable = false
		}
	}
	return rows, withCommand(calls)
}

func answer(t *testing.T, example string, line int, text string) row {
	t.Helper()
	cells := strings.Split(strings.Trim(text, "|"), "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	if len(cells) != 5 || (cells[3] != "yes" && cells[3] != "no") {
		t.Fatalf("%s/README.md:%d: want who, may, where, yes or no, because", example, line)
	}
	return row{line: line, person: cells[0], permission: cells[1], entity: cells[2], want: cells[3] == "yes"}
}

func withCommand(calls []call) []call {
	var out []call
	for _, c := range calls {
		if c.line > 0 {
			c.output = strings.TrimRight(c.output, "\n")
			out = append(out, c)
		}
	}
	return out
}

var link = regexp.MustCompile(`\]\(([^):#]+)\)`)

// links are the files and folders that a README refers to.
func links(t *testing.T, name string) []string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range link.FindAllStringSubmatch(string(text), -1) {
		out = append(out, m[1])
	}
	return out
}
