package history

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/manifest"
)

const course = "apiVersion: provost.dev/v1alpha1\nkind: Course\nmetadata: {name: c, namespace: acme}\nspec: {}\n"

// bound is a binding of course-student at the course to a group or, as "=ada", a person, with further fields of the spec.
func bound(name, subject string, spec ...string) string {
	s := "{kind: Group, name: " + subject + "}"
	if person, ok := strings.CutPrefix(subject, "="); ok {
		s = "{kind: Person, name: " + person + "}"
	}
	return "apiVersion: provost.dev/v1alpha1\nkind: RoleBinding\nmetadata: {name: " + name + ", namespace: acme}\n" +
		"spec:\n  entityRef: {kind: Course, name: c}\n  roleRef: {name: course-student}\n  subjects: [" + s + "]\n" + strings.Join(spec, "")
}

// called is a course that says how it was called before.
func called(name, before string) string {
	text := strings.Replace(course, "name: c,", "name: "+name+",", 1)
	if before == "" {
		return text
	}
	return calledToo(text, before)
}

// calledToo has an object say how it was called before.
func calledToo(object, before string) string {
	note := "annotations: {provost.dev/renamed-from: \"" + before + "\"}"
	return strings.NewReplacer("metadata: {", "metadata: {"+note+", ", "metadata:\n", "metadata:\n  "+note+"\n").Replace(object)
}

// reached is a person with an e-mail address.
func reached(name, address string) string {
	return strings.Replace(person(name), "spec: {}", "spec: {email: "+address+"@example.org}", 1)
}

// at has a binding be at another course.
func at(course, binding string) string {
	return strings.Replace(binding, "kind: Course, name: c}", "kind: Course, name: "+course+"}", 1)
}

// turnsOf follows a question, and tells each turn in a line.
func turnsOf(t *testing.T, x *Index, f Question, repo *gitrepo.Repository, commits []*gitrepo.Commit) (out []string, looked int) {
	t.Helper()
	number := map[gitrepo.Hash]int{}
	for i, c := range commits {
		number[c.Hash] = i
	}
	q := Inquiry{Question: f, Now: time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC), Index: x, Each: func(*Step, int) { looked++ }}
	q.Afresh = func() { out, looked = nil, 0 }
	for turn, err := range q.Turns(t.Context(), NewWorld(manifest.Options{}), repo, "", commits) {
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf("%d: %t", number[turn.Commit.Hash], turn.Holds)
		for _, r := range turn.Renames {
			text += fmt.Sprintf(", %s was %s %s:%d", r.ID, r.Old, r.File, r.Line)
		}
		if turn.Step == nil {
			text += fmt.Sprintf(" by the clock at %s, %v", turn.Time.Format("2006-01-02"), turn.Windows)
		}
		for _, e := range turn.Causes {
			text += fmt.Sprintf(", %s %s %s %s:%d", e.ID, e.Class, e.Value, e.File, e.Line)
		}
		out = append(out, text)
	}
	return out, looked
}

