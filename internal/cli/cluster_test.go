package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/testing/testenv"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// cited is what a cluster has no equal of: the place in a file.
var cited = regexp.MustCompile(` *testdata/school/\w+\.yaml:\d+`)

// TestCluster asks an API server that holds the fixture what it asks the folder.
func TestCluster(t *testing.T) {
	env := testenv.Start(t)
	noCluster(t)
	env.Clear(t)
	config := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(config, env.Kubeconfig, 0o600); err != nil {
		t.Fatal(err)
	}
	cluster := func(args ...string) (string, string, int) {
		return run(t, "", append(args, "--kubeconfig", config, "--now", "2027-03-01T12:00:00Z")...)
	}
	if _, errOut, code := cluster("tree", "groups"); code != ExitNo || !strings.Contains(errOut, "nothing to draw") {
		t.Errorf("an empty cluster: %d, %s", code, errOut)
	}
	env.Namespace(t, "acme", map[string]string{"tier": "one"})
	env.Namespace(t, "corp", nil)
	for _, name := range []string{"people", "entities", "groups", "access"} {
		text, err := os.ReadFile("testdata/school/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		env.Apply(t, "acme", string(text))
	}
	for _, question := range []string{
		"can dana grade_submissions course/algebra -o wide", "can abe acme/course/algebra export_course_data -o wide",
		"can gus view_course course/algebra -o json", "can nobody-knows view_course course/algebra",
		"can abe view_course course/nowhere", "why abe course/algebra", "why rita course/algebra view_course",
		"why erin course/algebra export_course_data", "permissions abe -o json", "permissions --everyone -o json", "tree groups", "tree entities",
		"who-can view_course course/algebra -o wide", "members teachers", "matrix course/algebra -o markdown",
	} {
		folder, _, wantCode := run(t, "", append(strings.Fields(question), "-f", "testdata/school", "--now", "2027-03-01T12:00:00Z")...)
		live, errOut, code := cluster(strings.Fields(question)...)
		if diff := cmp.Diff(squeeze(cited.ReplaceAllString(folder, "")), squeeze(live)); diff != "" || code != wantCode {
			t.Errorf("%s: %d, %s (-folder +cluster)\n%s", question, code, errOut, diff)
		}
	}

	t.Run("without rights", func(t *testing.T) {
		_, errOut, code := cluster("permissions", "abe", "--as", "stranger")
		if code != ExitFailed || !strings.Contains(errOut, "you may not list anything") {
			t.Errorf("%d, %s", code, errOut)
		}
		env.Apply(t, "acme", `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: look}
rules: [{apiGroups: [provost.dev], resources: ["*"], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: look}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: look}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: stranger}]
`)
		out, errOut, code := cluster("members", "teachers", "--as", "stranger", "-n", "acme")
		if code != 0 || !strings.Contains(errOut, "may be incomplete: you may not list namespaces, people.provost.dev") ||
			!strings.Contains(errOut, "outside of acme you may not list campuses.provost.dev") {
			t.Errorf("%d, %s", code, errOut)
		}
		if strings.Contains(out, "gus") || !strings.Contains(out, "dana") {
			t.Errorf("members are\n%s", out)
		}
	})
	t.Run("no such server", func(t *testing.T) {
		_, errOut, code := cluster("permissions", "abe", "--server", "https://127.0.0.1:1")
		if code != ExitFailed || !strings.Contains(errOut, "the cluster does not answer") {
			t.Errorf("%d, %s", code, errOut)
		}
	})
}

// squeeze makes one blank of several: columns are as wide as what they hold.
func squeeze(s string) string {
	var lines []string
	for line := range strings.Lines(s) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return strings.Join(lines, "\n")
}
