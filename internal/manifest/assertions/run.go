package assertions

import (
	"fmt"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest"
)

// Names finds what the words of a test mean. The namespace is that of words which name none; "" is any.
type Names interface {
	Entity(text, namespace string) (directory.EntityKey, error)
	Group(text, namespace string) (directory.Key, error)
	Permission(id string, level catalogue.Level) (catalogue.Permission, error)
}

// Outcome is what came of one test.
type Outcome struct {
	// Suite is the name of the AccessTest, and Test that of the test in it.
	Suite, Test string
	Position    manifest.Position
	// At is the time that the test is about.
	At time.Time
	// Assertions counts what was asserted, and Failures are what is not so.
	Assertions int
	Failures   []Failure
	// Strangers are the people of the test whom nothing in the manifests mentions: they may nothing and are in no
	// group, so that a misspelt name makes a mayNot hold.
	Strangers []Stranger
}

// Stranger is somebody whom a test names and the manifests do not.
type Stranger struct {
	Position manifest.Position
	Person   string
}

// Failure is one assertion that does not hold.
type Failure struct {
	Position manifest.Position
	// Message says what is not as asserted.
	Message string
	// Person, Entity and Permission are the question that explains it, where one does.
	Person     string
	Entity     directory.EntityKey
	Permission catalogue.Permission
	// Group is the group that it is about, where it is about one.
	Group directory.Key
}

// Run runs tests. The error is manifest.Problems: names that mean nothing.
func Run(s *directory.Snapshot, names Names, tests []*AccessTest, now time.Time) ([]Outcome, error) {
	var out []Outcome
	var problems manifest.Problems
	for _, t := range tests {
		for i := range t.Spec.Tests {
			test := &t.Spec.Tests[i]
			field := fmt.Sprintf("spec.tests[%d]", i)
			r := &runner{snapshot: s, names: names, suite: t, test: test, field: field}
			r.outcome = Outcome{Suite: t.Metadata.Name, Test: test.Name, Position: t.Place(field), At: t.at(test, now)}
			if r.outcome.Test == "" {
				r.outcome.Test = fmt.Sprintf("test %d", i+1)
			}
			r.run()
			problems = append(problems, r.problems...)
			out = append(out, r.outcome)
		}
	}
	if len(problems) > 0 {
		problems.Sort()
		return nil, problems
	}
	return out, nil
}

// runner runs one test.
type runner struct {
	snapshot *directory.Snapshot
	names    Names
	suite    *AccessTest
	test     *Test
	field    string
	outcome  Outcome
	problems manifest.Problems
}

func (r *runner) run() {
	r.strangers("people", r.test.People)
	r.strangers("members", r.test.Members)
	r.strangers("notMembers", r.test.NotMembers)
	if r.test.Only != nil {
		r.strangers("only", *r.test.Only)
	}
	switch {
	case r.test.Group != "":
		r.group()
	case r.test.Permission != "":
		r.everywhere(r.who)
	case r.test.Role != "":
		r.everywhere(r.holders)
	case len(r.test.Apart) > 0:
		r.everywhere(r.apart)
	default:
		r.everywhere(r.access)
	}
}

// strangers notes who in a list is mentioned nowhere.
func (r *runner) strangers(field string, people []string) {
	for i, who := range people {
		if !r.snapshot.Known(who) {
			at := r.suite.Place(fmt.Sprintf("%s.%s[%d]", r.field, field, i))
			r.outcome.Strangers = append(r.outcome.Strangers, Stranger{Position: at, Person: who})
		}
	}
}

func (r *runner) wrong(field string, err error) {
	r.problems = append(r.problems, r.suite.problem(r.field+"."+field, err.Error(), ""))
}

// assert counts an assertion, and notes it where it does not hold.
func (r *runner) assert(holds bool, field string, f Failure) {
	r.outcome.Assertions++
	if !holds {
		f.Position = r.suite.Place(r.field + "." + field)
		r.outcome.Failures = append(r.outcome.Failures, f)
	}
}