// TestTurns follows questions through small histories; the second time, what was learnt is used.
func TestTurns(t *testing.T) {
	view, _ := catalogue.Course.Permission("view_course")
	may := May("ada", view, directory.EntityKey{Level: catalogue.Course, Namespace: "acme", Name: "c"})
	in := IsMember("ada", directory.Key{Namespace: "acme", Name: "g"})
	base := map[string]string{"c.yaml": course, "g.yaml": group("g", "bob"), "b.yaml": bound("b", "g")}
	for _, tc := range []struct {
		name     string
		question Question
		steps    []map[string]string
		want     []string
		second   int // commits that are looked at the second time
	}{
		{name: "a member comes and goes", question: may, steps: []map[string]string{
			base, {"g.yaml": group("g", "ada", "bob")}, {"p.yaml": person("xan")}, {"q.yaml": person("yan")}, {"g.yaml": group("g", "bob")},
		}, want: []string{"1: true, Group/acme/g member added ada g.yaml:8", "4: false, Group/acme/g member removed ada g.yaml:8"}, second: 4},
		{name: "never", question: may, steps: []map[string]string{base, {"g.yaml": group("g", "bob", "cy")}}, second: 1},
		{name: "a second way changes nothing, and then holds it", question: may, steps: []map[string]string{
			base, {"d.yaml": bound("d", "=ada")}, {"g.yaml": group("g", "ada", "bob")}, {"d.yaml": ""},
		}, want: []string{"1: true, RoleBinding/acme/d new  d.yaml:1"}, second: 4},
		{name: "two edits that do it together", question: may, steps: []map[string]string{
			{"c.yaml": course, "g.yaml": group("g", "bob")}, {"g.yaml": group("g", "ada", "bob"), "b.yaml": bound("b", "g")},
		}, want: []string{"1: true, Group/acme/g member added ada g.yaml:8, RoleBinding/acme/b new  b.yaml:1"}, second: 2},
		{name: "two edits that each do it", question: may, steps: []map[string]string{
			base, {"g.yaml": group("g", "ada", "bob"), "d.yaml": bound("d", "=ada"), "p.yaml": person("zoe")},
		}, want: []string{"1: true, Group/acme/g member added ada g.yaml:8, RoleBinding/acme/d new  d.yaml:1"}, second: 2},
		{name: "the clock", question: may, steps: []map[string]string{
			base, {"d.yaml": bound("d", "=ada", "  notBefore: \"2027-03-01T00:00:00Z\"\n", "  notAfter: \"2027-06-01T00:00:00Z\"\n")},
		}, want: []string{
			"1: true by the clock at 2027-03-01, [RoleBinding/acme/d]", "1: false by the clock at 2027-06-01, [RoleBinding/acme/d]",
		}, second: 2},
		{name: "a wrong commit changes nothing", question: may, steps: []map[string]string{
			base, {"g.yaml": group("g", "ada", "bob") + "  nothing: 1\n"}, {"p.yaml": person("xan")}, {"g.yaml": group("g", "ada", "bob")},
		}, want: []string{"3: true, Group/acme/g member added ada g.yaml:8"}, second: 4},
		{name: "a membership", question: in, steps: []map[string]string{
			base, {"h.yaml": strings.Replace(group("h", "ada"), "spec:\n", "spec:\n  parentRef: {name: g}\n", 1)}, {"p.yaml": person("xan")},
			{"h.yaml": ""},
		}, want: []string{"1: true, Group/acme/h new  h.yaml:1", "3: false, Group/acme/h deleted  h.yaml:1"}, second: 4},
		{name: "a course gets another name, twice", question: May("ada", view, directory.EntityKey{
			Level: catalogue.Course, Namespace: "acme", Name: "e",
		}), steps: []map[string]string{
			base, {"g.yaml": group("g", "ada", "bob")}, {"c.yaml": called("d", "c"), "b.yaml": at("d", bound("b", "g"))}, {"p.yaml": person("xan")},
			{"g.yaml": group("g", "bob")}, {"g.yaml": group("g", "ada", "bob"), "c.yaml": called("e", "d, c"), "b.yaml": at("e", bound("b", "g"))},
			{"q.yaml": person("yan")},
		}, want: []string{
			"1: true, Group/acme/g member added ada g.yaml:8", "2: true, Course/acme/d was c c.yaml:1",
			"4: false, Group/acme/g member removed ada g.yaml:8", "5: false, Course/acme/e was d c.yaml:1",
			"5: true, Group/acme/g member added ada g.yaml:8",
		}, second: 6},
		{name: "a name that was given anew is another thing", question: May("ada", view, directory.EntityKey{
			Level: catalogue.Course, Namespace: "acme", Name: "c",
		}), steps: []map[string]string{
			base, {"d.yaml": called("d", ""), "e.yaml": at("d", bound("e", "=ada"))}, {"c.yaml": ""},
			{"d.yaml": called("c", "d"), "e.yaml": at("c", bound("e", "=ada"))},
		}, want: []string{"1: true, Course/acme/d new  d.yaml:1, RoleBinding/acme/e new  e.yaml:1", "3: true, Course/acme/c was d d.yaml:1"}, second: 4},
		{name: "a person gets another name, and so does the group", question: IsMember("anna", directory.Key{Namespace: "acme", Name: "h"}),
			steps: []map[string]string{
				{"g.yaml": group("g", "ada"), "p.yaml": reached("ada", "a")},
				{"g.yaml": calledToo(group("h", "anna"), "g"), "p.yaml": calledToo(reached("anna", "a"), "ada")},
			}, want: []string{"0: true, Group/acme/g new  g.yaml:1", "1: true, Group/acme/h was g g.yaml:1, Person/anna was ada p.yaml:1"}, second: 2},
		{name: "somebody else takes a place", question: IsMember("mal", directory.Key{Namespace: "acme", Name: "g"}),
			steps: []map[string]string{
				{"g.yaml": group("g", "ada"), "p.yaml": reached("ada", "a")},
				{"g.yaml": group("g", "mal"), "p.yaml": calledToo(reached("mal", "m"), "ada")},
			}, want: []string{"1: true, Group/acme/g member added mal g.yaml:8"}, second: 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			repo, commits := commits(t, tc.steps...)
			cache := t.TempDir()
			x := LoadIndex(cache, "")
			got, looked := turnsOf(t, x, tc.question, repo, commits)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if looked != len(commits) {
				t.Errorf("looked at %d of %d commits", looked, len(commits))
			}
			if err := x.Save(cache, ""); err != nil {
				t.Fatal(err)
			}
			got, looked = turnsOf(t, LoadIndex(cache, ""), tc.question, repo, commits)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("the second time (-want +got)\n%s", diff)
			}
			if looked != tc.second {
				t.Errorf("the second time, looked at %d commits, want %d", looked, tc.second)
			}
		})
	}
}
