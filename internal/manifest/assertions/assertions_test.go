package assertions_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/assertions"
)

// school is what is asked: dana leads the course, abe assisted until the end of June 2026, and rita is kept out.
const school = `apiVersion: provost.dev/v1alpha1
kind: Course
metadata: {name: algebra, namespace: acme}
---
apiVersion: provost.dev/v1alpha1
kind: Group
metadata: {name: teachers, namespace: acme}
spec: {members: [{name: dana}, {name: rita, state: Removed}]}
---
apiVersion: provost.dev/v1alpha1
kind: RoleBinding
metadata: {name: teachers, namespace: acme}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-instructor}, subjects: [{kind: Group, name: teachers}]}
---
apiVersion: provost.dev/v1alpha1
kind: RoleBinding
metadata: {name: assistants, namespace: acme}
spec:
  entityRef: {kind: Course, name: algebra}
  roleRef: {name: course-instructor}
  subjects: [{kind: Person, name: abe}]
  notAfter: "2026-06-30T00:00:00Z"
---
apiVersion: provost.dev/v1alpha1
kind: RoleBinding
metadata: {name: coaches, namespace: acme}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-coach}, subjects: [{kind: Group, name: teachers}]}
`

var now = time.Date(2027, time.March, 1, 12, 0, 0, 0, time.UTC)

// outcomesOf is what becomes of the tests of a text that has nothing wrong with it.
func outcomesOf(t *testing.T, text string) []assertions.Outcome {
	t.Helper()
	tests, err := read(t, text)
	if err != nil {
		t.Fatal(err)
	}
	s := snapshot(t)
	outcomes, err := assertions.Run(s, words{s}, tests, now)
	if err != nil {
		t.Fatal(err)
	}
	return outcomes
}

func snapshot(t *testing.T) *directory.Snapshot {
	t.Helper()
	set, err := manifest.Read(t.Context(), manifest.Options{}, manifest.Source{Name: "school.yaml", Stream: strings.NewReader(school)})
	if err != nil {
		t.Fatal(err)
	}
	return set.Snapshot()
}

// words takes the words of a test for what they say, and knows what the school has.
type words struct{ *directory.Snapshot }

func (w words) Entity(text, namespace string) (directory.EntityKey, error) {
	kind, name, _ := strings.Cut(text, "/")
	level, _ := catalogue.ParseLevel(kind)
	key := directory.EntityKey{Level: level, Namespace: namespace, Name: name}
	if !w.Snapshot.Entity(key, now).Declared {
		return key, fmt.Errorf("there is no %s", key)
	}
	return key, nil
}

func (w words) Group(text, namespace string) (directory.Key, error) {
	key := directory.Key{Namespace: namespace, Name: text}
	if _, ok := w.Record(directory.ID{Kind: directory.KindGroup, Namespace: namespace, Name: text}); !ok {
		return key, fmt.Errorf("there is no group %s", key)
	}
	return key, nil
}

func (w words) Permission(id string, level catalogue.Level) (catalogue.Permission, error) {
	p, ok := level.Permission(id)
	if !ok {
		return p, fmt.Errorf("%s has no permission %q", level, id)
	}
	return p, nil
}

// suite is an AccessTest, whose first test stands in line 6.
func suite(tests ...string) string {
	return "apiVersion: test.provost.dev/v1alpha1\nkind: AccessTest\nmetadata: {name: school, namespace: acme}\nspec:\n  tests:\n  - " +
		strings.Join(tests, "\n  - ") + "\n"
}

func read(t *testing.T, text string) ([]*assertions.AccessTest, error) {
	t.Helper()
	files := fstest.MapFS{"people/access_test.yaml": &fstest.MapFile{Data: []byte(text)}}
	return assertions.Read(t.Context(), manifest.Source{FS: files, Dir: ".", Name: "school"})
}

