// Package ci_test runs the recipes for continuous integration: the script on a repository with a real change, the steps of
// the YAML files with the variables that the services set, and the comments against a server that plays the services.
package ci_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// provost is the folder of a binary built for the tests.
var provost string

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

func runTests(m *testing.M) int {
	for _, tool := range []string{"git", "curl", "jq", "bash", "go"} {
		if _, err := exec.LookPath(tool); err != nil {
			fmt.Fprintf(os.Stderr, "the recipes are not run: there is no %s here\n", tool)
			return 0
		}
	}
	dir, err := os.MkdirTemp("", "provost-ci")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if out, err := exec.Command("go", "build", "-o", dir, "provost.dev/provost/cmd/provost").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v: %s\n", err, out)
		return 1
	}
	provost = dir
	return m.Run()
}

// repository is a clone, as a service makes one, of a repository with the university and a branch that changes it.
type repository struct {
	dir, base, head string
}

// newRepository commits the example and, on a branch, what the change does to the folder. The clone has the request as refs/pull/7/head.
func newRepository(t *testing.T, change func(dir string)) *repository {
	t.Helper()
	origin, clone := filepath.Join(t.TempDir(), "origin"), filepath.Join(t.TempDir(), "clone")
	if err := os.CopyFS(filepath.Join(origin, "people"), os.DirFS("../acme")); err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("provost-ci.sh")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(origin, "ci"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(origin, "ci", "provost-ci.sh"), script, 0o755); err != nil {
		t.Fatal(err)
	}
	git := func(dir string, args ...string) string {
		t.Helper()
		out, err := command(dir, nil, "git", args...)
		if err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
		}
		return strings.TrimSpace(out)
	}
	git(origin, "init", "-q", "-b", "main")
	git(origin, "add", "-A")
	git(origin, "commit", "-q", "-m", "Begin")
	r := &repository{dir: clone, base: git(origin, "rev-parse", "HEAD")}
	git(origin, "checkout", "-q", "-b", "change")
	change(filepath.Join(origin, "people"))
	git(origin, "add", "-A")
	git(origin, "commit", "-q", "--allow-empty", "-m", "Change")
	r.head = git(origin, "rev-parse", "HEAD")
	git(origin, "update-ref", "refs/pull/7/head", r.head)
	git(origin, "checkout", "-q", "main")
	git("", "clone", "-q", origin, clone)
	return r
}

// command runs a program with an environment of its own, and returns all that it wrote.
func command(dir string, env []string, name string, args ...string) (string, error) {
	c := exec.Command(name, args...)
	c.Dir = dir
	c.Env = append([]string{
		"PATH=" + provost + ":" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "NO_PROXY=127.0.0.1", "KUBECONFIG=/nonexistent",
		"GIT_AUTHOR_NAME=Robin", "GIT_AUTHOR_EMAIL=robin@example.org", "GIT_COMMITTER_NAME=Robin", "GIT_COMMITTER_EMAIL=robin@example.org",
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
	}, env...)
	out, err := c.CombinedOutput()
	return string(out), err
}

// exitCode is a program's, or -1 where it did not run.
func exitCode(err error) int {
	if err == nil {
		return 0
	}
	if e, ok := err.(*exec.ExitError); ok { //nolint:errorlint // as Cmd.Run returns it
		return e.ExitCode()
	}
	return -1
}

// add lists somebody in a group of the folder by the command line.
func add(t *testing.T, args ...string) func(string) {
	return func(dir string) {
		t.Helper()
		if out, err := command(dir, nil, filepath.Join(provost, "provost"),
			append(append([]string{"members"}, args...), "-f", ".")...); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
}

// workflow is what the tests look at in a workflow of GitHub.
type workflow struct {
	On          map[string]any    `yaml:"on"`
	Permissions map[string]string `yaml:"permissions"`
	Jobs        map[string]struct {
		Permissions map[string]string `yaml:"permissions"`
		Steps       []step            `yaml:"steps"`
	} `yaml:"jobs"`
}

type step struct {
	Name string            `yaml:"name"`
	Uses string            `yaml:"uses"`
	Run  string            `yaml:"run"`
	With map[string]string `yaml:"with"`
	Env  map[string]string `yaml:"env"`
}

var pinned = regexp.MustCompile(`^[a-z-]+/[a-z-]+@[0-9a-f]{40}$`)

func readWorkflow(t *testing.T, name string) *workflow {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	w := &workflow{}
	if err := yaml.Unmarshal(text, w); err != nil {
		t.Fatal(err)
	}
	return w
}

// TestWorkflowsAreSafe holds the workflows to what docs/ci.md says of them.
func TestWorkflowsAreSafe(t *testing.T) {
	files, _ := filepath.Glob("github/*.yaml")
	if len(files) != 2 {
		t.Fatalf("got %v", files)
	}
	for _, name := range files {
		w := readWorkflow(t, name)
		if w.Permissions == nil || w.Permissions["contents"] == "write" {
			t.Errorf("%s: the permissions are %v", name, w.Permissions)
		}
		_, privileged := w.On["pull_request_target"]
		for job, j := range w.Jobs {
			for scope, what := range j.Permissions {
				if what == "write" && (scope != "pull-requests" || !privileged) {
					t.Errorf("%s: %s may write %s", name, job, scope)
				}
			}
			for _, s := range j.Steps {
				if s.Uses != "" && !pinned.MatchString(s.Uses) {
					t.Errorf("%s: %s is not pinned to a commit", name, s.Uses)
				}
				if strings.Contains(s.Run, "${{") {
					t.Errorf("%s: %s puts what others write into a script", name, s.Name)
				}
				if strings.HasPrefix(s.Uses, "actions/checkout") {
					if s.With["persist-credentials"] != "false" {
						t.Errorf("%s: the checkout leaves its token behind", name)
					}
					if privileged && s.With["ref"] != "${{ github.event.pull_request.base.sha }}" {
						t.Errorf("%s: the checkout takes %q", name, s.With["ref"])
					}
				}
			}
		}
	}
}
