package edit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/assertions"
	"provost.dev/provost/internal/testing/need"
)

// TestForgottenIsForgotten takes people of the university of the examples out, one at a time: nothing names them then, neither
// object nor test, and each patch takes lines away and adds none.
func TestForgottenIsForgotten(t *testing.T) {
	t.Parallel()
	w := opened(t, "../../../examples/acme")
	refused := 0
	people := w.Snapshot.People()
	for i := 0; i < len(people); i += len(people)/need.AtMost(5, 2) + 1 {
		who := people[i]
		got, err := w.Forget(t.Context(), who)
		if err != nil {
			if refused++; !strings.Contains(err.Error(), "first") {
				t.Errorf("%s: %v", who, err)
			}
			continue
		}
		if got.After.Known(who) || got.Set.Snapshot().Known(who) || len(got.What) == 0 {
			t.Errorf("%s is named still, or was not: %v", who, got.What)
		}
		for _, f := range got.Files {
			if strings.Contains(string(f.After), "name: "+who+"}") || len(f.After) >= len(f.Before) {
				t.Errorf("%s: %s holds the name still", who, f.Name)
			}
		}
	}
	if refused == len(people) {
		t.Error("everybody was refused")
	}
}

func opened(t *testing.T, dir string) *Workspace {
	t.Helper()
	w, err := Open(t.Context(), manifest.Options{}, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return w
}

// folderOf writes files into a folder, and opens it.
func folderOf(t *testing.T, files map[string]string) (*Workspace, string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return opened(t, dir), dir
}

const (
	head     = "apiVersion: provost.dev/v1alpha1\nkind: "
	course   = head + "Course\nmetadata: {name: algebra, namespace: acme}\n"
	binding  = head + "RoleBinding\nmetadata: {name: NAME, namespace: acme}\nspec: # of NAME\n  entityRef: {kind: Course, name: algebra}\n" + "  roleRef: {name: course-student}\n  subjects:\n"
	denyText = head + "SystemDeny\nmetadata: {name: d}\nspec: {subjects: [{kind: Person, name: abe}], permissions: [view_course], reason: r}\n"
)

func bindingOf(name string, people ...string) string {
	text := strings.ReplaceAll(binding, "NAME", name)
	for _, who := range people {
		text += "  - {kind: Person, name: " + who + "}\n"
	}
	return text
}

// TestForgetWithItsFile deletes the files of which nothing is left and their names in the kustomization, and edits tests.
func TestForgetWithItsFile(t *testing.T) {
	t.Parallel()
	w, dir := folderOf(t, map[string]string{
		"kustomization.yaml": "resources:\n- course.yaml\n- ./abe.yaml # his\n- both.yaml\n- deny.yaml\n",
		"course.yaml":        course, "abe.yaml": bindingOf("abe", "abe"), "both.yaml": bindingOf("both", "abe", "dana"), "deny.yaml": denyText,
		"access_test.yaml": "apiVersion: " + assertions.APIVersion + "\nkind: AccessTest\nmetadata: {name: t, namespace: acme}\nspec:\n  tests:\n" +
			"  - {people: [abe], may: [view_course], entity: course/algebra}\n" +
			"  - {permission: view_course, entity: course/algebra, only: [abe, dana]} # who\n" +
			"  - {role: course-student, entity: course/algebra, only: [abe]}\n",
	})
	got, err := w.Forget(t.Context(), "abe")
	if err != nil {
		t.Fatal(err)
	}
	if err := got.Write(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"kustomization.yaml": "resources:\n- course.yaml\n- both.yaml\n", "both.yaml": bindingOf("both", "dana"), "abe.yaml": "", "deny.yaml": "",
	} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if string(text) != want || (want == "") != os.IsNotExist(err) {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	if text, _ := os.ReadFile(filepath.Join(dir, "access_test.yaml")); !strings.HasSuffix(string(text),
		"  tests:\n  - {permission: view_course, entity: course/algebra, only: [dana]} # who\n"+
			"  - {role: course-student, entity: course/algebra, only: []}\n") {
		t.Errorf("the tests are %s", text)
	}
}

// TestForgetRefuses is what would leave something half done.
func TestForgetRefuses(t *testing.T) {
	t.Parallel()
	platform := head + "Platform\nmetadata: {name: platform}\nspec: {administrators: [{kind: Person, name: abe}]}\n"
	private := head + "Course\nmetadata: {name: own, namespace: acme}\nspec: {ownership: Private, owner: abe}\n"
	for name, tc := range map[string]struct {
		files map[string]string
		want  string
	}{
		"an owner":     {map[string]string{"a.yaml": private}, "a.yaml:4: Course acme/own: abe owns it"},
		"the last":     {map[string]string{"a.yaml": platform}, "Platform platform: nobody else administers the platform"},
		"another name": {map[string]string{"kustomization.yaml": "resources: [abe.yaml, c.yaml]\npatches:\n- {path: abe.yaml}\n", "abe.yaml": bindingOf("abe", "abe"), "c.yaml": course}, "the kustomization names abe.yaml"},
		"a patch": {map[string]string{"kustomization.yaml": "resources: [c.yaml, b.yaml]\npatches:\n- patch: |-\n    - {op: add, path: /spec/subjects/-, " +
			"value: {kind: Person, name: abe}}\n  target: {kind: RoleBinding}\n", "c.yaml": course, "b.yaml": bindingOf("b", "dana")},
			"a kustomization patches it"},
	} {
		w, _ := folderOf(t, tc.files)
		if _, err := w.Forget(t.Context(), "abe"); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEndFor ends what is about somebody alone, and nothing else.
func TestEndFor(t *testing.T) {
	t.Parallel()
	w, dir := folderOf(t, map[string]string{"all.yaml": course + "---\n" + bindingOf("abe", "abe") + "# end of it\n---\n" + bindingOf("both", "abe", "dana")})
	got, err := w.EndFor(t.Context(), time.Date(2027, 7, 1, 0, 0, 0, 0, time.UTC), "abe")
	if err != nil || len(got.What) != 1 {
		t.Fatal(got, err)
	}
	if err := got.Write(); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(filepath.Join(dir, "all.yaml"))
	want := course + "---\n" + bindingOf("abe", "abe") +
		"  notAfter: \"2027-07-01T00:00:00Z\"\n# end of it\n---\n" + bindingOf("both", "abe", "dana")
	if string(text) != want {
		t.Errorf("%s", text)
	}
}