func (r *runner) entity() (directory.EntityKey, bool) {
	e, err := r.names.Entity(r.test.Entity, r.suite.Metadata.Namespace)
	if err != nil {
		r.wrong("entity", err)
	}
	return e, err == nil
}

func (r *runner) access(e directory.EntityKey) {
	for _, list := range []struct {
		field string
		ids   []string
		want  bool
	}{{"may", r.test.May, true}, {"mayNot", r.test.MayNot, false}} {
		for i, id := range list.ids {
			field := fmt.Sprintf("%s[%d]", list.field, i)
			p, err := r.names.Permission(id, e.Level)
			if err != nil {
				r.wrong(field, err)
				continue
			}
			for _, who := range r.test.People {
				message := who + " may not " + id + " at " + e.String()
				if !list.want {
					message = who + " may " + id + " at " + e.String()
				}
				holds := r.snapshot.Can(who, p, e, r.outcome.At) == list.want
				r.assert(holds, field, Failure{Message: message, Person: who, Entity: e, Permission: p})
			}
		}
	}
}

func (r *runner) group() {
	g, err := r.names.Group(r.test.Group, r.suite.Metadata.Namespace)
	if err != nil {
		r.wrong("group", err)
		return
	}
	var members []string
	for _, m := range r.snapshot.Members(g, r.outcome.At) {
		members = append(members, m.Person)
	}
	for i, who := range r.test.Members {
		r.assert(slices.Contains(members, who), fmt.Sprintf("members[%d]", i),
			Failure{Message: who + " is no member of Group " + g.String(), Person: who, Group: g})
	}
	for i, who := range r.test.NotMembers {
		r.assert(!slices.Contains(members, who), fmt.Sprintf("notMembers[%d]", i),
			Failure{Message: who + " is a member of Group " + g.String(), Person: who, Group: g})
	}
	r.counts(members, "member", "members", Failure{Group: g})
}

func (r *runner) who(e directory.EntityKey) {
	p, err := r.names.Permission(r.test.Permission, e.Level)
	if err != nil {
		r.wrong("permission", err)
		return
	}
	var people []string
	for _, reached := range r.snapshot.WhoCan(p, e, r.outcome.At) {
		people = append(people, reached.Person)
	}
	may := " who may " + p.ID + " at " + e.String()
	r.counts(people, "person"+may, "people"+may, Failure{Entity: e, Permission: p})
}

// counts is about all people of whom a test speaks: who they are, and how many. One and many are what they are called.
func (r *runner) counts(people []string, one, many string, about Failure) {
	if r.test.Only != nil {
		for _, who := range people {
			f := about
			f.Person, f.Message = who, who+" is one of the "+many+", and was not expected"
			r.assert(slices.Contains(*r.test.Only, who), "only", f)
		}
		for i, who := range *r.test.Only {
			f := about
			f.Person, f.Message = who, who+" is not one of the "+many
			r.assert(slices.Contains(people, who), fmt.Sprintf("only[%d]", i), f)
		}
	}
	n := int64(len(people))
	for _, c := range []struct {
		field, words string
		want         *int64
		holds        func(want int64) bool
	}{
		{"count", "", r.test.Count, func(want int64) bool { return n == want }},
		{"atLeast", "at least ", r.test.AtLeast, func(want int64) bool { return n >= want }},
		{"atMost", "at most ", r.test.AtMost, func(want int64) bool { return n <= want }},
	} {
		if c.want == nil {
			continue
		}
		f := about
		f.Message = fmt.Sprintf("%s, not %s%d", thereAre(people, one, many), c.words, *c.want)
		if n > 0 {
			f.Message += ": " + some(people)
		}
		r.assert(c.holds(*c.want), c.field, f)
	}
}

func thereAre(people []string, one, many string) string {
	switch n := len(people); n {
	case 0:
		return "there is no " + one
	case 1:
		return "there is 1 " + one
	default:
		return fmt.Sprintf("there are %d %s", n, many)
	}
}

// some names the first of many people.
func some(people []string) string { return findings.Abridge(people, 10) }
