package cli

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/catalogue"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/directory"
)

// WhoCanData is the output of "who-can".
type WhoCanData struct {
	Permission string       `json:"permission"`
	Entity     EntityData   `json:"entity"`
	People     []WhoCanItem `json:"people"`
}

// WhoCanItem is one person who may, and every way to it.
type WhoCanItem struct {
	Person     string   `json:"person"`
	Roles      []string `json:"roles"`
	Customised bool     `json:"customised,omitempty"`
	// Until is when the clock takes the permission away, where it does.
	Until *time.Time `json:"until,omitempty"`
	Paths []PathData `json:"paths"`
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
	o.addAtFlag(cmd)
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
		q.note("%s does not exist; it is only referred to", key)
	}
	reached := q.snapshot.WhoCan(p, key, q.now)
	switch f.String() {
	case printers.FormatJSON, printers.FormatYAML:
		out := WhoCanData{Permission: p.ID, Entity: entityData(key), People: []WhoCanItem{}}
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
			q.note("nobody may %s at %s", p.ID, key)
		}
	}
	if err == nil && len(reached) == 0 {
		err = errNo
	}
	return err
}

func (q *question) whoCanItem(r *directory.Reached, p catalogue.Permission) WhoCanItem {
	x := q.explain(r.Person, r.Access.Entity, &p)
	item := WhoCanItem{Person: r.Person, Roles: rolesGiving(&r.Access, p), Customised: r.Access.Overridden, Paths: []PathData{}}
	if end := x.end(); !end.IsZero() {
		item.Until = &end
	}
	for _, g := range x.relevant() {
		item.Paths = append(item.Paths, x.pathData(&g))
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
		roles, ways := strings.Join(rolesGiving(&r.Access, p), ", "), x.ways()
		if r.Access.Overridden {
			roles = "(customised)"
		}
		if f.Is(printers.FormatWide) {
			for j, way := range ways {
				if j > 0 {
					t.Add("", "", way)
					continue
				}
				t.Add(r.Person, roles, way, printers.DayOr(x.end()))
			}
			continue
		}
		t.Add(r.Person, roles, abridgeWays(ways), printers.DayOr(x.end()))
	}
	return t
}

// ways are the paths to the permission in a line each, from the person's group to the source.
func (x *explanation) ways() []string {
	if x.Overridden {
		var out []string
		for _, o := range x.Overrides {
			out = append(out, objectLabel(o.Source))
		}
		return out
	}
	var out []string
	for _, g := range x.relevant() {
		var steps []string
		for _, k := range g.Path.Groups {
			steps = append(steps, k.String())
		}
		last := objectLabel(g.Source)
		if g.Enrolment != "" {
			last = "enrolment " + g.Enrolment
		}
		way := strings.Join(append(steps, last), " > ")
		if len(out) == 0 || out[len(out)-1] != way {
			out = append(out, way)
		}
	}
	return out
}

func abridgeWays(ways []string) string {
	switch len(ways) {
	case 0:
		return ""
	case 1:
		return ways[0]
	default:
		return ways[0] + " and " + printers.Count(len(ways)-1, "other way", "other ways")
	}
}
