package ci_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestChecks runs the checks on the university, and on one that is broken in every way.
func TestChecks(t *testing.T) {
	r := newRepository(t, func(string) {})
	out, err := command(r.dir, []string{"PROVOST_DIR=people"}, "ci/provost-ci.sh", "checks")
	if err != nil || !strings.Contains(out, "provost test") {
		t.Errorf("%v\n%s", err, out)
	}
	bad := "apiVersion: provost.dev/v1alpha1\nkind: Group\nmetadata: {namespace: acme, name: bad}\nspec: {membershp: Listed}\n"
	if err := os.WriteFile(filepath.Join(r.dir, "people", "bad.yaml"), []byte(bad), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err = command(r.dir, []string{"PROVOST_DIR=people"}, "ci/provost-ci.sh", "checks")
	if exitCode(err) < 1 || !strings.Contains(out, "did you mean") || !strings.Contains(out, "run: provost fmt people") ||
		!strings.Contains(out, "--- provost test") {
		t.Errorf("exit code %d\n%s", exitCode(err), out)
	}
	if out, err := command(r.dir, nil, "ci/provost-ci.sh", "guess"); exitCode(err) != 2 {
		t.Errorf("exit code %d\n%s", exitCode(err), out)
	}
}

// github runs the steps of the workflow with the plan as the service would.
func (r *repository) github(t *testing.T, s *service, settings ...string) (output string, code int) {
	t.Helper()
	home := t.TempDir()
	for _, st := range readWorkflow(t, "github/provost-plan.yaml").Jobs["plan"].Steps {
		if st.Run == "" || st.Name == "Install provost" {
			continue
		}
		values := strings.NewReplacer(
			"${{ github.token }}", token, "${{ github.event.pull_request.number }}", "7",
			"${{ github.event.pull_request.base.sha }}", r.base, "${{ github.event.pull_request.head.sha }}", r.head,
		)
		env := []string{
			"GITHUB_API_URL=" + s.URL, "GITHUB_REPOSITORY=acme/people", "PROVOST_DIR=people",
			"GITHUB_STEP_SUMMARY=" + filepath.Join(home, "summary"),
		}
		env = append(env, settings...)
		for name, value := range st.Env {
			if value = values.Replace(value); strings.Contains(value, "${{") {
				t.Fatalf("%s: nothing is known of %s", st.Name, value)
			}
			env = append(env, name+"="+value)
		}
		out, err := command(r.dir, env, "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", st.Run)
		output += out
		if code = exitCode(err); code != 0 {
			break
		}
	}
	if strings.Contains(output, token) {
		t.Errorf("the token is shown:\n%s", output)
	}
	return output, code
}

// TestGitHub posts one comment, and brings it up to date.
func TestGitHub(t *testing.T) {
	s := newService(t, "github")
	r := newRepository(t, add(t, "add", "karim", "finance-office"))
	out, code := r.github(t, s)
	body, calls := s.last()
	if code != 0 || calls != "post" || !strings.HasPrefix(body, "<!-- provost plan -->\n") || !strings.Contains(body, "karim") {
		t.Fatalf("exit code %d, %q\n%s\n%s", code, calls, body, out)
	}
	if out, code = r.github(t, s); code != 0 {
		t.Fatalf("a second time: exit code %d\n%s", code, out)
	}
	r.head = r.base // the change was taken back
	if out, code = r.github(t, s); code != 0 {
		t.Fatalf("a third time: exit code %d\n%s", code, out)
	}
	if body, calls = s.last(); calls != "post update update" || !strings.Contains(body, "nobody's access differs") ||
		!strings.Contains(s.notes[0].Body, "fooled") {
		t.Errorf("%q\n%s", calls, body)
	}
}

// TestGitHubGuard fails a request that takes most of a group away, once the comment says so.
func TestGitHubGuard(t *testing.T) {
	s := newService(t, "github")
	r := newRepository(t, func(dir string) {
		if err := os.Remove(filepath.Join(dir, "groups", "cohorts.yaml")); err != nil {
			t.Fatal(err)
		}
	})
	out, code := r.github(t, s, "PROVOST_PLAN_ARGS=--max-removals 20")
	if body, calls := s.last(); code != 3 || calls != "post" || !strings.Contains(body, "Provost-Allow-Removals") {
		t.Errorf("exit code %d, %q\n%s\n%s", code, calls, body, out)
	}
}

// TestNothingToSay posts nothing where nobody's access differs, and where there is no token.
func TestNothingToSay(t *testing.T) {
	s := newService(t, "github")
	r := newRepository(t, func(string) {})
	if out, code := r.github(t, s); code != 0 || !strings.Contains(out, "nothing to comment") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	out, err := command(r.dir, []string{"PROVOST_DIR=people", "GITHUB_REPOSITORY=acme/people"}, "ci/provost-ci.sh", "review", r.base, r.base)
	if err != nil || !strings.Contains(out, "no token") {
		t.Errorf("%v\n%s", err, out)
	}
	out, err = command(r.dir, []string{"PROVOST_DIR=people", "PROVOST_TOKEN=" + token}, "ci/provost-ci.sh", "review", r.base, "nowhere")
	if text, _ := os.ReadFile(filepath.Join(r.dir, "provost-plan.md")); exitCode(err) != 2 || !strings.Contains(string(text), "no plan") {
		t.Errorf("%v\n%s\n%s", err, out, text)
	}
	if _, calls := s.last(); calls != "" {
		t.Errorf("got %q", calls)
	}
}

// TestGitLab runs the jobs' scripts with the variables of a merge request.
func TestGitLab(t *testing.T) {
	text, err := os.ReadFile("gitlab/provost.gitlab-ci.yml")
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]yaml.Node
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	var hidden, checks, plan struct {
		Script []string `yaml:"script"`
		Before []string `yaml:"before_script"`
	}
	for name, into := range map[string]any{".provost": &hidden, "provost-checks": &checks, "provost-plan": &plan} {
		node := file[name]
		if err := node.Decode(into); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	s := newService(t, "gitlab")
	r := newRepository(t, add(t, "add", "liv", "registry"))
	if out, err := command(r.dir, nil, "git", "checkout", "-q", r.head); err != nil {
		t.Fatal(out)
	}
	env := []string{
		"PROVOST_DIR=people", "PROVOST_TOKEN=" + token, "PROVOST_VERSION=v0.1.0", "CI_API_V4_URL=" + s.URL, "CI_PROJECT_ID=3",
		"CI_MERGE_REQUEST_IID=7", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main", "CI_COMMIT_SHA=" + r.head,
	}
	for _, job := range [][]string{checks.Script, plan.Script, plan.Script} {
		script := "set -eo pipefail\n" + strings.Join(append(hidden.Before, job...), "\n")
		out, err := command(r.dir, env, "bash", "-c", script)
		if err != nil || strings.Contains(out, token) {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	body, calls := s.last()
	if calls != "post update" || !strings.Contains(body, "liv") {
		t.Errorf("%q\n%s", calls, body)
	}
}
