package examples_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/testing/need"
)

const (
	changesFile = "../docs/changes.md"
	// screen is how many lines of a plan fit on one.
	screen = 40
)

// TestChanges tries the changes that docs/changes.md shows, each on the example university: a patch of five lines at most, or
// one command, and the plan of it on one screen.
func TestChanges(t *testing.T) {
	text, err := os.ReadFile(changesFile)
	if err != nil {
		t.Fatal(err)
	}
	sections := strings.Split(string(text), "\n## ")
	if n := len(sections) - 1; n < 10 {
		t.Errorf("%d changes", n)
	}
	for i := 1; i < len(sections); i++ {
		if i > need.AtMost(len(sections), 2) {
			break
		}
		title, body, _ := strings.Cut(sections[i], "\n")
		t.Run(title, func(t *testing.T) {
			c := change{t: t, dir: t.TempDir(), title: title}
			sections[i] = title + "\n" + c.try(body)
		})
	}
	if *update {
		if err := os.WriteFile(changesFile, []byte(strings.Join(sections, "\n## ")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// change is one of them, in a repository of its own.
type change struct {
	t          *testing.T
	dir, title string
	edits      int
}

// fences are the blocks of a section: what language they are in, and what they hold.
var fences = regexp.MustCompile("(?s)```(diff|console)\n(.*?)```")

// try does what a section says, and returns the section with what was printed.
func (c *change) try(body string) string {
	if err := os.CopyFS(c.dir, os.DirFS("university")); err != nil {
		c.t.Fatal(err)
	}
	for _, name := range []string{"README.md", "access_test.yaml"} {
		if err := os.Remove(filepath.Join(c.dir, name)); err != nil {
			c.t.Fatal(err)
		}
	}
	c.git("init", "-q", "-b", "main")
	c.commit()
	c.git("checkout", "-q", "-b", "change")
	c.t.Chdir(c.dir)
	body = fences.ReplaceAllStringFunc(body, func(fence string) string {
		m := fences.FindStringSubmatch(fence)
		if m[1] == "diff" {
			c.patch(m[2])
			return fence
		}
		return "```console\n" + c.console(m[2]) + "```"
	})
	if c.edits != 1 {
		c.t.Errorf("%d edits", c.edits)
	}
	return body
}

// patch applies an edit, of five lines at most.
func (c *change) patch(text string) {
	c.edits++
	added, removed := 0, 0
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "+++"), strings.HasPrefix(line, "---"):
		case strings.HasPrefix(line, "+"):
			added++
		case strings.HasPrefix(line, "-"):
			removed++
		}
	}
	if max(added, removed) > 5 {
		c.t.Errorf("an edit of %d lines", max(added, removed))
	}
	file := filepath.Join(c.t.TempDir(), "patch")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
	c.git("apply", "--recount", file)
}

// commits are what a plan compares, which depends on when it was committed.
var commits = regexp.MustCompile("commit [0-9a-f]{12} to [0-9a-f]{12}")

// console runs the commands of a block, and returns them with what they print.
func (c *change) console(block string) string {
	var out strings.Builder
	for i, part := range strings.Split("\n"+block, "\n"+prompt)[1:] {
		said, want, _ := strings.Cut(part, "\n")
		command, _, _ := strings.Cut(said, exitComment)
		isPlan := strings.HasPrefix(command, "provost plan ")
		if isPlan {
			c.commit()
		} else {
			c.edits++
		}
		lines, exit := run(c.t, command)
		got := commits.ReplaceAllString(strings.Join(lines, "\n"), "main to HEAD")
		if exit != "0" {
			command += exitComment + exit
		}
		if isPlan && len(lines) > screen {
			c.t.Errorf("the plan has %d lines", len(lines))
		}
		if !*update {
			if diff := cmp.Diff(strings.TrimRight(prompt+said+"\n"+want, "\n"), prompt+command+"\n"+got); diff != "" {
				c.t.Errorf("(-the page +the command)\n%s", diff)
			}
		}
		if i > 0 {
			out.WriteString("\n")
		}
		out.WriteString(prompt + command + "\n" + got + "\n")
	}
	return out.String()
}

func (c *change) commit() {
	c.git("add", "-A")
	c.git("commit", "-q", "-m", c.title)
}

func (c *change) git(args ...string) {
	c.t.Helper()
	who := []string{"-c", "user.name=Robin", "-c", "user.email=robin@university.example"}
	g := exec.CommandContext(c.t.Context(), "git", append(who, args...)...)
	g.Dir = c.dir
	g.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	if out, err := g.CombinedOutput(); err != nil {
		c.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
