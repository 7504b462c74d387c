package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"provost.dev/provost/internal/testing/need"
)

// TestNewOrganisation begins an organisation, adds to it, and asks who may do what.
func TestNewOrganisation(t *testing.T) {
	noCluster(t)
	for pattern, learner := range map[string]string{"education": "learner", "corporate": "trainee", "community": "participant"} {
		t.Run(pattern, func(t *testing.T) {
			if pattern != "education" {
				need.Time(t) // the others differ in words
			}
			dir := filepath.Join(t.TempDir(), "new")
			ok := func(args string) string {
				t.Helper()
				out, errOut, code := run(t, "", append(strings.Fields(args), "--dir", dir)...)
				if code != ExitYes || errOut != "" {
					t.Fatalf("%s: exit code %d\n%s%s", args, code, out, errOut)
				}
				return out
			}
			noted := func(args string) string { // with a note of how many entities there are
				t.Helper()
				out, errOut, code := run(t, "", append(strings.Fields(args), "--dir", dir)...)
				if code != ExitYes || !strings.HasPrefix(errOut, "note: that is ") {
					t.Fatalf("%s: exit code %d\n%s%s", args, code, out, errOut)
				}
				return out
			}
			if out := ok("new organisation acme --administrator alice --pattern " + pattern); !strings.Contains(out, "wrote "+
				filepath.Join(dir, "groups", "defaults.yaml")+"\n") ||
				!strings.Contains(out, "commit -m \"Begin acme\"") {
				t.Errorf("got %s", out)
			}
			ok("new campus north --parent organisation/acme")
			ok("new course logic --parent acme/campus/north --description about:logic")
			ok("new module sets --parent course/logic")
			ok("new session first --parent module/sets --starts-at 2027-03-01T09:00:00Z --ends-at 2027-03-01T10:00:00Z")
			ok("new task essay --parent course/logic --due-at 2027-03-08T23:59:00Z")
			ok("new task mine --private bob")
			ok("new person bob --attribute year=2")
			ok("new group second-year --parent learners --purpose Cohort --about course/logic --select year=2 --visibility Organisation " +
				"--member-visibility Staff")
			ok("new role grader --at course/logic --permission view_course,grade_submissions")
			ok("new role quiet --at course/logic --overrides course-instructor --permission view_course")
			ok("new template tutor --role course-coach,session-coach")
			ok("new binding logic-learners --template " + learner + " --at course/logic --group second-year --review-by 2027-09-01T00:00:00Z")
			ok("new campus south --parent organisation/acme")
			many := noted("new binding desk --role course-coach --at-every course --under campus/north --where !closed --where kind=a " +
				"--where kind=b --person carol -o yaml --dry-run")
			if !strings.Contains(many, "{level: Course, under: {kind: Campus, name: north}, matchExpressions: [{key: closed, operator: DoesNotExist}, "+
				"{key: kind, operator: In, values: [a, b]}]}") {
				t.Errorf("got %s", many)
			}
			noted("new binding desk --role course-coach --at-every course --under campus/north --where kind!=sandbox --person carol")
			ok("new override bob-essay --person bob --at task/essay --reason Audit")
			ok("new deny no-exports --everyone --permission export_course_data --at acme/course/logic --in acme --reason Ruling")
			for question, want := range map[string]int{
				"can bob view_course course/logic": ExitYes, "can alice assign_roles organisation/acme": ExitYes,
				"can alice manage_wallet organisation/acme": ExitNo, "can carol view_course course/logic": ExitYes,
			} {
				if _, errOut, code := run(t, "", append(strings.Fields(question), "-f", dir)...); code != want {
					t.Errorf("%s: exit code %d %s", question, code, errOut)
				}
			}
			if out, _, _ := run(t, "", "members", "employees", "-f", dir, "-o", "name"); out != "alice\n" {
				t.Errorf("the employees are %q", out)
			}
			if out, errOut, code := run(t, "", "validate", "-f", dir); code != ExitYes {
				t.Errorf("not valid: exit code %d\n%s%s", code, out, errOut)
			}
		})
	}
}

