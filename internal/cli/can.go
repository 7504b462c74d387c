package cli

import (
	"github.com/spf13/cobra"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/cli/printers"
)

func newCanCommand(o *Options) *cobra.Command {
	var f *printers.Format
	explain := false
	cmd := &cobra.Command{
		Use:   "can PERSON PERMISSION ENTITY",
		Short: "Say whether somebody may do something: yes or no",
		Long: `Answers yes (exit code 0) or no (exit code 1). The exit code is 2 where there is no answer: an entity or a permission that
does not exist, manifests with a problem, a cluster that cannot be reached.

An entity is written LEVEL/NAME, or NAMESPACE/LEVEL/NAME where the namespace is not clear; it may stand before the permission.`,
		Example: `  # May alice view Algebra I?
  provost can alice view_course course/algebra-1

  # The same of the manifests in a folder, with the reason
  provost can alice view_course acme/course/algebra-1 -f examples/acme -o wide

  # In a script, of a commit
  if provost can alice view_course course/algebra-1 --repo .@main; then echo welcome; fi

  # With every path that leads to the answer
  provost can alice view_course course/algebra-1 --explain`,
		GroupID:           groupAsk,
		Args:              cobra.ExactArgs(3),
		ValidArgsFunction: o.complete(completePeople, completeAllPermissions, completeEntities),
		RunE: func(cmd *cobra.Command, args []string) error {
			permission, entity := inOrder(args[1], args[2])
			if explain { // what would give the permission may stand anywhere
				return o.ask(cmd.Context(), func(q *question) error { return q.why(f, args[0], entity, permission) })
			}
			return o.askAbout(cmd.Context(), args[0], entity, func(q *question) error { return q.can(f, args[0], permission, entity) })
		},
	}
	o.AddAtFlag(cmd)
	f = printers.AddOutputFlag(cmd)
	cmd.Flags().BoolVar(&explain, "explain", false, "show every path that leads to the answer, as \"why\" does")
	return cmd
}

func (q *question) can(f *printers.Format, person, permission, entity string) error {
	key, declared, err := q.entity(entity)
	if err != nil {
		return err
	}
	p, err := q.permission(permission, key.Level)
	if err != nil {
		return err
	}
	if text := q.unknownPerson(person); text != "" {
		q.Note("%s", text)
	}
	if !declared {
		q.Note("%s", cite.OnlyReferredTo(key))
	}
	x := q.explain(person, key, &p)
	yes := x.Allowed()
	word := q.style.Bad("no")
	if yes {
		word = q.style.Good("yes")
	}
	switch f.String() {
	case printers.FormatJSON, printers.FormatYAML:
		err = printers.WriteData(q.Out, f, x.Can())
	case printers.FormatWide:
		q.print("%s - %s\n", word, x.Reason())
	default:
		q.print("%s\n", word)
	}
	if err == nil && !yes {
		err = errNo
	}
	return err
}
