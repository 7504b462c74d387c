package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/answers/whocan"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/text/words"
)

func newWhoCanCommand(o *Options) *cobra.Command {
	var f *printers.Format
	cmd := &cobra.Command{
		Use:     "who-can PERMISSION ENTITY",
		Aliases: []string{"whocan"},
		Short:   "List everybody who may do something at an entity, and how they got it",
		Long: `Lists the people who have a permission at an entity, after overrides and denies, with the way in which each one got it. The
exit code is 1 where nobody has it.`,
		Example: `  # Who may grade at Algebra I?
  provost who-can grade_submissions course/algebra-1

  # With every way, from a folder
  provost who-can grade_submissions acme/course/algebra-1 -f examples/acme -o wide

  # Only the names
  provost who-can grade_submissions course/algebra-1 -o name`,
		GroupID:           groupAsk,
		Args:              cobra.ExactArgs(2),
		ValidArgsFunction: o.complete(completeAllPermissions, completeEntities),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.ask(cmd.Context(), func(q *question) error {
				permission, entity := inOrder(args[0], args[1])
				return q.whoCan(f, permission, entity)
			})
		},
	}
	o.AddAtFlag(cmd)
	f = printers.AddOutputFlag(cmd)
	return cmd
}

func (q *question) whoCan(f *printers.Format, permission, entity string) error {
	key, declared, err := q.entity(entity)
	if err != nil {
		return err
	}
	p, err := q.permission(permission, key.Level)
	if err != nil {
		return err
	}
	if !declared {
		q.Note("%s", cite.OnlyReferredTo(key))
	}
	answer := whocan.Ask(q.Records, p, key, q.now)
	switch f.String() {
	case printers.FormatJSON, printers.FormatYAML:
		err = printers.WriteData(q.Out, f, answer.Data())
	case printers.FormatName:
		for _, r := range answer.People {
			q.print("%s\n", r.Person)
		}
	default:
		if len(answer.People) > 0 {
			err = whoCanTable(f, answer).Write(q.Out)
		} else {
			q.Note("nobody may %s at %s", p.ID, key)
		}
	}
	if err == nil && len(answer.People) == 0 {
		err = errNo
	}
	return err
}

func whoCanTable(f *printers.Format, answer *whocan.Answer) *printers.Table {
	t := &printers.Table{}
	t.Add("PERSON", "ROLES", "THROUGH", "UNTIL")
	for i := range answer.People {
		r := &answer.People[i]
		x := answer.Explain(r)
		roles, ways := strings.Join(answer.Roles(r), ", "), x.Ways()
		if r.Access.Overridden {
			roles = "(customised)"
		}
		if f.Is(printers.FormatWide) {
			for j, way := range ways {
				if j > 0 {
					t.Add("", "", way)
					continue
				}
				t.Add(r.Person, roles, way, findings.EndOr(x.End()))
			}
			continue
		}
		t.Add(r.Person, roles, abridgeWays(ways), findings.EndOr(x.End()))
	}
	return t
}

func abridgeWays(ways []string) string {
	switch len(ways) {
	case 0:
		return ""
	case 1:
		return ways[0]
	default:
		return ways[0] + " and " + words.Count(len(ways)-1, "other way", "other ways")
	}
}