func TestNewRefused(t *testing.T) {
	noCluster(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/school")); err != nil {
		t.Fatal(err)
	}
	quoted := strings.NewReplacer("_", " ")
	for args, want := range map[string]string{
		"new organisation x --pattern school":                                                                   "the patterns are education, corporate and community",
		"new organisation x":                                                                                    "give a pattern with --pattern",
		"new organization ../x --pattern community":                                                             "cannot be the name of an Organisation",
		"new organisation a.b --pattern community":                                                              "cannot be the name of a namespace",
		"new course Algebra_1 --public":                                                                         `for example algebra-1 --display-name "Algebra 1"`,
		"new course algebra --parent organisation/acme -n acme":                                                 "Course acme/algebra is declared already, at " + dir,
		"new course x --parent task/exam -n acme":                                                               "the parent of a course is a campus or an organisation",
		"new course x --parent exam -n acme":                                                                    "write LEVEL/NAME",
		"new course x --parent corp/organisation/a -n acme":                                                     "one of its own namespace, acme",
		"new course x -n acme":                                                                                  "give a --parent, for example --parent campus/NAME",
		"new course x --public --private bob -n acme":                                                           "exclude each other",
		"new course x --public --visibility All -n acme":                                                        "spec.visibility: Unsupported value",
		"new course y --public --file ../x.yaml -n acme":                                                        "leaves the folder",
		"new course y --public --file groups.yaml -n acme":                                                      "groups.yaml exists already, and no file is overwritten",
		"new person " + strings.Repeat("a", 64):                                                                 "at most 63",
		"new role course-x --at course/algebra --permission view_course -n acme":                                "Role acme/course-x",
		"new role x --at course/algebra --permission veiw_course -n acme":                                       "did you mean view_course?",
		"new role x --permission view_course -n acme":                                                           "--at is needed",
		"new binding x --at course/algebra --person bob -n acme":                                                "give either --role or --template",
		"new binding x --at course/algebra --role course-student -n acme":                                       "at least one --person or --group",
		"new binding x --at-every organisation --under campus/north --role course-student --person bob -n acme": "no organisation at or below a campus",
		"new binding x --at-every coruse --under campus/north --role course-student --person bob -n acme":       "is no level",
		"new binding x --at-every course --role course-student --person bob -n acme":                            "--under is needed",
		"new binding x --at-every course --at course/algebra -n acme":                                           "give either --at for one",
		"new binding x --at course/algebra --where a=b -n acme":                                                 "go with --at-every",
		"new binding x --at-every course --under campus/north --where =b -n acme":                               "write KEY=VALUE, KEY!=VALUE",
		"new deny x --permission manage_wallet --everyone --at course/a --reason r":                             "write NAMESPACE/LEVEL/NAME",
		"new deny x --permission manage_walet --everyone --reason r":                                            "no level has such permissions (manage_walet)",
		"new override x --person bob --at course/algebra -n acme":                                               "--reason is needed",
		"new person x --attribute year":                                                                         "write KEY=VALUE",
		"new person x -f .":                                                                                     "give the folder with --dir",
		"new group x --member Bob -n acme":                                                                      "spec.members[0].name",
		"new session x --parent course/algebra --starts-at tomorrow -n acme":                                    "--starts-at \"tomorrow\" is no time",
		"new binding x --at course/algebra --role course-student --person bob --until 31.12.2027 -n acme":       "write a day as 2027-06-30, which means that whole day",
		"new override x --person bob --at course/a --reason r --permission zz -n acme":                          "the level Course has no such permissions (zz)",
	} {
		list := strings.Fields(args)
		for i := range list {
			if i == 2 {
				list[i] = quoted.Replace(list[i])
			}
		}
		_, errOut, code := run(t, "", append(list, "--dir", dir)...)
		if code != ExitFailed || !strings.Contains(errOut, want) {
			t.Errorf("%s: exit code %d, %s; want %q", args, code, errOut, want)
		}
	}
}

