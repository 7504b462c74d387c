package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/testing/testenv"
)

// repository is a Git repository with one folder of examples/ in it.
type repository struct {
	t   *testing.T
	dir string
}

func newRepository(t *testing.T, example string) *repository {
	t.Helper()
	root, err := testenv.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	r := &repository{t, filepath.Join(t.TempDir(), "repository")}
	if err := os.CopyFS(r.dir, os.DirFS(filepath.Join(root, "examples", example))); err != nil {
		t.Fatal(err)
	}
	git(t, r.dir, "init", "--quiet", "-b", "main")
	r.commit("Begin")
	return r
}

func (r *repository) write(name, content string) {
	r.t.Helper()
	file := filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

func (r *repository) commit(message string) string {
	r.t.Helper()
	git(r.t, r.dir, "add", "-A")
	git(r.t, r.dir, "commit", "--quiet", "-m", message)
	return git(r.t, r.dir, "rev-parse", "HEAD")
}

// A day in the life of a small university, with the program and kubectl alone.
func TestAcme(t *testing.T) {
	t.Parallel()
	provost(t)
	repo := newRepository(t, "acme")
	dataDir, ctx := t.TempDir(), t.Context()
	u := startUp(t, dataDir, "--repo", repo.dir)
	begin := git(t, repo.dir, "rev-parse", "HEAD")
	baseline := offline(t, "--repo", repo.dir)
	u.converges(ctx, baseline)

	t.Run("tables", func(t *testing.T) {
		if roles := strings.Fields(u.kubectl("get", "roles.provost.dev", "-n", "provost-system", "-o", "name")); len(roles) != 37 {
			t.Errorf("%d system roles, want 37", len(roles))
		}
		for _, want := range []string{"course.provost.dev/algebra-1", "effectivepermissions.provost.dev/dana", "group.provost.dev/students",
			"READY"} {
			if got := u.kubectl("get", "provost", "-A"); !strings.Contains(got, want) {
				t.Errorf("kubectl get provost -A does not show %s:\n%s", want, got)
			}
		}
	})
	t.Run("explain", func(t *testing.T) {
		for _, what := range []string{
			"organisation.spec", "campus.spec", "course.spec", "module.spec", "session.spec", "task.spec", "person.spec", "group.spec.members",
			"roletemplate.spec", "permissionoverride.spec", "systemdeny.spec", "platform.spec", "gitsync.spec", "effectivepermissions.status.access",
		} {
			if got := u.kubectl("explain", what); !strings.Contains(got, "FIELD") || strings.Contains(got, "<no description>") {
				t.Errorf("kubectl explain %s:\n%s", what, got)
			}
		}
		for _, what := range []string{"role.spec", "rolebinding.spec.subjects"} {
			if got := u.kubectl("explain", what, "--api-version=provost.dev/v1alpha1"); !strings.Contains(got, "FIELD") {
				t.Errorf("kubectl explain %s:\n%s", what, got)
			}
		}
	})

	t.Run("a list of one kind", func(t *testing.T) { // whose items say no kind, to kubectl as to the one reader
		file := filepath.Join("..", "..", "examples", "university", "people", "staff-law.yaml")
		if got := u.kubectl("apply", "--dry-run=server", "-o", "name", "-f", file); strings.Count(got, "person.provost.dev/") != 24 {
			t.Errorf("kubectl takes %s", got)
		}
	})

	t.Run("check", func(t *testing.T) { u.isHealthy(t, begin) })

	step := func(name string, change func() string, check func(t *testing.T)) {
		t.Run(name, func(t *testing.T) {
			u.reconcile(ctx, change())
			u.converges(ctx, offline(t, "--repo", repo.dir))
			if check != nil {
				check(t)
			}
		})
	}
	status := func(t *testing.T, person string) provostv1.EffectivePermissionsStatus {
		t.Helper()
		var e provostv1.EffectivePermissions
		if err := u.client.Get(ctx, client.ObjectKey{Namespace: "acme", Name: person}, &e); err != nil {
			t.Fatal(err)
		}
		return e.Status
	}
	const team = `apiVersion: provost.dev/v1alpha1
kind: Group
metadata: {name: newcomers, namespace: acme}
spec:
  parentRef: {name: students}
  members:
  - {name: newton}
`
	step("a leaf group is added", func() string {
		repo.write("groups/newcomers.yaml", team)
		return repo.commit("Add newcomers")
	}, func(t *testing.T) {
		if s := status(t, "newton"); len(s.Access) == 0 || !strings.Contains(fmt.Sprint(s.Access), "Course/study-skills") {
			t.Errorf("what is given to students does not reach a newcomer: %v", s.Access)
		}
		if got := u.kubectl("get", "group", "students", "-n", "acme", "-o", "jsonpath={.status.members[*].name}"); !strings.Contains(got,
			"newton") {
			t.Errorf("newton is no student: %s", got)
		}
	})
	step("a person is removed in the middle", func() string {
		repo.write("groups/newcomers.yaml", strings.Replace(team, "{name: newton}", "{name: newton, state: Removed}", 1)+`---
apiVersion: provost.dev/v1alpha1
kind: Group
metadata: {name: newcomers-monday, namespace: acme}
spec:
  parentRef: {name: newcomers}
  members: [{name: newton}]
`)
		return repo.commit("Remove newton in the middle")
	}, func(t *testing.T) {
		if got := u.kubectl("get", "group", "newcomers-monday", "-n", "acme", "-o", "jsonpath={.status.memberCount}"); got != "0" {
			t.Errorf("the group below a Removed has %q members", got)
		}
	})
	step("a file is deleted", func() string {
		git(t, repo.dir, "rm", "--quiet", "groups/newcomers.yaml")
		return repo.commit("Forget the newcomers")
	}, func(t *testing.T) {
		if got := u.kubectl("get", "groups.provost.dev", "-n", "acme", "-o", "name"); strings.Contains(got, "newcomers") {
			t.Errorf("a deleted file does not prune:\n%s", got)
		}
		if diff := cmp.Diff(baseline, u.inCluster(ctx)); diff != "" {
			t.Errorf("the statuses are not those of the beginning (-then +now):\n%s", diff)
		}
	})
	step("an override comes", func() string {
		repo.write("courses/algebra-1/override.yaml", `apiVersion: provost.dev/v1alpha1
kind: Role
metadata: {name: algebra-instructor, namespace: acme}
spec:
  level: Course
  type: Override
  overrides: course-instructor
  entityRef: {kind: Course, name: algebra-1}
  permissions: [view_course]
`)
		return repo.commit("Override")
	}, func(t *testing.T) {
		if out, err := exec.Command(provost(t), "can", "dana", "grade_submissions", "acme/course/algebra-1", "--kubeconfig",
			u.kubeconfig()).Output(); err == nil {
			t.Errorf("an override does not bite: %s", out)
		}
	})
	step("the override is reverted", func() string {
		git(t, repo.dir, "revert", "--no-edit", "HEAD")
		return git(t, repo.dir, "rev-parse", "HEAD")
	}, func(t *testing.T) {
		if diff := cmp.Diff(baseline, u.inCluster(ctx)); diff != "" {
			t.Errorf("the statuses are not those of the beginning (-then +now):\n%s", diff)
		}
	})
	step("a grant that ends by the clock", func() string {
		repo.write("access/soon.yaml", fmt.Sprintf(`apiVersion: provost.dev/v1alpha1
kind: RoleBinding
metadata: {name: soon, namespace: acme}
spec:
  entityRef: {kind: Course, name: algebra-1}
  roleRef: {name: course-coach}
  subjects: [{kind: Person, name: passerby}]
  notAfter: %q
`, time.Now().Add(8*time.Second).UTC().Format(time.RFC3339)))
		return repo.commit("For a few seconds")
	}, func(t *testing.T) {
		eventually(t, func() string {
			err := u.client.Get(ctx, client.ObjectKey{Namespace: "acme", Name: "passerby"}, &provostv1.EffectivePermissions{})
			return want("NotFound", err)
		})
	})

	t.Run("drift is put back", func(t *testing.T) {
		u.kubectl("patch", "group", "science-2026", "-n", "acme", "--type=json", "-p",
			`[{"op": "add", "path": "/spec/members/-", "value": {"name": "mallory"}}]`)
		u.kubectl("delete", "rolebinding.provost.dev", "algebra-1-lead", "-n", "acme")
		eventually(t, func() string {
			err := u.client.Get(ctx, client.ObjectKey{Namespace: "acme", Name: "mallory"}, &provostv1.EffectivePermissions{})
			if err != nil {
				return "mallory has got nothing: " + err.Error()
			}
			return ""
		})
		u.reconcile(ctx, git(t, repo.dir, "rev-parse", "HEAD"))
		u.converges(ctx, offline(t, "--repo", repo.dir))
	})
	t.Run("a bad file holds the commit back", func(t *testing.T) {
		repo.write("groups/bad.yaml", strings.Replace(team, "parentRef: {name: students}", "parentRef: {nam: students}", 1))
		repo.write("groups/newcomers.yaml", strings.ReplaceAll(team, "newcomers", "latecomers"))
		repo.commit("Bad")
		u.annotate()
		eventually(t, func() string {
			got := u.kubectl("get", "gitsync", "up", "-n", "provost-system", "-o", `jsonpath={.status.conditions[?(@.type=="Ready")].message}`)
			if !strings.Contains(got, "groups/bad.yaml:5") {
				return "the condition does not name the file and line: " + got
			}
			return ""
		})
		u.converges(ctx, baseline)
		git(t, repo.dir, "reset", "--quiet", "--hard", "HEAD~1")
	})
	t.Run("a second start continues", func(t *testing.T) {
		git(t, repo.dir, "reset", "--quiet", "--hard", begin)
		u.stop()
		u = startUp(t, dataDir, "--repo", repo.dir)
		u.converges(ctx, baseline)
		u.stop()
	})
}

func want(reason string, err error) string {
	if err == nil {
		return "still there"
	}
	if !strings.Contains(strings.ReplaceAll(err.Error(), " ", ""), "notfound") {
		return fmt.Sprintf("%v, want %s", err, reason)
	}
	return ""
}
