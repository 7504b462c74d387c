package why

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/testing/script"
)

// TestSelectionsAreNamed: why somebody may says at which entities the source gives the role (R34).
func TestSelectionsAreNamed(t *testing.T) {
	s, err := script.Run(`
		organisation/acme
		campus/north under organisation/acme
		course/algebra under campus/north kind=lab
		group desk
		in desk: helen
		enrol desk course-author at every course under organisation/acme: kind=lab
		bind @desk course-coach at every course under campus/north
		override mild of course-coach at course/algebra: view_course
	`)
	if err != nil {
		t.Fatal(err)
	}
	of := cite.Records{
		Snapshot: directory.Build(s.Records()...),
		Locate:   func(directory.ID, string) manifest.Position { return manifest.Position{} },
	}
	at := directory.EntityKey{Level: catalogue.Course, Namespace: "acme", Name: "algebra"}
	p, _ := catalogue.Course.Permission("view_course")
	x := Explain(of, "helen", at, &p, script.Beginning)
	if diff := cmp.Diff("course-author through enrolment course-author-every-course-under-organisation-acme-with-kindlab of Group acme/desk, "+
		"at every course under organisation/acme with kind=lab", x.Reason()); diff != "" {
		t.Error(diff)
	}
	ways := x.Ways()
	if !slices.Contains(ways, "acme/desk > RoleBinding acme/bind-desk-course-coach-at-every-course-under-campus-north, "+
		"at every course under campus/north") {
		t.Errorf("the ways are %q", ways)
	}
	for _, d := range x.Paths() {
		if d.Selector == nil || d.Selector.Level != "Course" {
			t.Errorf("the path through %s says nothing of what it selects", d.Source.Name)
		}
	}
	i := slices.IndexFunc(x.Grants, func(g directory.Grant) bool { return g.Role.Name == "course-coach" })
	if set, overridden := x.Gives(&x.Grants[i]); set != p.Set() || len(overridden) != 1 {
		t.Errorf("the Override of the course is not told: %v, %v", set.IDs(catalogue.Course), overridden)
	}
}
