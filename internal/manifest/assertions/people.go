package assertions

import "fmt"

// Mention is a place at which a test names somebody.
type Mention struct {
	// Field is the entry, such as spec.tests[1].people[0].
	Field string
	// Test is the number of the test, List the field that names the person there, and Index the entry.
	Test  int
	List  string
	Index int
}

// Naming are the places at which an AccessTest names somebody.
func (t *AccessTest) Naming(who string) []Mention {
	var out []Mention
	for i := range t.Spec.Tests {
		test := &t.Spec.Tests[i]
		lists := []struct {
			name   string
			people []string
		}{{"people", test.People}, {"members", test.Members}, {"notMembers", test.NotMembers}}
		if test.Only != nil {
			lists = append(lists, struct {
				name   string
				people []string
			}{"only", *test.Only})
		}
		for _, l := range lists {
			for n, name := range l.people {
				if name == who {
					out = append(out, Mention{fmt.Sprintf("spec.tests[%d].%s[%d]", i, l.name, n), i, l.name, n})
				}
			}
		}
	}
	return out
}

// Says whether a test would still say something without some entries of its lists: as many of each list as gone counts.
func (t *Test) Says(gone map[string]int) bool {
	if len(t.People) > 0 {
		return len(t.People) > gone["people"]
	}
	return len(t.Members) > gone["members"] || len(t.NotMembers) > gone["notMembers"] || t.Only != nil || t.Count != nil || t.AtLeast != nil ||
		t.AtMost != nil
}
