package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/assertions"
)

func newTestCommand(o *Options) *cobra.Command {
	var f *printers.Format
	cmd := &cobra.Command{
		Use:   "test [FOLDER...]",
		Short: "Run the assertions that a team keeps beside its manifests",
		Long: `Runs the AccessTests of all *_test.yaml in the folders (without any: in what -f or --repo names, or the current folder), and
asks them of the manifests of -f or --repo, or of the same folders. A test says who may do what and who may not, who is a member
and who is not, and how many; "at" says when. What does not hold is shown with its place and the reason, as "why" gives it:

  apiVersion: test.provost.dev/v1alpha1
  kind: AccessTest
  metadata: {name: algebra, namespace: acme}
  spec:
    tests:
    - name: the lecturer teaches, and does not pay
      people: [dana]
      may: [deliver_course, grade_submissions]
      mayNot: [manage_wallet]
      entity: course/algebra-1
    - {name: the department, group: mathematics, members: [emil], notMembers: [hana], atMost: 12}
    - {name: who assigns roles, permission: assign_roles, entity: organisation/acme, only: [ulla]}
    - {name: each course has an instructor, each: {level: Course}, role: course-instructor, atLeast: 1}
    - {name: nobody learns where they teach, each: {level: Course}, apart: [course-student, course-instructor]}

The exit code is 0 where everything holds, 1 where something does not, and 2 where there is no answer: a mistake in the manifests
or the tests, a name that does not exist, no test at all.`,
		Example: `  # The tests of an example
  provost test examples/acme

  # The tests of the working copy, asked of a commit
  provost test . --repo .@main

  # For a CI system
  provost test -f people -o junit > tests.xml`,
		GroupID: groupCheck,
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.test(cmd, f, args)
		},
	}
	f = printers.AddFormatFlag(cmd, printers.FormatText, printers.FormatJSON, printers.FormatYAML, printers.FormatJUnit)
	return cmd
}

func (o *Options) test(cmd *cobra.Command, f *printers.Format, args []string) error {
	beside := *o // the folders of the arguments, as if -f had named them
	beside.Files, beside.Repo, beside.Path = args, "", ""
	if len(args) == 0 {
		beside = *o
	}
	found, err := beside.Manifests(cmd.Context(), nil)
	if err != nil {
		return err
	}
	defer found.Close()
	var tests []*assertions.AccessTest
	for _, source := range found.Sources {
		read, err := assertions.Read(cmd.Context(), source)
		if err != nil {
			return problemsIn{"the tests have", err}
		}
		tests = append(tests, read...)
	}
	if len(tests) == 0 {
		return fmt.Errorf("%s holds no tests; write them into files called *_test.yaml (provost test --help shows one)", found.Name)
	}
	if len(o.Files) == 0 && o.Repo == "" {
		o.Files = beside.Files
	}
	return o.ask(cmd.Context(), func(q *question) error {
		outcomes, err := assertions.Run(q.Snapshot, testNames{q.namer}, tests, q.now)
		if err != nil {
			return problemsIn{"the tests have", err}
		}
		for i := range outcomes {
			for _, s := range outcomes[i].Strangers {
				o.Note("%s: %s", placeOf(s.Position), q.unknownPerson(s.Person))
			}
		}
		return q.report(f, outcomes)
	})
}

// testNames finds what the words of tests mean.
type testNames struct{ namer }

// in is the namer for words in a namespace: that of -n, where it is given.
func (n testNames) in(namespace string) namer {
	inner := n.namer
	if inner.namespace == "" {
		inner.namespace = namespace
	}
	return inner
}

// Entity implements assertions.Names.
func (n testNames) Entity(text, namespace string) (directory.EntityKey, error) {
	inner := n.in(namespace)
	key, declared, err := inner.entity(text)
	if err == nil && !declared {
		err = errors.New(cite.OnlyReferredTo(key))
	}
	return key, err
}

// Group implements assertions.Names.
func (n testNames) Group(text, namespace string) (directory.Key, error) {
	inner := n.in(namespace)
	return inner.group(text)
}

// Permission implements assertions.Names.
func (n testNames) Permission(id string, level catalogue.Level) (catalogue.Permission, error) {
	return n.permission(id, level)
}

// because explains a failure: why somebody may or may not, or through what somebody is a member or is not.
func (q *question) because(o *assertions.Outcome, f *assertions.Failure) string {
	switch {
	case f.Entity.Name != "" && f.Person != "":
		var asked *catalogue.Permission // of roles, everything that the person has there is told
		if f.Permission.ID != "" {
			asked = &f.Permission
		}
		then := *q
		then.now = o.At
		then.style = printers.Style{}
		var b strings.Builder
		if err := then.view(then.explain(f.Person, f.Entity, asked)).WriteText(&b); err != nil {
			return ""
		}
		return strings.TrimSpace(b.String())
	case f.Group.Name != "" && f.Person != "":
		return q.membershipBecause(f.Group, f.Person)
	}
	return ""
}

// membershipBecause says through what somebody is a member of a group, or what keeps the person out.
func (q *question) membershipBecause(group directory.Key, person string) string {
	var lines []string
	cited := func(text string, id directory.ID, field string) {
		if at := q.Cite(id, field); at != "" {
			text += "   " + at
		}
		lines = append(lines, text)
	}
	if m, is := q.Snapshot.Member(group, person, q.now); is {
		for _, k := range m.Through {
			field, how := q.MemberField(k, person, q.now)
			cited(cite.GroupLabel(k)+": "+how, k.GroupID(), field)
		}
		return strings.Join(lines, "\n")
	}
	for _, k := range q.Snapshot.KeepsOut(group, person, q.now) {
		field, text := "spec.membership", "does not list "+person+", and is Listed"
		if g, ok := q.DatedGroup(k); ok {
			for i, m := range g.Members {
				if m.Name == person && m.State == directory.MemberRemoved && m.Open(q.now) {
					field, text = cite.MemberPath(i), "says Removed of "+person
				}
			}
		}
		cited(cite.GroupLabel(k)+" "+text, k.GroupID(), field)
	}
	if len(lines) == 0 {
		return "neither " + cite.GroupLabel(group) + " nor a group below it declares " + person
	}
	return strings.Join(lines, "\n")
}

// placeOf is a position as compilers write it.
func placeOf(p manifest.Position) string {
	if p.Line > 0 && p.Column > 0 {
		return fmt.Sprintf("%s:%d", p, p.Column)
	}
	return p.String()
}
