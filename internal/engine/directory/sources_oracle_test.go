package directory_test

import (
	"testing"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
)

// A template gives what another binding gives too. Where it no longer does, or does
// again, nobody may do more or less, and yet each has it from elsewhere: they are named.
func TestTemplatesBesideAnotherSource(t *testing.T) {
	t.Parallel()
	const student = "course-student"
	key := func(name string) directory.Key { return directory.Key{Namespace: "acme", Name: name} }
	course := directory.LocalEntity{Level: catalogue.Course, Name: "x"}
	fromTemplate := directory.RoleRef{Name: "teachers", Template: true}
	team := key("team")
	alice, both := directory.PersonSubject("alice"), []directory.Subject{directory.GroupSubject(team)}
	bound := func(name string, role directory.RoleRef, subjects ...directory.Subject) directory.Record {
		return &directory.RoleBinding{Key: key(name), Entity: course, Role: role, Subjects: subjects}
	}
	template := func(namespace string, roles ...string) directory.Record {
		return &directory.RoleTemplate{Key: directory.Key{Namespace: namespace, Name: "teachers"}, Roles: roles}
	}
	group := func(e ...directory.Enrolment) directory.Record {
		return &directory.Group{Key: team, Members: []directory.Member{{Name: "alice"}}, Enrolments: e}
	}
	for name, byEntity := range map[string][]directory.Record{
		"to a person": {bound("one", directory.RoleRef{Name: student}, alice), bound("two", fromTemplate, alice)},
		"to a group":  {group(), bound("one", directory.RoleRef{Name: student}, both...), bound("two", fromTemplate, both...)},
		"by enrolment": {group(directory.Enrolment{Entity: course, Role: fromTemplate}),
			bound("one", directory.RoleRef{Name: student}, both...)},
		"by a group too": {group(), bound("one", directory.RoleRef{Name: student}, alice), bound("two", fromTemplate, both...)},
	} {
		t.Run(name, func(t *testing.T) {
			start := append([]directory.Record{&directory.Entity{Key: course.In("acme")}, template("acme", student)}, byEntity...)
			steps := [][]oracle.Change{
				{oracle.Set(template("acme", "course-ta"))},
				{oracle.Set(template("acme", "course-ta", student))},
				{oracle.Drop(template("acme").ID())},
				{oracle.Set(template(directory.SystemNamespace, student))},
				{oracle.Set(template("acme"))},
			}
			if diff := replay(start, steps, new(counts), new(tightness)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
