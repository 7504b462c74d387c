package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"provost.dev/provost/internal/testing/need"
)

// TestNextStepsWork does what "new" says comes next, word for word: from an empty folder, in a repository without a commit,
// in one with one, and in a folder elsewhere.
func TestNextStepsWork(t *testing.T) {
	noCluster(t)
	for _, name := range []string{"AUTHOR", "COMMITTER"} {
		t.Setenv("GIT_"+name+"_NAME", "a")
		t.Setenv("GIT_"+name+"_EMAIL", "a@example.org")
	}
	elsewhere := filepath.Join(t.TempDir(), "it's elsewhere")
	dirs := []string{elsewhere, "initech", "."}
	for _, dir := range dirs[:need.AtMost(len(dirs), 1)] {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Chdir(t.TempDir())
			follow(t, "new", "organisation", "initech", "--pattern", "corporate", "--administrator", "peter", "--dir", dir)
			for question, want := range map[string]int{
				"can peter assign_roles initech/organisation/initech": ExitYes, "can milton assign_roles initech/organisation/initech": ExitNo,
			} {
				if _, errOut, code := run(t, "", append(strings.Fields(question), "-f", dir)...); code != want {
					t.Errorf("%s: exit code %d %s", question, code, errOut)
				}
			}
			platform, err := os.ReadFile(filepath.Join(dir, "platform.yaml"))
			if err != nil || !strings.Contains(string(platform), "{kind: Person, name: peter}") ||
				!strings.Contains(string(platform), "removalGuard: {maxPercent: 20, minimum: 10}") {
				t.Errorf("the Platform is %s, %v", platform, err)
			}
			follow(t, "new", "campus", "austin", "--parent", "organisation/initech", "--dir", dir)
		})
	}
	t.Run("without a commit", func(t *testing.T) {
		t.Chdir(t.TempDir())
		shell(t, "git init -q .")
		follow(t, "new", "organisation", "initech", "--pattern", "corporate", "--administrator", "peter", "--dir", "initech")
	})
	t.Run("a second organisation", func(t *testing.T) {
		t.Chdir(t.TempDir())
		follow(t, "new", "organisation", "initech", "--pattern", "corporate", "--administrator", "peter")
		out, errOut, code := run(t, "", "new", "organisation", "intertrode", "--pattern", "corporate", "--administrator", "anne", "--dry-run")
		if code != ExitFailed || strings.Contains(errOut, "platform.yaml") { // the files of the first are in the way, and no second Platform is
			t.Errorf("exit code %d\n%s%s", code, out, errOut)
		}
	})
}

// follow runs a command that says what comes next, and does that.
func follow(t *testing.T, args ...string) {
	t.Helper()
	out, errOut, code := run(t, "", args...)
	_, next, said := strings.Cut(out, "\nnext:\n")
	if code != ExitYes || !said {
		t.Fatalf("%v: exit code %d\n%s%s", args, code, out, errOut)
	}
	for line := range strings.Lines(next) {
		line = strings.TrimSpace(line)
		if command, ours := strings.CutPrefix(line, "provost "); ours {
			differs := strings.HasPrefix(command, "plan") // and so ends with 1 where it shows something
			if out, errOut, code := run(t, "", arguments(t, command)...); code != ExitYes && (code != ExitNo || !differs) {
				t.Errorf("%s: exit code %d\n%s%s", line, code, out, errOut)
			}
			continue
		}
		shell(t, line)
	}
}

// arguments are a command line's words, as a shell takes them.
func arguments(t *testing.T, line string) []string {
	t.Helper()
	return strings.Split(strings.TrimSuffix(shell(t, `printf '%s\0' `+line), "\x00"), "\x00")
}

func shell(t *testing.T, line string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "sh", "-c", line).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", line, err, out)
	}
	return string(out)
}