func TestRun(t *testing.T) {
	for _, tc := range []struct {
		test       string
		assertions int
		failures   []string
	}{
		{"{people: [dana], may: [view_course, grade_submissions], entity: course/algebra}", 2, nil},
		{"{people: [dana, abe, rita], may: [view_course], entity: course/algebra}", 3, []string{
			"6:39: abe may not view_course at acme/course/algebra", "6:39: rita may not view_course at acme/course/algebra"}},
		{"{people: [abe, rita], mayNot: [view_course], entity: course/algebra}", 2, nil},
		{"{people: [dana], mayNot: [manage_course_users, view_course], entity: course/algebra}", 2, []string{
			"6:52: dana may view_course at acme/course/algebra"}},
		{`{at: "2026-06-29T23:59:59Z", people: [abe], may: [view_course], entity: course/algebra}`, 1, nil},
		{`{at: "2026-06-30T00:00:00Z", people: [abe], may: [view_course], entity: course/algebra}`, 1, []string{
			"6:55: abe may not view_course at acme/course/algebra"}},

		{"{group: teachers, members: [dana], notMembers: [rita, abe], only: [dana], count: 1, atLeast: 1, atMost: 1}", 8, nil},
		{"{group: teachers, members: [rita]}", 1, []string{"6:33: rita is no member of Group acme/teachers"}},
		{"{group: teachers, notMembers: [dana]}", 1, []string{"6:36: dana is a member of Group acme/teachers"}},
		{"{group: teachers, only: [abe]}", 2, []string{
			"6:29: dana is one of the members, and was not expected", "6:30: abe is not one of the members"}},
		{"{group: teachers, only: []}", 1, []string{"6:29: dana is one of the members, and was not expected"}},
		{"{group: teachers, count: 0}", 1, []string{"6:30: there is 1 member, not 0: dana"}},

		{"{permission: view_course, entity: course/algebra, only: [dana], count: 1}", 3, nil},
		{`{permission: view_course, entity: course/algebra, at: "2026-01-01T00:00:00Z", only: [abe, dana], atLeast: 2}`, 5, nil},
		{"{permission: view_course, entity: course/algebra, atLeast: 2}", 1, []string{
			"6:64: there is 1 person who may view_course at acme/course/algebra, not at least 2: dana"}},
		{`{permission: view_course, entity: course/algebra, at: "2026-01-01T00:00:00Z", atMost: 1}`, 1, []string{
			"6:91: there are 2 people who may view_course at acme/course/algebra, not at most 1: abe, dana"}},
		{"{role: course-instructor, entity: course/algebra, only: [dana]}", 2, nil},
		{"{each: {level: course}, role: course-instructor, atLeast: 1}", 1, nil},
		{"{each: {level: Course}, role: course-student, atLeast: 1}", 1, []string{
			"6:60: there is no person who holds course-student at acme/course/algebra, not at least 1"}},
		{"{each: {level: Course}, people: [dana, abe], may: [view_course]}", 2, []string{
			"6:56: abe may not view_course at acme/course/algebra"}},
		{"{each: {level: Course}, permission: grade_submissions, atMost: 0}", 1, []string{
			"6:68: there is 1 person who may grade_submissions at acme/course/algebra, not at most 0: dana"}},
		{"{each: {level: Course}, apart: [course-instructor, course-student]}", 1, nil},
		{"{entity: course/algebra, apart: [course-instructor, course-admin, course-coach]}", 3, []string{
			"6:37: dana holds both course-instructor and course-coach at acme/course/algebra"}},
		{"{permission: manage_course_users, entity: course/algebra, count: 3}", 1, []string{
			"6:70: there is no person who may manage_course_users at acme/course/algebra, not 3"}},
	} {
		t.Run(tc.test, func(t *testing.T) {
			outcomes := outcomesOf(t, suite(tc.test))
			var failures []string
			for _, f := range outcomes[0].Failures {
				failures = append(failures, fmt.Sprintf("%d:%d: %s", f.Position.Line, f.Position.Column, f.Message))
			}
			if diff := cmp.Diff(tc.failures, failures); diff != "" || outcomes[0].Assertions != tc.assertions {
				t.Errorf("%d assertions; failures (-want +got)\n%s", outcomes[0].Assertions, diff)
			}
		})
	}
}

