package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/object"

	"provost.dev/provost/internal/testing/golden"
)

// planned is a repository whose commits a test makes.
type planned struct {
	t    *testing.T
	dir  string
	tree *git.Worktree
	n    int
}

func newPlanned(t *testing.T) *planned {
	t.Helper()
	noCluster(t)
	p := &planned{t: t, dir: t.TempDir()}
	r, err := git.PlainInit(p.dir, false)
	if err != nil {
		t.Fatal(err)
	}
	if p.tree, err = r.Worktree(); err != nil {
		t.Fatal(err)
	}
	return p
}

// commit writes files and commits them; a file of no text is removed.
func (p *planned) commit(message string, files map[string]string) {
	p.t.Helper()
	for name, text := range files {
		full := filepath.Join(p.dir, name)
		if text == "" {
			if _, err := p.tree.Remove(name); err != nil {
				p.t.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			p.t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
			p.t.Fatal(err)
		}
		if _, err := p.tree.Add(name); err != nil {
			p.t.Fatal(err)
		}
	}
	p.n++
	who := &object.Signature{Name: "Robin", Email: "robin@example.org", When: time.Unix(int64(p.n)*3600, 0).UTC()}
	if _, err := p.tree.Commit(message, &git.CommitOptions{Author: who, Committer: who, AllowEmptyCommits: true}); err != nil {
		p.t.Fatal(err)
	}
}

// plan runs "provost plan" and expects an exit code.
func (p *planned) plan(code int, args ...string) string {
	p.t.Helper()
	all := append([]string{"plan", "--repo", p.dir, "--now", "2027-03-01T12:00:00Z"}, args...)
	stdout, stderr, got := run(p.t, "", all...)
	if got != code {
		p.t.Fatalf("%q: exit code %d, want %d\n%s%s", args, got, code, stdout, stderr)
	}
	return stdout + stderr
}

// documents joins objects to a file.
func documents(objects ...string) string { return strings.Join(objects, "---\n") }

func planObject(kind, namespace, name, spec string) string {
	text := "apiVersion: provost.dev/v1alpha1\nkind: " + kind + "\nmetadata:\n  name: " + name + "\n"
	if namespace != "" {
		text += "  namespace: " + namespace + "\n"
	}
	return text + "spec:\n" + spec
}

func planGroup(name, parent string, members ...string) string {
	spec := "  membership: Cascading\n"
	if parent != "" {
		spec += "  parentRef:\n    name: " + parent + "\n"
	}
	if len(members) > 0 {
		spec += "  members:\n"
	}
	for _, m := range members {
		spec += "  - name: " + m + "\n"
	}
	return planObject("Group", "acme", name, spec)
}

func planBinding(name, role, level, entity string, groups ...string) string {
	spec := "  roleRef:\n    name: " + role + "\n  entityRef:\n    kind: " + level + "\n    name: " + entity + "\n  subjects:\n"
	for _, g := range groups {
		spec += "  - kind: Group\n    name: " + g + "\n    namespace: acme\n"
	}
	return planObject("RoleBinding", "acme", name, spec)
}

// manyCourses binds a group at a number of courses.
func manyCourses(n int, role, group string) string {
	var objects []string
	for i := range n {
		course := fmt.Sprintf("course-%02d", i)
		objects = append(objects, planObject("Course", "acme", course, "  displayName: Course\n"),
			planBinding("b-"+course, role, "Course", course, group))
	}
	return documents(objects...)
}

func names(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s-%02d", prefix, i)
	}
	return out
}

// TestPlanOneLine adds one person to a leaf group, whose topmost ancestor is
// bound at forty courses: one line of YAML, and one screen says what it does.
func TestPlanOneLine(t *testing.T) {
	p := newPlanned(t)
	tree := func(leaf ...string) string {
		return documents(planGroup("corporate", "", "ada"), planGroup("engineering", "corporate"),
			planGroup("development", "engineering", leaf...))
	}
	p.commit("all", map[string]string{"groups.yaml": tree("bob"), "courses.yaml": manyCourses(40, "course-instructor", "corporate")})
	p.commit("one line", map[string]string{"groups.yaml": tree("bob", "cy")})
	out := p.plan(ExitNo, "HEAD~1", "HEAD")
	for _, want := range []string{
		"1 person gains access", "cy at 40 courses of acme", "+ course-instructor: ", "groups.yaml:32  Group acme/development: member added cy",
		"access for the first time: cy",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the plan does not say %q:\n%s", want, out)
		}
	}
	if n := strings.Count(out, "\n"); n > 24 {
		t.Errorf("the plan has %d lines:\n%s", n, out)
	}
	if out := p.plan(ExitNo, "HEAD~1", "HEAD", "--names"); !strings.Contains(out, "acme/course/course-39") {
		t.Errorf("--names does not name them:\n%s", out)
	}
	if out := p.plan(ExitYes, "HEAD", "HEAD"); !strings.Contains(out, "nobody's access differs") {
		t.Error(out)
	}
}

