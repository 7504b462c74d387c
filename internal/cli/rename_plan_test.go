package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/answers/plans"
)

// renumbered is a course whose name changes, with all that names it, between two commits that change somebody.
func renumbered(t *testing.T) *planned {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	p := newPlanned(t)
	files := func(course, before string, tutors ...string) map[string]string {
		object := planObject("Course", "acme", course, "  displayName: Algebra\n")
		if before != "" {
			object = strings.Replace(object, "metadata:\n", "metadata:\n  annotations: {provost.dev/renamed-from: "+before+"}\n", 1)
		}
		return map[string]string{"a.yaml": documents(object, planGroup("tutors", "", tutors...),
			planBinding("tutors", "course-admin", "Course", course, "tutors"))}
	}
	p.commit("Begin", files("algebra", "", "abe"))
	p.commit("Let erin tutor", files("algebra", "", "abe", "erin"))
	p.commit("Number the courses", files("algebra-1", "algebra", "abe", "erin"))
	return p
}

// TestPlanRename tells a new name in one line, in each form.
func TestPlanRename(t *testing.T) {
	p := renumbered(t)
	line := "renamed: Course acme/algebra is called algebra-1; with it go manage_course_users, remove_course_members, " +
		"manage_course_settings, archive_course_content, grade_submissions, export_course_data of 2 people  a.yaml:1"
	out := p.plan(ExitYes, "HEAD~1", "HEAD")
	if !strings.Contains(out, line) || strings.Count(out, "\n") != 3 || !strings.Contains(out, "nobody's access differs") {
		t.Errorf("want one line %q:\n%s", line, out)
	}
	out = p.plan(ExitYes, "HEAD~1", "HEAD", "-o", "markdown")
	if !strings.Contains(out, "- Renamed: Course `acme/algebra` is called `algebra-1`; with it go ") {
		t.Error(out)
	}
	var data plans.Data
	if err := json.Unmarshal([]byte(p.plan(ExitYes, "HEAD~1", "HEAD", "-o", "json")), &data); err != nil {
		t.Fatal(err)
	}
	if len(data.Renames) != 1 || data.Renames[0].Old != "algebra" || data.Renames[0].Line != 1 || len(data.OtherEdits) != 0 {
		t.Errorf("%+v", data)
	}
	// Of two commits, who came in by the first is told as well, at the course's new name.
	out = p.plan(ExitNo, "HEAD~2", "HEAD")
	if !strings.Contains(out, "renamed: ") || !strings.Contains(out, "erin at acme/course/algebra-1") {
		t.Error(out)
	}
}

// TestBlameRename goes on past the commit by which the course got its name.
func TestBlameRename(t *testing.T) {
	p := renumbered(t)
	for range 2 { // the second time from what was learnt
		got := withoutHashes(p.ask(ExitYes, "blame", "erin", "grade_submissions", "course/algebra-1"))
		want := `yes: erin may grade_submissions at acme/course/algebra-1, since 1970-01-01 02:00:00Z; course-admin through RoleBinding acme/tutors

1970-01-01 03:00:00Z  renamed by HASH  Robin <robin@example.org>  Number the courses
└─ Course acme/algebra is called algebra-1   a.yaml:1

erin
└─ Group acme/tutors            member     a.yaml:19
   └─ RoleBinding acme/tutors              a.yaml:33
      └─ course-admin           gives it

1970-01-01 02:00:00Z  given by HASH  Robin <robin@example.org>  Let erin tutor
└─ Group acme/tutors: member added erin   a.yaml:18
`
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}