// TestNewNotes tells of names that are not there yet, edits a kustomization, and shows what would be written.
func TestNewNotes(t *testing.T) {
	noCluster(t)
	dir := t.TempDir()
	kustomization := filepath.Join(dir, "kustomization.yaml")
	if err := os.WriteFile(kustomization, []byte("kind: Kustomization\nresources:\n- people/bob.yaml # first\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "people"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "people", "bob.yaml"),
		[]byte("apiVersion: provost.dev/v1alpha1\nkind: Person\nmetadata: {name: bob}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"new", "binding", "x", "--role", "course-studnet", "--at", "course/logic", "--group", "class", "-n", "acme", "--dir", dir}
	if _, errOut, code := run(t, "", "new", "course", "x", "--public", "--dir", dir); code != ExitFailed ||
		!strings.Contains(errOut, "holds no organisation") {
		t.Errorf("exit code %d %s", code, errOut)
	}
	out, errOut, code := run(t, "", append(args, "--dry-run", "-o", "yaml")...)
	want := `# Gives the role to the subjects at this entity, and nowhere below it.
apiVersion: provost.dev/v1alpha1
kind: RoleBinding
metadata: {name: x, namespace: acme}
spec:
  entityRef: {kind: Course, name: logic}
  roleRef: {name: course-studnet}
  subjects:
  - {kind: Group, name: class}
`
	if code != ExitYes || out != want {
		t.Errorf("exit code %d\n%s", code, out)
	}
	for _, n := range []string{"course logic does not exist: until it does, nothing is granted", "did you mean course-student",
		"group acme/class does not exist"} {
		if !strings.Contains(errOut, n) {
			t.Errorf("no note %q in %s", n, errOut)
		}
	}
	if text, _ := os.ReadFile(kustomization); strings.Contains(string(text), "bindings") {
		t.Errorf("a dry run writes: %s", text)
	}
	if out, errOut, code := run(t, "", args...); code != ExitYes || !strings.Contains(out, "edited "+kustomization) {
		t.Errorf("exit code %d\n%s%s", code, out, errOut)
	}
	const both = "kind: Kustomization\nresources:\n- people/bob.yaml # first\n- bindings/x.yaml\n"
	if text, _ := os.ReadFile(kustomization); string(text) != both {
		t.Errorf("got %s", text)
	}
	if _, errOut, code := run(t, "", "can", "bob", "view_course", "acme/course/logic", "-f", dir); code != ExitNo {
		t.Errorf("exit code %d %s", code, errOut)
	}
}

// TestAnEndIsAWholeDay writes a binding until a day, and reads that day where people read ends: the day counts to its last
// second, and an end in the manifests that begins with a day is not shown as if that day counted.
func TestAnEndIsAWholeDay(t *testing.T) {
	noCluster(t)
	dir := t.TempDir()
	const course = "apiVersion: provost.dev/v1alpha1\nkind: Course\nmetadata: {name: a, namespace: uni}\nspec: {ownership: Public}\n"
	if err := os.WriteFile(filepath.Join(dir, "a.yaml"), []byte(course), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, until := range []string{"--until", "--not-after"} {
		out, errOut, code := run(t, "", "new", "binding", "b", "--role", "course-student", "--at", "course/a", "--person", "ann", "-n", "uni",
			until, "2027-06-30", "--dir", dir, "--dry-run", "-o", "yaml")
		if code != ExitYes || !strings.Contains(out, `notAfter: "2027-07-01T00:00:00Z"`) {
			t.Errorf("%s: exit code %d\n%s%s", until, code, out, errOut)
		}
	}
	if _, errOut, code := run(t, "", "new", "binding", "b", "--role", "course-student", "--at", "course/a", "--person", "ann", "-n", "uni",
		"--until", "2027-06-30", "--dir", dir); code != ExitYes {
		t.Fatalf("exit code %d %s", code, errOut)
	}
	for question, want := range map[string]string{
		"who-can view_course course/a": "end of 2027-06-30", "permissions ann": "end of 2027-06-30",
		"why ann course/a view_course": "may view_course at uni/course/a, until end of 2027-06-30",
	} {
		out, errOut, _ := run(t, "", append(strings.Fields(question), "-f", dir, "--now", "2027-06-30T23:59:59Z")...)
		if !strings.Contains(out, want) || strings.Contains(out, "2027-07-01") {
			t.Errorf("%s:\n%s%s", question, out, errOut)
		}
	}
	out, _, code := run(t, "", "can", "ann", "view_course", "course/a", "-o", "wide", "-f", dir, "--now", "2027-07-01T00:00:00Z")
	if code != ExitNo || !strings.Contains(out, "ended at the end of 2027-06-30") {
		t.Errorf("exit code %d %s", code, out)
	}
}
