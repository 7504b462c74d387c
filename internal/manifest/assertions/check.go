package assertions

import (
	"fmt"
	"slices"

	"provost.dev/provost/internal/manifest"
)

// check says what is wrong with the tests in themselves.
func (t *AccessTest) check() manifest.Problems {
	var out manifest.Problems
	wrong := func(i int, field, message, remedy string) {
		at := fmt.Sprintf("spec.tests[%d]", i)
		if field != "" {
			at += "." + field
		}
		out = append(out, t.problem(at, message, remedy))
	}
	if t.Metadata.Name == "" {
		out = append(out, t.problem("metadata.name", "the tests have no name", "add metadata.name, which reports show"))
	}
	if len(t.Spec.Tests) == 0 {
		out = append(out, t.problem("spec.tests", "there are no tests", "add one, or remove the document"))
	}
	for i := range t.Spec.Tests {
		test := &t.Spec.Tests[i]
		say := func(field, message, remedy string) { wrong(i, field, message, remedy) }
		test.checkNames(say)
		test.checkForm(say)
	}
	return out
}

// checkForm holds a test to one of the forms, with all that belongs to it.
func (test *Test) checkForm(wrong func(field, message, remedy string)) {
	access := len(test.People)+len(test.May)+len(test.MayNot) > 0
	group := test.Group != "" || len(test.Members)+len(test.NotMembers) > 0
	who, role, apart := test.Permission != "", test.Role != "", len(test.Apart) > 0
	counts := test.Only != nil || test.Count != nil || test.AtLeast != nil || test.AtMost != nil
	forms := 0
	for _, form := range []bool{access, group, who, role, apart} {
		if form {
			forms++
		}
	}
	switch {
	case test.Each != nil && test.Entity != "":
		wrong("each", "the test is about one entity, and about all of a level", "remove entity or each")
	case forms == 0:
		wrong("", "the test asserts nothing", "write people with may or mayNot and an entity; or a group with members, notMembers, only "+
			"or a count; or a permission or a role with an entity and only or a count; or roles that nobody may hold together, "+
			"with an entity (apart)")
	case forms > 1:
		wrong("", "the test is about several things", "write a test for each: "+
			"people at an entity, a group, who has a permission, who holds a role, or roles apart")
	case access:
		test.checkAccess(counts, wrong)
	case group && test.Group == "":
		wrong("", "the test does not say which group", "add group")
	case group && !test.nowhere():
		wrong("", "a group's members are the same everywhere", "remove entity, or each")
	case group && len(test.Members)+len(test.NotMembers) == 0 && !counts:
		wrong("", "the test asserts nothing of the group", "add members, notMembers, only, count, atLeast or atMost")
	case group:
	case test.nowhere():
		wrong("", "the test does not say where", sayWhere)
	default:
		test.checkHeld(counts, wrong)
	}
}

// checkHeld is about who may do something, who holds a role, and roles apart.
func (test *Test) checkHeld(counts bool, wrong func(field, message, remedy string)) {
	who, role, apart := test.Permission != "", test.Role != "", len(test.Apart) > 0
	switch {
	case who && !counts:
		wrong("", "the test asserts nothing of who may", "add only, count, atLeast or atMost")
	case role && !counts:
		wrong("", "the test asserts nothing of who holds the role", "add only, count, atLeast or atMost")
	case apart && (counts || len(slices.Compact(slices.Sorted(slices.Values(test.Apart)))) < max(2, len(test.Apart))):
		wrong("apart", "apart is about two roles or more, each once, and about nothing else",
			"name them: apart: [course-student, course-instructor]")
	}
}

const sayWhere = "add entity, for example course/algebra-1, or each: {level: Course}"

// nowhere says that a test names neither an entity nor all of a level.
func (test *Test) nowhere() bool { return test.Entity == "" && test.Each == nil }

// checkNames refuses names that nobody can have: whatever is denied to such a person would hold.
func (test *Test) checkNames(wrong func(field, message, remedy string)) {
	lists := map[string][]string{"people": test.People, "members": test.Members, "notMembers": test.NotMembers}
	if test.Only != nil {
		lists["only"] = *test.Only
	}
	for field, people := range lists {
		for i, who := range people {
			if !manifest.ValidPerson(who) {
				wrong(fmt.Sprintf("%s[%d]", field, i), manifest.NotAName(who, "a person"),
					"write the name of the Person, as bindings and groups have it")
			}
		}
	}
}

func (test *Test) checkAccess(counts bool, wrong func(field, message, remedy string)) {
	switch {
	case len(test.People) == 0:
		wrong("", "the test does not say who", "add people: [NAME, ...]")
	case len(test.May)+len(test.MayNot) == 0:
		wrong("", "the test does not say what they may do, or may not", "add may or mayNot")
	case test.nowhere():
		wrong("", "the test does not say where", sayWhere)
	case counts:
		wrong("", "only and the counts go with a group or a permission", "write a test of its own for them")
	}
}
