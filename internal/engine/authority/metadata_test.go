package authority_test

import (
	"strings"
	"testing"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/script"
)

// TestMayTouch is who may change what of an object gives and takes nothing.
func TestMayTouch(t *testing.T) {
	t.Parallel()
	key := func(name string) directory.Key { return directory.Key{Namespace: "acme", Name: name} }
	acme := directory.LocalEntity{Level: catalogue.Organisation, Name: "acme"}
	algebra := directory.LocalEntity{Level: catalogue.Course, Name: "algebra"}
	diary := directory.LocalEntity{Level: catalogue.Course, Name: "diary"}
	gone := directory.LocalEntity{Level: catalogue.Course, Name: "gone"}
	bind := func(e directory.LocalEntity, role, who string) *directory.RoleBinding {
		return &directory.RoleBinding{Key: key(e.Name + "-" + role + "-" + who), Entity: e, Role: directory.RoleRef{Name: role},
			Subjects: []directory.Subject{directory.PersonSubject(who)}}
	}
	learns, orphan := bind(algebra, "course-student", "bob"), bind(gone, "course-student", "bob")
	course := &directory.Entity{Key: algebra.In("acme"), Parent: acme}
	private := &directory.Entity{Key: diary.In("acme"), Ownership: directory.OwnershipPrivate, Owner: "bob"}
	class := &directory.Group{Key: key("class"), Members: []directory.Member{
		{Name: "ada", Role: directory.Admin}, {Name: "ina", Role: directory.Instructor}, {Name: "bob"},
	}}
	custom := &directory.Role{Key: key("custom"), Level: catalogue.Course, Type: directory.RoleCustom, Entity: algebra}
	template := &directory.RoleTemplate{Key: key("template"), Roles: []string{"course-student"}}
	override := &directory.PermissionOverride{Key: key("override"), Person: "bob", Entity: algebra}
	shared := &directory.RoleTemplate{Key: directory.Key{Namespace: directory.SystemNamespace, Name: "shared"}}
	world := []directory.Record{
		&directory.Platform{Administrators: []directory.Principal{{Kind: directory.PrincipalUser, Name: "root"}}},
		&directory.Entity{Key: acme.In("acme")}, course, private, class, custom, template, override, learns, orphan, shared,
		bind(acme, "organisation-admin", "oscar"), bind(algebra, "course-superadmin", "sue"), bind(algebra, "course-instructor", "ivo"),
	}
	for _, who := range []string{"ada", "ina", "bob", "oscar", "sue", "ivo"} {
		world = append(world, &directory.Person{Name: who, Username: who})
	}
	s := directory.Build(world...)
	for _, test := range []struct {
		object directory.Record
		may    string // of root, oscar, sue, ivo, ada, ina, bob and a stranger
		bob    string // what bob lacks
	}{
		{learns, "root oscar sue", "needs manage_course_users at course algebra or assign_roles at organisation acme, to change the binding"},
		{orphan, "root oscar", "needs manage_course_users at course gone, to change the binding"},
		{course, "root sue", "needs manage_course_settings at course algebra, to change it"},
		{private, "root bob", ""},
		{class, "root oscar ada ina",
			"needs to be Admin or Instructor of group acme/class, or assign_roles at an organisation of namespace acme, to change it"},
		{custom, "root sue", "needs manage_course_settings at course algebra, to make or change roles there"},
		{template, "root oscar", "needs assign_roles at an organisation of namespace acme, to make or change templates"},
		{override, "root oscar sue", "needs manage_course_users at course algebra or assign_roles at organisation acme, to change the override"},
		{&directory.Person{Name: "bob"}, "root", "only platform administrators may change a Person"},
		{&directory.Platform{}, "root", "only platform administrators may change a Platform"},
		{&directory.SystemDeny{Name: "d"}, "root", "only platform administrators may change a SystemDeny"},
		{shared, "root", "only platform administrators may change what lies in provost-system"},
	} {
		var may []string
		for _, who := range strings.Fields("root oscar sue ivo ada ina bob stranger") {
			v := authority.MayTouch(s, authority.Requester{User: who}, test.object.ID(), test.object, script.Beginning)
			if v.Allowed {
				may = append(may, who)
			}
			if v.Allowed != (len(v.Missing) == 0) {
				t.Errorf("%s by %s: %+v", test.object.ID(), who, v)
			}
			if got := v.Reason(); who == "bob" && got != test.bob {
				t.Errorf("%s: bob lacks %q, want %q", test.object.ID(), got, test.bob)
			}
		}
		if got := strings.Join(may, " "); got != test.may {
			t.Errorf("%s: may be touched by %q, want %q", test.object.ID(), got, test.may)
		}
	}
	// Of what declares nothing, nobody else knows to whom it matters.
	for user, want := range map[string]bool{"root": true, "sue": false} {
		if v := authority.MayTouch(s, authority.Requester{User: user}, directory.ID{Kind: "Thing", Namespace: "acme", Name: "x"}, nil,
			script.Beginning); v.Allowed != want {
			t.Errorf("what declares nothing, by %s: %+v", user, v)
		}
	}
	// What is being deleted, and so absent, is touched by those who could before.
	without, _ := s.With(directory.Delete(course.ID()))
	if v := authority.MayTouch(without, authority.Requester{User: "sue"}, course.ID(), course, script.Beginning); !v.Allowed {
		t.Errorf("a course that is being deleted: %s", v.Reason())
	}
}
