package directory_test

import (
	"slices"
	"testing"

	"provost.dev/provost/internal/engine/catalogue"
	. "provost.dev/provost/internal/engine/directory"
)

// Somebody who stays a member of a group, but by another way, has the same
// access and another reason for it: whoever shows reasons has to hear of it.
func TestDeltaNamesWhoIsAMemberByAnotherWay(t *testing.T) {
	key := func(name string) Key { return Key{Namespace: "acme", Name: name} }
	member := []Member{{Name: "ann"}}
	course := LocalEntity{Level: catalogue.Course, Name: "algebra"}
	d := New()
	d.Apply(
		Upsert(&Entity{Key: course.In("acme")}),
		Upsert(&Group{Key: key("top"), Enrolments: []Enrolment{{Name: "all", Entity: course, Role: RoleRef{Name: "course-student"}}}}),
		Upsert(&Group{Key: key("a"), Parent: key("top"), Members: member}),
		Upsert(&Group{Key: key("b"), Parent: key("top")}),
	)
	delta := d.Apply(
		Upsert(&Group{Key: key("a"), Parent: key("top")}),
		Upsert(&Group{Key: key("b"), Parent: key("top"), Members: member}),
	)
	named := false
	for who, ns := range delta.Keys() {
		named = named || who == "ann" && ns == "acme"
	}
	if !named {
		t.Error("the change does not name ann in acme")
	}
	if !slices.Contains(slices.Collect(delta.Records()), (&Group{Key: key("top")}).ID()) {
		t.Error("the change does not name the group above")
	}
}
