package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/script"
)

// renamedIn are records of which some say how they were called before, by their names.
func renamedIn(records []directory.Record, from map[string]string) []directory.Record {
	for i, r := range records {
		old, ok := from[r.ID().Name]
		if !ok {
			continue
		}
		names := strings.Split(old, ",")
		switch r := r.(type) {
		case *directory.Person:
			c := *r
			c.RenamedFrom = names
			if name, login, ok := strings.Cut(old, "@"); ok {
				c.RenamedFrom, c.Username = []string{name}, login
			}
			records[i] = &c
		case *directory.Group:
			c := *r
			c.RenamedFrom = names
			records[i] = &c
		case *directory.Role:
			c := *r
			c.RenamedFrom = names
			records[i] = &c
		case *directory.Entity:
			c := *r
			c.RenamedFrom = names
			records[i] = &c
		}
	}
	return records
}

// toldRenames is a rename in a line each.
func toldRenames(p *Plan) []string {
	var out []string
	for i := range p.Renames {
		r := &p.Renames[i]
		text := fmt.Sprintf("%s %s -> %s", r.ID.Kind, r.Old, r.ID.Name)
		for _, c := range r.Carried {
			text += fmt.Sprintf(", %d of %s for %d at %d", c.Permissions.Len(), c.Level, c.People, c.Entities)
		}
		out = append(out, text)
	}
	return out
}

const faculty = `
course/algebra
course/logic
group staff(tutors)
in tutors: ann
bind @staff course-instructor at course/algebra
bind ann course-admin at course/logic
role ta at course/algebra: view_course grade_submissions
bind bob ta at course/algebra
deny @tutors at course/algebra: manage_wallet
person ann
person bob
`

