package cli

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/answers/why"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/text/words"
)

// WhoCanData is the output of "who-can".
type WhoCanData struct {
	Permission string       `json:"permission"`
	Entity     cite.Entity  `json:"entity"`
	People     []WhoCanItem `json:"people"`
}

// WhoCanItem is one person who may, and every way to it.
type WhoCanItem struct {
	Person     string   `json:"person"`
	Roles      []string `json:"roles"`
	Customised bool     `json:"customised,omitempty"`
	// Until is when the clock takes the permission away, where it does.
	Until *time.Time     `json:"until,omitempty"`
	Paths []why.PathData `json:"paths"`
}

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
			return o.ask(cmd.Context(), func(q *question) error { return q.whoCan(f, args[0], args[1]) })
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
		q.Note("%s does not exist; it is only referred to", key)
	}
	reached := q.Snapshot.WhoCan(p, key, q.now)
	switch f.String() {
	case printers.FormatJSON, printers.FormatYAML:
		out := WhoCanData{Permission: p.ID, Entity: cite.EntityOf(key), People: []WhoCanItem{}}
		for _, r := range reached {
			out.People = append(out.People, q.whoCanItem(&r, p))
		}
		err = printers.WriteData(q.Out, f, out)
	case printers.FormatName:
		for _, r := range reached {
			q.print("%s\n", r.Person)
		}
	default:
		if len(reached) > 0 {
			err = q.whoCanTable(f, reached, p).Write(q.Out)
		} else {
			q.Note("nobody may %s at %s", p.ID, key)
		}
	}
	if err == nil && len(reached) == 0 {
		err = errNo
	}
	return err
}

func (q *question) whoCanItem(r *directory.Reached, p catalogue.Permission) WhoCanItem {
	x := q.explain(r.Person, r.Access.Entity, &p)
	item := WhoCanItem{Person: r.Person, Roles: rolesGiving(&r.Access, p), Customised: r.Access.Overridden, Paths: x.Paths()}
	if end := x.End(); !end.IsZero() {
		item.Until = &end
	}
	return item
}

// rolesGiving are the roles held that give a permission.
func rolesGiving(a *directory.Access, p catalogue.Permission) []string {
	out := []string{}
	for _, h := range a.Roles {
		if !h.Withheld && h.Permissions.Has(p.Set()) {
			out = append(out, h.Role.Name)
		}
	}
	return out
}

func (q *question) whoCanTable(f *printers.Format, reached []directory.Reached, p catalogue.Permission) *printers.Table {
	t := &printers.Table{}
	t.Add("PERSON", "ROLES", "THROUGH", "UNTIL")
	for i := range reached {
		r := &reached[i]
		x := q.explain(r.Person, r.Access.Entity, &p)
		roles, ways := strings.Join(rolesGiving(&r.Access, p), ", "), x.Ways()
		if r.Access.Overridden {
			roles = "(customised)"
		}
		if f.Is(printers.FormatWide) {
			for j, way := range ways {
				if j > 0 {
					t.Add("", "", way)
					continue
				}
				t.Add(r.Person, roles, way, words.DayOr(x.End()))
			}
			continue
		}
		t.Add(r.Person, roles, abridgeWays(ways), words.DayOr(x.End()))
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
