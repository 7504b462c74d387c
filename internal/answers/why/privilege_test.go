package why

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/testing/script"
)

// TestRemedyTexts has the remedies in their order and words: the least privilege first, and after a mutual
// exclusion that one of the roles is taken away.
func TestRemedyTexts(t *testing.T) {
	offices := "group law-office\n"
	for _, c := range strings.Fields("a b c d e f g h i j") {
		offices += "course/" + c + " public\nbind @law-office course-admin at course/" + c + "\n"
	}
	const excluded = `
			course/a public
			rule course-student excludes course-instructor deny
			rule course-instructor excludes course-student deny
			group staff
			in staff: ann
			bind ann course-student at course/a
			bind @staff course-instructor at course/a`
	for name, test := range map[string]struct {
		world, who, permission string
		want                   []string
	}{
		"a binding before a group of admins": {
			offices, "ann", "view_course", []string{
				"bind course-student to ann at acme/course/a; with it: 2 permissions more there, none sensitive",
				"add ann to Group acme/law-office, which has course-admin; with it: 6 sensitive permissions (archive_course_content, " +
					"export_course_data, grade_submissions, manage_course_settings, manage_course_users, remove_course_members); " +
					"20 permissions more there; access at 9 other entities",
			},
		},
		"one of two that exclude each other goes": {
			excluded, "ann", "grade_submissions", []string{
				"take ann off RoleBinding acme/bind-ann-course-student-at-course-a, which gives course-student: course-instructor is withheld, " +
					"for it excludes course-student; with it: 11 permissions more there, none sensitive",
			},
		},
		"either of two that exclude each other may go": {
			excluded, "ann", "view_library", []string{
				"take ann out of Group acme/staff, which gives course-instructor: course-student is withheld, for it excludes " +
					"course-instructor; with it: 2 permissions more there, none sensitive",
				"take ann off RoleBinding acme/bind-ann-course-student-at-course-a, which gives course-student: course-instructor is " +
					"withheld, for it excludes course-student; with it: 1 sensitive permission (grade_submissions); 11 permissions more there",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := script.Run(test.world)
			if err != nil {
				t.Fatal(err)
			}
			e := directory.EntityKey{Level: catalogue.Course, Namespace: "acme", Name: "a"}
			p, _ := e.Level.Permission(test.permission)
			records := cite.Records{
				Snapshot: directory.Build(s.Records()...), Locate: func(directory.ID, string) manifest.Position { return manifest.Position{} },
			}
			var got []string
			remedies := Explain(records, test.who, e, &p, s.Now()).Remedies()
			for i := range remedies {
				got = append(got, remedies[i].Text+"; "+remedies[i].ComesWith())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
