package assertions_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/assertions"
)

func TestBadFiles(t *testing.T) {
	const at = "school/people/access_test.yaml:"
	for _, tc := range []struct{ name, text, want string }{
		{"unknown field", suite("{person: dana, may: [view_course], entity: course/algebra}"),
			at + `6:6: spec.tests[0].person: unknown field "person"; the fields here are ` +
				"name, at, people, may, mayNot, entity, each, group, members, notMembers, permission, role, apart, only, count, atLeast and atMost"},
		{"misspelt field", suite("{people: [dana], maynot: [view_course], entity: course/algebra}"),
			at + `6:22: spec.tests[0].maynot: unknown field "maynot"; did you mean mayNot or may?`},
		{"not a list", suite("{people: dana, may: [view_course], entity: course/algebra}"), at +
			"6:14: spec.tests[0].people: a list is expected here, not the text \"dana\"; begin each entry with \"- \""},
		{"not a number", suite("{group: teachers, count: few}"), at +
			"6:30: spec.tests[0].count: a whole number is expected here, not the text \"few\""},
		{"not YAML", "a: [\n", at + "1:1: this is not YAML: did not find expected node content"},
		{"a manifest", "apiVersion: provost.dev/v1alpha1\nkind: Person\nmetadata: {name: dana}\n",
			at + "1:1: kind: a file of this name holds AccessTests only; write apiVersion: test.provost.dev/v1alpha1 and kind: AccessTest, or " +
				"rename the file"},
		{"no name", "apiVersion: test.provost.dev/v1alpha1\nkind: AccessTest\nmetadata: {}\nspec:\n  tests: []\n",
			at + "3:11: AccessTest: metadata.name: the tests have no name; add metadata.name, which reports show\n" +
				at + "5:10: AccessTest: spec.tests: there are no tests; add one, or remove the document"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tests, err := read(t, tc.text)
			if tests != nil {
				t.Error("there are tests")
			}
			same(t, err, tc.want)
		})
	}
}

// TestHalves is about tests that say too little to be one, or too much.
func TestHalves(t *testing.T) {
	for test, want := range map[string]string{
		"{name: nothing}": "the test asserts nothing",
		"{role: course-student, entity: course/algebra}":                                    "the test asserts nothing of who holds the role",
		"{role: course-student, count: 1}":                                                  "the test does not say where",
		"{apart: [course-student], each: {level: Course}}":                                  "apart is about two roles or more, each once, and about nothing else",
		"{apart: [course-student, course-student], each: {level: Course}}":                  "apart is about two roles or more, each once, and about nothing else",
		"{role: course-student, each: {level: Course}, entity: course/algebra, count: 1}":   "the test is about one entity, and about all of a level",
		"{group: teachers, each: {level: Course}, count: 1}":                                "a group's members are the same everywhere",
		"{role: course-student, permission: view_course, entity: course/algebra, count: 1}": "the test is about several things",
		"{people: [dana], may: [view_course], group: teachers, entity: course/algebra}":     "the test is about several things",
		"{may: [view_course], entity: course/algebra}":                                      "the test does not say who",
		"{people: [dana], entity: course/algebra}":                                          "the test does not say what they may do, or may not",
		"{people: [dana], may: [view_course]}":                                              "the test does not say where",
		"{people: [dana], may: [view_course], entity: course/algebra, count: 1}":            "only and the counts go with a group or a permission",
		"{members: [dana]}": "the test does not say which group",
		"{group: teachers, members: [dana], entity: course/algebra}": "a group's members are the same everywhere",
		"{group: teachers}":                                    "the test asserts nothing of the group",
		"{permission: view_course, count: 1}":                  "the test does not say where",
		"{permission: view_course, entity: course/algebra}":    "the test asserts nothing of who may",
		"{group: teachers, permission: view_course, only: []}": "the test is about several things",
	} {
		t.Run(test, func(t *testing.T) {
			_, err := read(t, suite(test))
			problems, ok := manifest.AsProblems(err)
			if !ok || len(problems) != 1 {
				t.Fatalf("got %v", err)
			}
			if p := problems[0]; p.Message != want || p.Line != 6 || p.Remedy == "" || !strings.HasPrefix(p.Field, "spec.tests[0]") {
				t.Errorf("got %v, want %q", p, want)
			}
		})
	}
}

func TestRead(t *testing.T) {
	file := &fstest.MapFile{Data: []byte(suite("{group: teachers, count: 1}"))}
	source := manifest.Source{Dir: "acme", Name: "x", FS: fstest.MapFS{
		"acme/b_test.yml": file, "acme/a/a_test.yaml": file, "elsewhere/c_test.yaml": file, "acme/.git/d_test.yaml": file,
		"acme/.e_test.yaml": file, "acme/test.yaml": file, "acme/f_test.json": file,
		"acme/two_test.yaml": {Data: []byte(string(file.Data) + "---\n" + string(file.Data))},
	}}
	tests, err := assertions.Read(t.Context(), source)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range tests {
		got = append(got, x.Position.String())
	}
	if diff := cmp.Diff([]string{"x/a/a_test.yaml:1", "x/b_test.yml:1", "x/two_test.yaml:1", "x/two_test.yaml:8"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if _, err := assertions.Read(t.Context(), manifest.Source{Stream: strings.NewReader("")}); err == nil {
		t.Error("standard input holds no files")
	}
}