// TestPlanGuard takes 60 % of a group's members away: held back, and let
// through by a trailer that names the number.
func TestPlanGuard(t *testing.T) {
	platform := planObject("Platform", "", "platform", "  removalGuard:\n    maxPercent: 20\n    minimum: 10\n")
	everybody := names("p", 30)
	courses := manyCourses(3, "course-student", "cohort")
	p := newPlanned(t)
	p.commit("all", map[string]string{"platform.yaml": platform, "groups.yaml": planGroup("cohort", "", everybody...),
		"courses.yaml": courses})
	p.commit("clean up", map[string]string{
		"groups.yaml": planGroup("cohort", "", everybody[18:]...),
		// A commit does not loosen the guard that it has to pass.
		"platform.yaml": strings.Replace(platform, "20", "100", 1),
	})
	for _, form := range []string{"table", "markdown", "json"} {
		out := p.plan(ExitHeldBack, "HEAD~1", "HEAD", "-o", form)
		for _, want := range []string{"18 of 30 members of Group acme/cohort leave it (60%)", "Provost-Allow-Removals: 54"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s: the plan does not say %q:\n%s", form, want, out)
			}
		}
	}
	p.plan(ExitNo, "HEAD~1", "HEAD", "--max-removals", "60")
	p.plan(ExitNo, "HEAD~1", "HEAD", "--allow", "removals=54")
	p.plan(ExitHeldBack, "HEAD~1", "HEAD", "--allow", "removals=17")
	p.plan(ExitFailed, "HEAD~1", "HEAD", "--allow", "everything=17")
	p.commit("and say so\n\nProvost-Allow-Removals: 54\n", nil)
	if out := p.plan(ExitNo, "HEAD~2", "HEAD"); !strings.Contains(out, "let through: 18 of 30 members") {
		t.Error(out)
	}
}

// TestPlanStates compares folders with commits, and finds out where a branch began.
func TestPlanStates(t *testing.T) {
	p := newPlanned(t)
	courses := manyCourses(2, "course-student", "cohort")
	p.commit("all", map[string]string{"groups.yaml": planGroup("cohort", "", "ada"), "courses.yaml": courses})
	p.commit("bob", map[string]string{"groups.yaml": planGroup("cohort", "", "ada", "bob")})
	folder := t.TempDir()
	for name, text := range map[string]string{"g.yaml": planGroup("cohort", "", "bob"), "c.yaml": courses} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := p.plan(ExitNo, "HEAD", "dir:"+folder)
	for _, want := range []string{"1 person loses access", "- course-student: ", "groups.yaml:9", "no access any more: ada"} {
		if !strings.Contains(out, want) {
			t.Errorf("the plan does not say %q:\n%s", want, out)
		}
	}
	p.plan(ExitYes, "dir:"+folder, "dir:"+folder)
	for args, want := range map[string]string{
		"HEAD cluster":                            "no cluster is configured",
		"HEAD nowhere":                            "has no revision",
		"HEAD~1 HEAD --path nowhere":              `neither commit of`,
		"HEAD dir:/nowhere":                       "does not exist",
		"HEAD dir:" + folder + " --check-authors": "give two revisions",
		"HEAD HEAD --check-authors":               "needs to know whom to trust",
		"HEAD dir:" + folder + " --merge-base":    "give two revisions",
		"HEAD HEAD -f " + folder:                  "takes no -f",
	} {
		if out := p.plan(ExitFailed, strings.Fields(args)...); !strings.Contains(out, want) {
			t.Errorf("%s: the answer is %s, want %q", args, out, want)
		}
	}
}

// TestPlanJSON holds the shape of the JSON against docs/plan.md's own example.
func TestPlanJSON(t *testing.T) {
	p := newPlanned(t)
	org := planObject("Organisation", "acme", "acme", "  displayName: Acme\n")
	deny := planObject("SystemDeny", "", "exams", "  reason: Exams\n  everyone: true\n  permissions: [view_course_members]\n")
	p.commit("all", map[string]string{"org.yaml": org, "deny.yaml": deny, "groups.yaml": planGroup("staff", "", "ada"),
		"courses.yaml": manyCourses(1, "course-student", "staff"),
		"admin.yaml":   planBinding("admins", "organisation-admin", "Organisation", "acme", "staff")})
	p.commit("take the deny away", map[string]string{"deny.yaml": ""})
	p.commit("hand over", map[string]string{"groups.yaml": planGroup("staff", "", "bob"),
		"later.yaml": strings.Replace(planBinding("later", "course-superadmin", "Course", "course-00", "staff"), "spec:\n",
			"spec:\n  notBefore: \"2027-06-01T00:00:00Z\"\n", 1)})
	got := p.plan(ExitNo, "HEAD~2", "HEAD", "-o", "json")
	if !json.Valid([]byte(got)) {
		t.Fatal(got)
	}
	golden.Equal(t, "testdata/plan.json", got, *update)
}

// TestPlanMarkdown keeps the comment within its limit, whatever happens.
func TestPlanMarkdown(t *testing.T) {
	p := newPlanned(t)
	var groups, bindings []string
	for i := range 300 {
		name := fmt.Sprintf("group%03dwitharatherlongnamesothatittakesroom", i) // of one word, and so like no other
		groups = append(groups, planGroup(name, "", names(fmt.Sprintf("p%d", i), 6)...))
		bindings = append(bindings, planBinding(name, "course-student", "Course", "course-00", name))
	}
	p.commit("none", map[string]string{"courses.yaml": planObject("Course", "acme", "course-00", "  displayName: Course\n")})
	p.commit("all", map[string]string{"groups.yaml": documents(groups...), "bindings.yaml": documents(bindings...)})
	out := p.plan(ExitNo, "HEAD~1", "HEAD", "-o", "markdown")
	if n := len([]rune(out)); n > 65536 {
		t.Errorf("the comment has %d characters", n)
	}
	if !strings.HasPrefix(out, "<!-- provost plan -->\n") || !strings.Contains(out, "**Cut here.**") ||
		!strings.Contains(out, "of 300 are shown") {
		t.Errorf("the comment is\n%.400s ... %s", out, out[max(0, len(out)-600):])
	}
	if a, b := strings.Count(out, "<details"), strings.Count(out, "</details>"); a != b {
		t.Errorf("%d details are opened, and %d closed", a, b)
	}
}
