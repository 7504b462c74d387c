package controllers_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	testclock "k8s.io/utils/clock/testing"
	"sigs.k8s.io/yaml"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitsync/gittest"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/testenv"
)

// Where the worked cases of windows, terms, selections, composed groups, attributes and renames (R12a, R33 to R39) stand: beside
// the engine and the oracle, from manifests as a folder has them, and in a live cluster.
//
//	case                             engine and oracle                        folder                       live
//	 1 until the end of a day        directory: TestRules (windows, terms)    TestMoments                  TestMoments
//	 2 a term moved, and deleted     directory: terms_test.go, plan: terms    validate, golden outputs     TestTerms
//	 3 the help desk of a campus     directory: rules_selections              authority: selections.txt    TestSelections
//	 4 labelled for power            authority: selections.txt                -                            admission: attacks.txt
//	 5 the exam board                directory: rules_above                   plan                         TestRolesForAllBelow
//	 6 instructors do not grade      directory: rules_above                   plan                         TestRolesForAllBelow
//	 7 staff without contractors     directory: rules_compose                 validate                     TestComposedGroups
//	 8 circles                       directory: rules_compose                 validate                     TestComposedGroups
//	 9 not up through the group      directory: rules_compose                 validate                     TestComposedGroups
//	10 two departments, one letter   TestMoments                              TestMoments, manifest        TestMoments
//	11 a course renamed              plan: renames_test.go                    TestRenamed                  TestRenamed
//	12 away for some months          directory: TestRules (windows)           TestMoments                  TestMoments

// moment is a time by the clock, and the members of groups from then on.
type moment struct {
	at      string
	members map[string]string
}

// seasons has a guest until the end of 31 March in Berlin, twice over: by a date and by a term; somebody who is away from March to
// May; and somebody of two departments.
const seasons = `
{kind: Term, metadata: {name: winter}, spec: {firstDay: "2026-10-01", lastDay: "2027-03-31", timeZone: Europe/Berlin}}
---
kind: Group
metadata: {name: cohort}
spec:
  members:
  - {name: gus, notAfter: "2027-03-31T22:00:00Z"}
  - {name: tess, termRef: {name: winter}}
  - {name: max}
  - {name: max, id: spring, state: Removed, notBefore: "2027-02-28T23:00:00Z", notAfter: "2027-05-31T22:00:00Z"}
---
kind: RoleBinding
metadata: {name: cohort}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-student}, subjects: [{kind: Group, name: cohort}]}
---
{kind: Person, metadata: {name: pia}, spec: {attributes: {department: [mathematics, physics], city: [Zürich]}}}
---
{kind: Group, metadata: {name: physicists}, spec: {memberSelector: {matchLabels: {department: physics}}}}
---
{kind: Group, metadata: {name: mathematicians}, spec: {memberSelector: {matchLabels: {department: mathematics}}}}
---
{kind: Group, metadata: {name: elsewhere}, spec: {memberSelector: {matchExpressions: [{key: city, operator: NotIn, values: [Zürich]}]}}}`

var moments = []moment{
	{"2027-02-28T22:59:59Z", map[string]string{"cohort": "gus,max,tess", "physicists": "pia", "mathematicians": "pia", "elsewhere": ""}},
	{"2027-02-28T23:00:00Z", map[string]string{"cohort": "gus,tess"}},
	{"2027-03-31T21:59:59Z", map[string]string{"cohort": "gus,tess"}},
	{"2027-03-31T22:00:00Z", map[string]string{"cohort": ""}},
	{"2027-05-31T21:59:59Z", map[string]string{"cohort": ""}},
	{"2027-05-31T22:00:00Z", map[string]string{"cohort": "max"}},
}

// TestMoments is worked cases 1, 10 and 12: the same manifests read from files, by the engine and by the oracle, and live with a
// clock of the test's own. No more is written than statuses, and those only when something begins or ends.
func TestMoments(t *testing.T) {
	env := testenv.Start(t)
	env.Clear(t)
	env.Namespace(t, "acme", nil)
	engine, naive := asRead(t, school+"\n---"+seasons)
	clock := testclock.NewFakeClock(timeOf(t, moments[0].at).Add(-time.Hour))
	m := run(t, env, func(o *manager.Options) { o.Clock = clock })
	env.Apply(t, "acme", school+"\n---"+seasons)
	for i, now := range moments {
		before := m.writes.Total()
		clock.SetTime(timeOf(t, now.at))
		var lines []string
		for group, want := range now.members {
			lines = append(lines, fmt.Sprintf("Group/acme/%s members=%s", group, want))
			k := directory.Key{Namespace: "acme", Name: group}
			for name, answers := range map[string]interface {
				Members(directory.Key, time.Time) []directory.Membership
			}{"engine": engine, "oracle": naive} {
				if got := people(answers.Members(k, timeOf(t, now.at))); got != want {
					t.Errorf("%s: %s has %s as members for the %s, want %s", now.at, group, got, name, want)
				}
			}
			if group == "cohort" {
				for _, who := range []string{"gus", "max", "tess"} {
					if slices.Contains(strings.Split(want, ","), who) {
						lines = append(lines, fmt.Sprintf("EffectivePermissions/acme/%s roles[Course/algebra]=course-student", who))
					} else {
						lines = append(lines, fmt.Sprintf("EffectivePermissions/acme/%s absent", who))
					}
				}
			}
		}
		env.Expect(t, strings.Join(lines, "\n"))
		calm(m.writes)
		if still := i > 0 && fmt.Sprint(moments[i-1].members["cohort"]) == now.members["cohort"]; still && m.writes.Total() != before {
			t.Errorf("%s: something is written although nothing begins or ends: %s", now.at, m.writes)
		}
	}
	for _, declared := range []string{"groups", "terms", "people", "rolebindings"} {
		if m.writes.Of("PATCH "+declared) != 0 {
			t.Errorf("what is declared is written: %s", m.writes)
		}
	}
	// The same letter written apart is no other text: whoever has it in a cluster that takes it is chosen by nobody (R37).
	env.Apply(t, "acme", strings.ReplaceAll(`{kind: Person, metadata: {name: zoe}, spec: {attributes: {city: [Zürich]}}}`, "ü", "u\u0308"))
	env.Expect(t, "Person/zoe Ready=False/Invalid\nGroup/acme/elsewhere members=")
}

