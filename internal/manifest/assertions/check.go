package assertions

import (
	"fmt"

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
		test.checkNames(func(field, message, remedy string) { wrong(i, field, message, remedy) })
		access := len(test.People)+len(test.May)+len(test.MayNot) > 0
		group := test.Group != "" || len(test.Members)+len(test.NotMembers) > 0
		who := test.Permission != ""
		counts := test.Only != nil || test.Count != nil || test.AtLeast != nil || test.AtMost != nil
		forms := 0
		for _, form := range []bool{access, group, who} {
			if form {
				forms++
			}
		}
		switch {
		case forms == 0:
			wrong(i, "", "the test asserts nothing", "write people with may or mayNot and an entity; or a group with members, notMembers, only "+
				"or a count; or a permission with an entity and only or a count")
		case forms > 1:
			wrong(i, "", "the test is about several things", "write a test for each: people at an entity, a group, or who has a permission")
		case access:
			t.checkAccess(test, counts, func(field, message, remedy string) { wrong(i, field, message, remedy) })
		case group && test.Group == "":
			wrong(i, "", "the test does not say which group", "add group")
		case group && test.Entity != "":
			wrong(i, "entity", "a group's members are the same everywhere", "remove entity")
		case group && len(test.Members)+len(test.NotMembers) == 0 && !counts:
			wrong(i, "", "the test asserts nothing of the group", "add members, notMembers, only, count, atLeast or atMost")
		case who && test.Entity == "":
			wrong(i, "", "the test does not say where", "add entity, for example course/algebra-1")
		case who && !counts:
			wrong(i, "", "the test asserts nothing of who may", "add only, count, atLeast or atMost")
		}
	}
	return out
}

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

func (t *AccessTest) checkAccess(test *Test, counts bool, wrong func(field, message, remedy string)) {
	switch {
	case len(test.People) == 0:
		wrong("", "the test does not say who", "add people: [NAME, ...]")
	case len(test.May)+len(test.MayNot) == 0:
		wrong("", "the test does not say what they may do, or may not", "add may or mayNot")
	case test.Entity == "":
		wrong("", "the test does not say where", "add entity, for example course/algebra-1")
	case counts:
		wrong("", "only and the counts go with a group or a permission", "write a test of its own for them")
	}
}
