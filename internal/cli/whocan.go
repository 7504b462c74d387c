package cli

import (
	"errors"
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
	sensitive := false
	cmd := &cobra.Command{
		Use:     "who-can PERMISSION [ENTITY] | --sensitive [ENTITY]",
		Aliases: []string{"whocan"},
		Short:   "List everybody who may do something, at an entity or everywhere, and how they got it",
		Long: `Lists the people who have a permission at an entity, after overrides and denies, with the way in which each one got it.

Without ENTITY it lists them everywhere, -n limits it to one namespace: people with the same roles and entities in one line, and
where such lines would be many, one line that counts them. --sensitive asks about every sensitive permission of every level at once.
-o wide writes out every line, and -o csv a row for each person, or everywhere for each person and entity. The exit code is 1 where
nobody has it.`,
		Example: `  # Who may grade at Algebra I?
  provost who-can grade_submissions course/algebra-1

  # With every way, from a folder
  provost who-can grade_submissions acme/course/algebra-1 -f examples/acme -o wide

  # Who may grade anywhere?
  provost who-can grade_submissions

  # Who has anything sensitive, as a spreadsheet for a review of access
  provost who-can --sensitive -f examples/acme -o csv

  # Only the names
  provost who-can grade_submissions course/algebra-1 -o name`,
		GroupID:           groupAsk,
		Args:              cobra.MaximumNArgs(2),
		ValidArgsFunction: o.complete(completeAllPermissions, completeEntities),
		RunE: func(cmd *cobra.Command, args []string) error {
			permission, entity, err := whoCanWhat(args, sensitive)
			if err != nil {
				return err
			}
			return o.ask(cmd.Context(), func(q *question) error {
				if sensitive || entity == "" {
					return q.whoCanAnywhere(f, permission, entity)
				}
				return q.whoCan(f, permission, entity)
			})
		},
	}
	o.AddAtFlag(cmd)
	f = printers.AddOutputFlag(cmd, printers.FormatCSV)
	cmd.Flags().BoolVar(&sensitive, "sensitive", false, "ask about every sensitive permission instead of one")
	return cmd
}

// whoCanWhat are the permission and the entity of the arguments, either of which may be "".
func whoCanWhat(args []string, sensitive bool) (permission, entity string, err error) {
	switch {
	case sensitive && len(args) > 1, sensitive && len(args) == 1 && !strings.Contains(args[0], "/"):
		return "", "", errors.New("--sensitive takes no PERMISSION")
	case sensitive && len(args) == 1:
		return "", args[0], nil
	case sensitive:
		return "", "", nil
	case len(args) == 2:
		permission, entity = inOrder(args[0], args[1])
		return permission, entity, nil
	case len(args) == 1 && !strings.Contains(args[0], "/"):
		return args[0], "", nil
	}
	return "", "", errors.New("name a PERMISSION, or give --sensitive")
}

// customised stands for roles where a PermissionOverride replaces what they give.
const customised = "(customised)"

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
		if len(answer.People) > 0 || f.Is(printers.FormatCSV) {
			err = whoCanTable(f, answer).Print(q.Out, f)
		}
		if len(answer.People) == 0 {
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
			roles = customised
		}
		if f.Is(printers.FormatCSV) {
			t.Add(r.Person, roles, strings.Join(ways, "; "), findings.EndOr(x.End()))
			continue
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
