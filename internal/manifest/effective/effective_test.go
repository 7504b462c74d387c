package effective_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/effective"
	"provost.dev/provost/internal/testing/need"
)

var (
	now   = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	june  = time.Date(2027, 6, 30, 0, 0, 0, 0, time.UTC)
	april = time.Date(2027, 4, 1, 0, 0, 0, 0, time.UTC)
)

func course(name string) *directory.Entity {
	return &directory.Entity{Key: directory.EntityKey{Level: catalogue.Course, Namespace: "acme", Name: name}}
}

func bind(name, course, role string, w directory.Window, subjects ...directory.Subject) *directory.RoleBinding {
	return &directory.RoleBinding{
		Key: directory.Key{Namespace: "acme", Name: name}, Entity: directory.LocalEntity{Level: catalogue.Course, Name: course},
		Role: directory.RoleRef{Name: role}, Subjects: subjects, Window: w,
	}
}

func status(t *testing.T, person string, records ...directory.Record) provostv1.EffectivePermissionsStatus {
	t.Helper()
	return effective.Status(directory.Build(records...), person, "acme", now)
}

func check(t *testing.T, got provostv1.EffectivePermissionsStatus, want string) {
	t.Helper()
	text, err := yaml.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var a, b any
	if err := yaml.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal([]byte(want), &b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b, a); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestEqualAccessIsOneItem(t *testing.T) {
	alice := directory.PersonSubject("alice")
	group := directory.Key{Namespace: "corp", Name: "staff"}
	check(t, status(t, "alice",
		course("a"), course("b"), course("c"), course("d"),
		bind("x", "a", "course-student", directory.Window{}, alice),
		bind("y", "b", "course-student", directory.Window{}, directory.GroupSubject(group)),
		bind("z", "c", "course-student", directory.Window{NotAfter: june}, alice),
		bind("w", "d", "course-student", directory.Window{NotAfter: april}, directory.PersonSubject("bob")),
		&directory.Group{Key: group, Members: []directory.Member{{Name: "alice"}}},
	), `
person: alice
access:
- entities: [Course/a, Course/b]
  roles: [course-student]
  permissions: [view_course, view_course_details, view_library]
  sources:
  - {kind: RoleBinding, name: x, role: course-student}
  - {kind: RoleBinding, name: "y", role: course-student, through: [corp/staff]}
  sourceCount: 2
- entities: [Course/c]
  roles: [course-student]
  permissions: [view_course, view_course_details, view_library]
  notAfter: "2027-06-30T00:00:00Z"
  sources: [{kind: RoleBinding, name: z, role: course-student}]
  sourceCount: 1
entityCount: 3
roleCount: 1
customisedCount: 0
`)
}

func TestOverridesAndDenies(t *testing.T) {
	alice := directory.PersonSubject("alice")
	local := directory.LocalEntity{Level: catalogue.Course, Name: "a"}
	check(t, status(t, "alice", course("a"), course("b"),
		bind("x", "a", "course-student", directory.Window{}, alice),
		bind("y", "b", "course-student", directory.Window{}, alice),
		&directory.Role{
			Key: directory.Key{Namespace: "acme", Name: "less"}, Level: catalogue.Course, Type: directory.RoleOverride,
			Entity: directory.LocalEntity{Level: catalogue.Course, Name: "b"}, Overrides: "course-student",
			Permissions: []string{"view_course", "view_library"},
		},
		&directory.PermissionOverride{Key: directory.Key{Namespace: "acme", Name: "po"}, Person: "alice", Entity: local,
			Permissions: []string{"view_course", "grade_submissions"}},
		&directory.SystemDeny{Name: "d", Subjects: []directory.Subject{alice}, Permissions: []string{"grade_submissions", "view_library"}},
		&directory.SystemDeny{Name: "other", Everyone: true, Permissions: []string{"manage_wallet"}},
	), `
person: alice
access:
- entities: [Course/a, Course/b]
  roles: [course-student]
  permissions: [view_course]
  sources:
  - {kind: PermissionOverride, name: po}
  - {kind: Role, name: less, role: course-student}
  - {kind: RoleBinding, name: x, role: course-student}
  - {kind: RoleBinding, name: "y", role: course-student}
  sourceCount: 4
denied:
- {entities: [Course/a], permissions: [grade_submissions], denies: [d]}
- {entities: [Course/b], permissions: [view_library], denies: [d]}
customised: [Course/a]
entityCount: 2
roleCount: 1
customisedCount: 1
`)
}

// TestNotAfter is about transitions that take something away and transitions that do not.
func TestNotAfter(t *testing.T) {
	alice := directory.PersonSubject("alice")
	for name, tc := range map[string]struct {
		records []directory.Record
		want    time.Time
	}{
		"ends": {[]directory.Record{bind("x", "a", "course-student", directory.Window{NotAfter: june}, alice)}, june},
		"given twice": {[]directory.Record{bind("x", "a", "course-student", directory.Window{NotAfter: june}, alice),
			bind("y", "a", "course-student", directory.Window{}, alice)}, time.Time{}},
		"the later end": {[]directory.Record{bind("x", "a", "course-student", directory.Window{NotAfter: june}, alice),
			bind("y", "a", "course-student", directory.Window{NotAfter: april}, alice)}, june},
		"something begins": {[]directory.Record{bind("x", "a", "course-student", directory.Window{}, alice),
			bind("y", "a", "course-admin", directory.Window{NotBefore: april}, alice)}, time.Time{}},
		"one role of two": {[]directory.Record{bind("x", "a", "course-student", directory.Window{}, alice),
			bind("y", "a", "course-admin", directory.Window{NotAfter: june}, alice)}, june},
		"a deny ends": {[]directory.Record{bind("x", "a", "course-student", directory.Window{}, alice),
			&directory.SystemDeny{Name: "d", Everyone: true, Permissions: []string{"view_course"}, Window: directory.Window{NotAfter: april}}},
			time.Time{}},
		"a deny begins": {[]directory.Record{bind("x", "a", "course-student", directory.Window{}, alice),
			&directory.SystemDeny{Name: "d", Everyone: true, Permissions: []string{"view_course"}, Window: directory.Window{NotBefore: april}}},
			time.Time{}},
		"after a beginning": {[]directory.Record{bind("x", "a", "course-student", directory.Window{NotAfter: june}, alice),
			bind("y", "a", "course-admin", directory.Window{NotBefore: april}, alice)}, june},
	} {
		s := status(t, "alice", append(tc.records, course("a"))...)
		if len(s.Access) != 1 {
			t.Fatalf("%s: %d items", name, len(s.Access))
		}
		got := time.Time{}
		if s.Access[0].NotAfter != nil {
			got = s.Access[0].NotAfter.Time
		}
		if !got.Equal(tc.want) {
			t.Errorf("%s: notAfter is %s, want %s", name, got, tc.want)
		}
	}
}

func TestNothingToSay(t *testing.T) {
	s := status(t, "alice", course("a"), bind("x", "a", "course-student", directory.Window{NotBefore: june}, directory.PersonSubject("alice")))
	if !effective.Empty(&s) {
		t.Errorf("got %+v", s)
	}
	s = status(t, "sam", course("a"), bind("x", "a", "course-student", directory.Window{}, directory.PersonSubject("sam")),
		&directory.Person{Name: "sam", Suspended: true})
	if effective.Empty(&s) || *s.EntityCount != 0 || len(s.Access) != 1 || len(s.Access[0].Permissions) != 0 {
		t.Errorf("suspended: %+v", s)
	}
}

// many is somebody who administers n courses.
func many(n int) *directory.Snapshot {
	var records []directory.Record
	for i := range n {
		name := fmt.Sprintf("c%05d", i)
		records = append(records, course(name), bind(name, name, "course-admin", directory.Window{}, directory.PersonSubject("alice")))
	}
	return directory.Build(records...)
}

func TestManyEntitiesAreOneItem(t *testing.T) {
	need.Time(t) // as many courses as one item holds
	const n = provostv1.MaxAccessEntities + 5
	s := effective.Status(many(n), "alice", "acme", now)
	if len(s.Access) != 2 || len(s.Access[0].Entities) != provostv1.MaxAccessEntities || len(s.Access[1].Entities) != 5 {
		t.Fatalf("%d items", len(s.Access))
	}
	for _, a := range s.Access {
		if len(a.Sources) != provostv1.MaxAccessSources || *a.SourceCount != n {
			t.Errorf("%d sources of %d", len(a.Sources), *a.SourceCount)
		}
	}
}

func BenchmarkStatusOfTenThousandCourses(b *testing.B) {
	s := many(10_000)
	b.ReportAllocs()
	for b.Loop() {
		effective.Status(s, "alice", "acme", now)
	}
}
