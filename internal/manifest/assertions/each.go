package assertions

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/text/suggest"
)

// everywhere runs a test at its entity, or at each of the level that it names. A name that means nothing is told once, and not for
// every entity.
func (r *runner) everywhere(test func(directory.EntityKey)) {
	if r.test.Each == nil {
		if e, ok := r.entity(); ok {
			test(e)
		}
		return
	}
	for _, e := range r.each() {
		before := len(r.problems)
		if test(e); len(r.problems) > before {
			return
		}
	}
}

// each are the entities of the level, without those that are excepted. None at all is a mistake: such a test would always hold.
func (r *runner) each() []directory.EntityKey {
	level, ok := catalogue.ParseLevel(r.test.Each.Level)
	if !ok {
		r.wrong("each.level", errors.New(findings.NoLevel(r.test.Each.Level)))
		return nil
	}
	var except []directory.EntityKey
	for i, text := range r.test.Each.Except {
		e, err := r.names.Entity(text, r.suite.Metadata.Namespace)
		switch {
		case err != nil:
			r.wrong(fmt.Sprintf("each.except[%d]", i), err)
		case e.Level != level:
			r.wrong(fmt.Sprintf("each.except[%d]", i), fmt.Errorf("%s is no %s, and so none of those that are meant", e, level.Word()))
		}
		except = append(except, e)
	}
	var out []directory.EntityKey
	for _, e := range r.snapshot.Entities() {
		if e.Level == level && (r.suite.Metadata.Namespace == "" || e.Namespace == r.suite.Metadata.Namespace) && !slices.Contains(except, e) {
			out = append(out, e)
		}
	}
	if len(out) == 0 {
		where := ""
		if r.suite.Metadata.Namespace != "" {
			where = " in the namespace " + r.suite.Metadata.Namespace
		}
		r.wrong("each", fmt.Errorf("there is no %s%s of which the test could say anything", level.Word(), where))
	}
	return out
}

// role finds a role that may be held at an entity: a system role of its level, or a Custom role of its namespace and level. ok is
// false, and a problem noted, where there is none.
func (r *runner) role(field, name string, e directory.EntityKey) bool {
	var known []string
	for _, x := range e.Level.Roles() {
		known = append(known, x.Name)
	}
	for _, k := range r.snapshot.Roles() {
		rec, ok := r.snapshot.Record(k.RoleID())
		role, is := rec.(*directory.Role)
		if ok && is && role.Type == directory.RoleCustom && role.Level == e.Level && k.Namespace == e.Namespace {
			known = append(known, k.Name)
		}
	}
	if slices.Contains(known, name) {
		return true
	}
	message := fmt.Sprintf("there is no role %q of the level %s in the namespace %s", name, e.Level, e.Namespace)
	if hint := suggest.DidYouMean(name, known); hint != "" {
		message += "; " + hint
	}
	r.wrong(field, errors.New(message))
	return false
}

// holding are who hold a role at an entity and have something by it: not those who are suspended, and not where a rule withholds it
// (R6). That a PermissionOverride replaces what it gives takes nobody the role.
func (r *runner) holding(name string, e directory.EntityKey) []string {
	var out []string
	for _, reached := range r.snapshot.WhoHas(e, r.outcome.At) {
		if reached.Access.SubjectState == directory.SubjectGood && slices.ContainsFunc(reached.Access.Roles, func(h directory.HeldRole) bool {
			return h.Role.Name == name && !h.Withheld
		}) {
			out = append(out, reached.Person)
		}
	}
	return out
}

// holders is about all who hold a role at an entity.
func (r *runner) holders(e directory.EntityKey) {
	if r.role("role", r.test.Role, e) {
		holds := " who holds " + r.test.Role + " at " + e.String()
		r.counts(r.holding(r.test.Role, e), "person"+holds, "people"+strings.Replace(holds, "holds", "hold", 1), Failure{Entity: e})
	}
}

// apart is about roles of which nobody holds two at an entity: one assertion for each two of them.
func (r *runner) apart(e directory.EntityKey) {
	held := make([][]string, len(r.test.Apart))
	for i, name := range r.test.Apart {
		if !r.role(fmt.Sprintf("apart[%d]", i), name, e) {
			return
		}
		held[i] = r.holding(name, e)
		for j, other := range r.test.Apart[:i] {
			r.outcome.Assertions++
			for _, who := range held[i] {
				if _, both := slices.BinarySearch(held[j], who); both { // they come by name
					r.outcome.Failures = append(r.outcome.Failures, Failure{
						Position: r.suite.Place(r.field + ".apart"), Person: who, Entity: e,
						Message: who + " holds both " + other + " and " + name + " at " + e.String(),
					})
				}
			}
		}
	}
}