// asRead are manifests as the engine and the oracle have them that read them from a file.
func asRead(t *testing.T, text string) (*directory.Snapshot, *oracle.World) {
	t.Helper()
	set, err := manifest.Read(t.Context(), manifest.Options{Namespace: "acme"},
		manifest.Source{Name: "acme.yaml", Stream: strings.NewReader(complete(text))})
	if err != nil {
		t.Fatal(err)
	}
	return set.Snapshot(), oracle.New(set.Records()...)
}

// complete gives documents the apiVersion that the tests leave out.
func complete(text string) string {
	var out []string
	for _, d := range strings.Split("\n"+text, "\n---") {
		o := map[string]any{"apiVersion": "provost.dev/v1alpha1"}
		if err := yaml.Unmarshal([]byte(d), &o); err != nil {
			panic(err)
		}
		text, err := yaml.Marshal(o)
		if err != nil {
			panic(err)
		}
		out = append(out, string(text))
	}
	return strings.Join(out, "---\n")
}

func people(list []directory.Membership) string {
	var out []string
	for _, m := range list {
		out = append(out, m.Person)
	}
	return strings.Join(out, ",")
}

// TestRenamed is worked case 11: a course is renamed, live and in a plan. It is one line, and nobody gains or loses; blame goes
// on past it. Somebody who takes a leaver's place under the annotation, with a login of his own, gains in full.
func TestRenamed(t *testing.T) {
	course := func(name, former string) string {
		return fmt.Sprintf(`apiVersion: v1
kind: Namespace
metadata: {name: acme}
---
apiVersion: provost.dev/v1alpha1
kind: Course
metadata: {name: %[1]s, namespace: acme%[2]s}
---
apiVersion: provost.dev/v1alpha1
kind: RoleBinding
metadata: {name: teachers, namespace: acme}
spec: {entityRef: {kind: Course, name: %[1]s}, roleRef: {name: course-instructor}, subjects: [{kind: Person, name: ina}]}
`, name, former)
	}
	const former = ", annotations: {provost.dev/renamed-from: %s}"
	w := startGit(t, ", interval: 1h")
	w.repo.Commit(gittest.Files{
		"acme.yaml": course("algebra", ""), "maths.yaml": document("Person", "ina", "", "{username: ina@example.org}"),
	})
	w.ask()
	w.is("Ready=True/Succeeded")
	w.env.Expect(t, "EffectivePermissions/acme/ina  roles[Course/algebra]=course-instructor")

	hash := w.repo.Commit(gittest.Files{"acme.yaml": course("linear", fmt.Sprintf(former, "algebra"))})
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(kubeconfig, w.env.Kubeconfig, 0o600); err != nil {
		t.Fatal(err)
	}
	plan, _ := provostCommand(t, "plan", "cluster", "dir:"+w.repo.Dir, "--kubeconfig", kubeconfig)
	if !containsAll(plan, "nobody's access differs", "renamed: Course acme/algebra is called linear") {
		t.Errorf("the plan against the cluster:\n%s", plan)
	}
	w.ask()
	w.is("Ready=True/Succeeded lastAppliedRevision=main@sha1:" + hash)
	w.env.Expect(t, "EffectivePermissions/acme/ina  roles[Course/linear]=course-instructor entityCount=1\nCourse/acme/algebra absent")
	blame, code := provostCommand(t, "blame", "ina", "course/linear", "grade_submissions", "-n", "acme", "--repo", w.repo.Dir)
	if code != 0 || !containsAll(blame, "Course acme/algebra is called linear", "RoleBinding acme/teachers: new") {
		t.Errorf("blame: %d\n%s", code, blame)
	}

	// Another person, under the name of the one who leaves.
	w.repo.Commit(gittest.Files{
		"maths.yaml": document("Person", "kim", "annotations: {provost.dev/renamed-from: ina}", "{username: kim@example.org}"),
		"acme.yaml":  strings.Replace(course("linear", ""), "name: ina", "name: kim", 1),
	})
	plan, _ = provostCommand(t, "plan", "cluster", "dir:"+w.repo.Dir, "--kubeconfig", kubeconfig)
	if !containsAll(plan, "1 person gains access, 1 person loses some", "kim at acme/course/linear", "ina at acme/course/linear") {
		t.Errorf("the plan against the cluster:\n%s", plan)
	}
	w.ask()
	w.env.Expect(t, "EffectivePermissions/acme/kim  roles[Course/linear]=course-instructor\nEffectivePermissions/acme/ina absent")
}

func timeOf(t *testing.T, text string) time.Time {
	t.Helper()
	out, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