// TestRenames tells what goes and comes under another name as one thing, and all else in full (R39).
func TestRenames(t *testing.T) {
	ann := map[string]string{"ann": "@oidc:ann"}
	for _, tc := range []struct {
		name, before, after string
		was, is             map[string]string
		want                []string
	}{
		{name: "a course", after: `delete course/algebra
course/algebra-1
delete bind @staff course-instructor at course/algebra
delete bind bob ta at course/algebra`, is: map[string]string{"algebra-1": "algebra"}, want: []string{
			"ann at algebra-1: +0 -12 [] because bind-staff-course-instructor-at-course-algebra deleted",
			"bob at algebra-1: +0 -2 [] because ta entity changed course/algebra-1 -> course/algebra",
			"Course algebra -> algebra-1",
		}},
		{name: "a group with what it carries", after: `delete group tutors
group helpers under staff
in helpers: ann
delete deny @tutors at course/algebra: manage_wallet`, is: map[string]string{"helpers": "tutors"}, want: []string{
			"Group tutors -> helpers, 1 of Course for 1 at 1",
		}},
		{name: "a group that takes somebody in on the way", after: `delete group tutors
group helpers under staff
in helpers: ann cy`, is: map[string]string{"helpers": "tutors"}, want: []string{
			"cy at algebra: +12 -0 [] because helpers member added cy",
			"Group tutors -> helpers, 1 of Course for 1 at 1",
		}},
		{name: "two claim it", after: `delete group tutors
group helpers under staff
group aides under staff
in helpers: ann`, is: map[string]string{"helpers": "tutors", "aides": "tutors"}, want: []string{
			"tutors loses 1 of 1, 0 of them access",
		}},
		{name: "one claims two", before: "group night under staff\nin night: dan", after: `delete group tutors
delete group night
group helpers under staff
in helpers: ann dan`, is: map[string]string{"helpers": "tutors,night"}, want: []string{
			"night loses 1 of 1, 0 of them access", "tutors loses 1 of 1, 0 of them access",
		}},
		{name: "what was there already is not renamed", before: "group helpers", after: "delete group tutors\ngroup helpers under staff\nin helpers: ann",
			is: map[string]string{"helpers": "tutors"}, want: []string{
				"tutors loses 1 of 1, 0 of them access",
			}},
		{name: "what stays is not renamed", after: "group helpers under staff\nin helpers: ann", is: map[string]string{"helpers": "tutors"}},
		{name: "a person by login", after: `delete person ann
person anna
not in tutors: ann
in tutors: anna
delete bind ann course-admin at course/logic`, was: ann, is: map[string]string{"anna": "ann@oidc:ann"}, want: []string{
			"anna at logic: +0 -21 [] because bind-ann-course-admin-at-course-logic deleted",
			"bereft logic of [anna]",
			"Person ann -> anna, 1 of Course for 1 at 1",
		}},
		{name: "somebody in a leaver's place", after: `delete person ann
person mallory
not in tutors: ann
in tutors: mallory`, was: ann, is: map[string]string{"mallory": "ann@oidc:mallory"}, want: []string{
			"ann at algebra: +0 -12 [] because tutors member removed ann",
			"mallory at algebra: +12 -0 [] because tutors member added mallory",
			"staff loses 1 of 1, 1 of them access",
			"tutors loses 1 of 1, 1 of them access",
		}},
		{name: "a person without login or address", after: `delete person ann
person anna
not in tutors: ann
in tutors: anna`, is: map[string]string{"anna": "ann"}, want: []string{
			"ann at algebra: +0 -12 [] because tutors member removed ann",
			"anna at algebra: +12 -0 [] because tutors member added anna",
			"staff loses 1 of 1, 1 of them access",
			"tutors loses 1 of 1, 1 of them access",
		}},
		{name: "a name that waited is not inherited in silence", before: "bind anna course-superadmin at course/algebra", after: `delete person ann
person anna
not in tutors: ann
in tutors: anna`, was: ann, is: map[string]string{"anna": "ann@oidc:ann"}, want: []string{
			"ann at logic: +21 -0 [admin assign manage] because bind-ann-course-admin-at-course-logic subject added ann",
			"anna at algebra: +9 -0 [assign manage] because bind-anna-course-superadmin-at-course-algebra subject added anna",
			"ann at algebra: +0 -22 [] because bind-anna-course-superadmin-at-course-algebra subject removed ann",
			"anna at logic: +0 -21 [] because bind-ann-course-admin-at-course-logic subject removed anna",
			"Person ann -> anna, 1 of Course for 1 at 1",
		}},
		{name: "a role", after: `delete role ta at course/algebra: view_course grade_submissions
role tutor at course/algebra: view_course
delete bind bob ta at course/algebra
bind bob tutor at course/algebra`, is: map[string]string{"tutor": "ta"}, want: []string{
			"bob at algebra: +0 -1 [] because tutor permission removed grade_submissions",
			"Role ta -> tutor",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			was := renamedIn(run(t, faculty+tc.before), tc.was)
			is := renamedIn(run(t, faculty+tc.before+"\n"+tc.after), tc.is)
			p := between(was, is, script.Beginning)
			if diff := cmp.Diff(tc.want, append(told(p), toldRenames(p)...)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestRenamesAreNothingElse has a name and all that it stands in change, and nothing else: one line.
func TestRenamesAreNothingElse(t *testing.T) {
	records := renamedIn(run(t, faculty), map[string]string{"ann": "@oidc:ann"})
	for _, r := range records {
		id := r.ID()
		if !slices.Contains(directory.Renameable, id.Kind) || id.Name == "bob" { // who has no login
			continue
		}
		names := directory.Renaming{}
		names.Swap(id, "another")
		var after []directory.Record
		for _, r := range records {
			after = append(after, names.Of(r))
		}
		from := map[string]string{"another": id.Name}
		if id.Kind == directory.KindPerson {
			from["another"] += "@oidc:ann"
		}
		p := between(records, renamedIn(after, from), script.Beginning)
		if len(p.Renames) != 1 || len(p.Edits) != 0 || len(p.Rows) != 0 || len(p.Groups) != 0 {
			t.Errorf("%s: %v, edits %v, rows %v", id, toldRenames(p), p.Edits, told(p))
		}
	}
}
