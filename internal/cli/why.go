package cli

import (
	"github.com/spf13/cobra"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/catalogue"
)

func newWhyCommand(o *Options) *cobra.Command {
	var f *printers.Format
	cmd := &cobra.Command{
		Use:   "why PERSON ENTITY [PERMISSION]",
		Short: "Say why somebody may, or may not, do something",
		Long: `Shows every path from the person through groups to a binding or enrolment and its role, and every override and deny that
changed what came of it, each with the file and line that says so. For a "no" it lists the smallest edits that would make
it a "yes".

ENTITY and PERMISSION may change places, as "can" has them. Without PERMISSION it explains everything that the person may do at
the entity. The exit code is 0, or, where a permission was asked about that the person does not have, 1.`,
		Example: `  # Why may dana grade at Algebra I?
  provost why dana course/algebra-1 grade_submissions

  # Everything that dana may do there, from the manifests in a folder
  provost why dana acme/course/algebra-1 -f examples/acme

  # As a graph, from the last commit but one
  provost why dana course/algebra-1 --repo .@HEAD~1 -o dot`,
		GroupID:           groupAsk,
		Args:              cobra.RangeArgs(2, 3),
		ValidArgsFunction: o.complete(completePeople, completeEntities, completeThere),
		RunE: func(cmd *cobra.Command, args []string) error {
			permission, entity := "", args[1]
			if len(args) == 3 {
				permission, entity = inOrder(args[2], args[1])
			}
			return o.ask(cmd.Context(), func(q *question) error {
				return q.why(f, args[0], entity, permission)
			})
		},
	}
	o.AddAtFlag(cmd)
	f = printers.AddOutputFlag(cmd, printers.FormatDot)
	return cmd
}

// why answers the question and writes the explanation.
func (q *question) why(f *printers.Format, person, entity, permission string) error {
	key, declared, err := q.entity(entity)
	if err != nil {
		return err
	}
	var asked *catalogue.Permission
	if permission != "" {
		p, err := q.permission(permission, key.Level)
		if err != nil {
			return err
		}
		asked = &p
	}
	if text := q.unknownPerson(person); text != "" {
		q.Note("%s", text)
	}
	if !declared {
		q.Note("%s", cite.OnlyReferredTo(key))
	}
	x := q.explain(person, key, asked)
	if err := q.view(x).Write(q.Out, f); err != nil {
		return err
	}
	if asked != nil && !x.Allowed() {
		return errNo
	}
	return nil
}
