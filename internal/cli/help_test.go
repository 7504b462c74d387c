package cli

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// commands are all commands that a user can run.
func commands(c *cobra.Command) []*cobra.Command {
	out := []*cobra.Command{c}
	for _, sub := range c.Commands() {
		if sub.Name() != "help" && sub.Name() != "completion" {
			out = append(out, commands(sub)...)
		}
	}
	return out
}

// TestHelp holds every command to a short description and to examples that
// parse: that name a command and flags that exist.
func TestHelp(t *testing.T) {
	root := NewCommand("provost", genericiooptions.NewTestIOStreamsDiscard())
	for _, c := range commands(root)[1:] {
		if c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: the short description is %q", c.CommandPath(), c.Short)
		}
		if !strings.Contains(c.Example, "provost ") {
			t.Errorf("%s has no example", c.CommandPath())
		}
		for line := range strings.Lines(c.Example) {
			line = strings.TrimSpace(line)
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			checkExample(t, c.CommandPath(), line)
		}
	}
}

func checkExample(t *testing.T, path, line string) {
	t.Helper()
	_, command, ok := strings.Cut(line, "provost ")
	if !ok {
		t.Errorf("%s: the example %q runs no command of ours", path, line)
		return
	}
	command, _, _ = strings.Cut(command, ";")
	command, _, _ = strings.Cut(command, "|")
	fresh := NewCommand("provost", genericiooptions.NewTestIOStreamsDiscard())
	found, rest, err := fresh.Find(strings.Fields(command))
	if err == nil {
		err = found.ParseFlags(rest)
	}
	if err == nil {
		err = found.ValidateArgs(found.Flags().Args())
	}
	if err != nil || !strings.HasPrefix(found.CommandPath(), path) {
		t.Errorf("%s: the example %q runs %s: %v", path, line, found.CommandPath(), err)
	}
}

func TestNames(t *testing.T) {
	for program, want := range map[string]string{"provost": "provost can", "kubectl-provost": "kubectl provost can",
		"kubectl-provost.exe": "kubectl provost can"} {
		root := NewCommand(program, genericiooptions.NewTestIOStreamsDiscard())
		c, _, err := root.Find([]string{"can"})
		if err != nil || !strings.HasPrefix(c.UseLine(), want) {
			t.Errorf("%s: the usage is %q, %v", program, c.UseLine(), err)
		}
	}
}

func TestCompletion(t *testing.T) {
	noCluster(t)
	for _, tc := range []struct {
		args []string
		want []string
	}{
		{[]string{"can", "d"}, []string{"dana"}},
		{[]string{"can", "dana", "grade_s"}, []string{"grade_submissions"}},
		{[]string{"can", "dana", "grade_submissions", "course/"}, []string{"course/algebra"}},
		{[]string{"who-can", "view_course", "corp/"}, []string{"corp/course/logic"}},
		{[]string{"why", "dana", "course/algebra", "view_l"}, []string{"view_library"}},
		{[]string{"members", "teach"}, []string{"teachers"}},
		{[]string{"members", "corp/"}, []string{"corp/guests"}},
		{[]string{"tree", "groups", "circle-a"}, []string{"circle-a"}},
		{[]string{"matrix", "mod"}, []string{"module"}},
		{[]string{"can", "dana", "-n", "c"}, []string{"corp"}},
		{[]string{"can", "dana", "-o", "j"}, []string{"table", "wide", "json", "yaml", "name"}}, // the shell picks
	} {
		at := len(tc.args) - 1
		args := append([]string{"__complete"}, tc.args[:at]...)
		args = append(args, "-f", "testdata/school", tc.args[at])
		if tc.args[at-1] == "-n" || tc.args[at-1] == "-o" {
			args = append([]string{"__complete", "-f", "testdata/school"}, tc.args...)
		}
		stdout, _, _ := run(t, "", args...)
		var got []string
		for line := range strings.Lines(stdout) {
			if line = strings.TrimSpace(line); !strings.HasPrefix(line, ":") && line != "" {
				got = append(got, line)
			}
		}
		if strings.Join(got, " ") != strings.Join(tc.want, " ") {
			t.Errorf("%q completes to %q, want %q", tc.args, got, tc.want)
		}
	}
}