// What an outcome says of itself: its name, its place, its time and those whom nothing mentions.
func TestOutcomes(t *testing.T) {
	text := strings.Replace(suite(
		"{name: first, people: [dana], mayNot: [manage_course_users], entity: course/algebra}",
		`{at: "2025-01-01T00:00:00Z", people: [danna], mayNot: [view_course], entity: course/algebra}`,
		"{group: teachers, members: [dana], notMembers: [nobody]}",
	), "spec:\n", "spec:\n  at: \"2026-01-01T00:00:00Z\"\n", 1)
	outcomes := outcomesOf(t, text)
	var got []string
	for _, o := range outcomes {
		line := fmt.Sprintf("%s: %s, %s, %s", o.Position, o.Suite, o.Test, o.At.UTC().Format(time.DateOnly))
		for _, x := range o.Strangers {
			line += fmt.Sprintf(", stranger %s at %s:%d", x.Person, x.Position, x.Position.Column)
		}
		got = append(got, line)
	}
	want := []string{
		"school/people/access_test.yaml:7: school, first, 2026-01-01",
		"school/people/access_test.yaml:8: school, test 2, 2025-01-01, stranger danna at school/people/access_test.yaml:8:43",
		"school/people/access_test.yaml:9: school, test 3, 2026-01-01, stranger nobody at school/people/access_test.yaml:9:53",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A name that means nothing is never an assertion that holds.
func TestNamesOfNothing(t *testing.T) {
	tests, err := read(t, suite(
		"{people: [dana], mayNot: [fly, view_course], entity: course/algebra}",
		"{people: [dana], mayNot: [view_course], entity: course/logic}",
		"{group: cooks, notMembers: [dana]}",
		"{permission: fly, entity: course/algebra, count: 0}",
		"{permission: view_course, entity: course/logic, count: 0}",
		"{role: course-instructo, entity: course/algebra, count: 0}",
		"{each: {level: Campus}, apart: [campus-member, campus-admin]}",
		"{each: {level: curse}, role: course-instructor, atLeast: 0}",
		"{each: {level: Course, except: [course/logic]}, apart: [course-student, course-instructor]}",
	))
	if err != nil {
		t.Fatal(err)
	}
	s := snapshot(t)
	outcomes, err := assertions.Run(s, words{s}, tests, now)
	if outcomes != nil {
		t.Error("there are outcomes")
	}
	same(t, err, `school/people/access_test.yaml:6:31: AccessTest school: spec.tests[0].mayNot[0]: Course has no permission "fly"
school/people/access_test.yaml:7:53: AccessTest school: spec.tests[1].entity: there is no acme/course/logic
school/people/access_test.yaml:8:13: AccessTest school: spec.tests[2].group: there is no group acme/cooks
school/people/access_test.yaml:9:18: AccessTest school: spec.tests[3].permission: Course has no permission "fly"
school/people/access_test.yaml:10:39: AccessTest school: spec.tests[4].entity: there is no acme/course/logic
school/people/access_test.yaml:11:12: AccessTest school: spec.tests[5].role: there is no role "course-instructo" of the level Course in the namespace acme; did you mean course-instructor?
school/people/access_test.yaml:12:12: AccessTest school: spec.tests[6].each: there is no campus in the namespace acme of which the test could say anything
school/people/access_test.yaml:13:20: AccessTest school: spec.tests[7].each.level: "curse" is no level; the levels are organisation, campus, course, module, session and task
school/people/access_test.yaml:14:37: AccessTest school: spec.tests[8].each.except[0]: there is no acme/course/logic`)
}

func same(t *testing.T, err error, want string) {
	t.Helper()
	var problems manifest.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("no problems, but %v", err)
	}
	if diff := cmp.Diff(want, problems.Error()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
