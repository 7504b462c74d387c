package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// MatrixData is the output of "matrix".
type MatrixData struct {
	Level string `json:"level"`
	// Entity is set where an entity was asked about.
	Entity *cite.Entity `json:"entity,omitempty"`
	Roles  []MatrixRole `json:"roles"`
}

// MatrixRole is what one role gives.
type MatrixRole struct {
	Name        string   `json:"name"`
	Type        string   `json:"type"`
	Permissions []string `json:"permissions"`
	// ReplacedBy are the Override roles in effect; Added and Lost is what they change.
	ReplacedBy []cite.Object `json:"replacedBy,omitempty"`
	Added      []string      `json:"added,omitempty"`
	Lost       []string      `json:"lost,omitempty"`

	set, system catalogue.Set
}

func newMatrixCommand(o *Options) *cobra.Command {
	var f *printers.Format
	cmd := &cobra.Command{
		Use:   "matrix LEVEL|ENTITY",
		Short: "Show which role gives which permission",
		Long: `Shows the permissions of a level against its system roles. Of an entity it shows what the roles give there: with the Custom
roles of the entity, and with Overrides in effect, whose changes are marked: + for what one adds, - for what one takes.`,
		Example: `  # The system roles of courses; this needs no cluster
  provost matrix course

  # What the roles give at Algebra I, overrides included
  provost matrix course/algebra-1 -f examples/acme

  # For a page
  provost matrix course -o markdown`,
		GroupID:           groupAsk,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: o.complete(completeLevelsAndEntities),
		RunE: func(cmd *cobra.Command, args []string) error {
			if level, ok := catalogue.ParseLevel(args[0]); ok {
				q := &question{Options: o, style: printers.NewStyle(o.Out)}
				return q.writeMatrix(f, level, systemMatrix(level))
			}
			return o.ask(cmd.Context(), func(q *question) error {
				key, _, err := q.entity(args[0])
				if err != nil {
					return err
				}
				return q.writeMatrix(f, key.Level, q.entityMatrix(key))
			})
		},
	}
	o.AddAtFlag(cmd)
	f = printers.AddOutputFlag(cmd, printers.FormatMD)
	return cmd
}

func systemMatrix(level catalogue.Level) MatrixData {
	out := MatrixData{Level: level.String()}
	for _, r := range level.Roles() {
		out.Roles = append(out.Roles, MatrixRole{
			Name: r.Name, Type: "System", Permissions: cite.PermissionIDs(r.Permissions, level), set: r.Permissions, system: r.Permissions,
		})
	}
	return out
}

// entityMatrix is what the roles give at an entity.
func (q *question) entityMatrix(key directory.EntityKey) MatrixData {
	out := systemMatrix(key.Level)
	entity := cite.EntityOf(key)
	out.Entity = &entity
	for i := range out.Roles {
		role := &out.Roles[i]
		first := true
		for _, k := range q.Snapshot.Roles() {
			r, ok := q.RoleRecord(k)
			if !ok || r.Type != directory.RoleOverride || r.Overrides != role.Name || r.Entity.In(k.Namespace) != key ||
				q.Snapshot.Role(k, q.now).Problem != directory.RoleOK {
				continue
			}
			if set := q.Snapshot.Role(k, q.now).Permissions; first {
				role.set, first = set, false
			} else {
				role.set &= set // R5
			}
			role.ReplacedBy = append(role.ReplacedBy, q.Object(cite.RoleID(k), ""))
		}
		role.Permissions = cite.PermissionIDs(role.set, key.Level)
		role.Added = (role.set &^ role.system).IDs(key.Level)
		role.Lost = (role.system &^ role.set).IDs(key.Level)
	}
	for _, k := range q.Snapshot.Roles() {
		r, ok := q.RoleRecord(k)
		facts := q.Snapshot.Role(k, q.now)
		if ok && r.Type == directory.RoleCustom && r.Entity.In(k.Namespace) == key && facts.Problem == directory.RoleOK {
			out.Roles = append(out.Roles, MatrixRole{
				Name: k.Name, Type: "Custom", Permissions: cite.PermissionIDs(facts.Permissions, key.Level), set: facts.Permissions, system: facts.Permissions,
			})
		}
	}
	return out
}

func (q *question) writeMatrix(f *printers.Format, level catalogue.Level, m MatrixData) error {
	switch f.String() {
	case printers.FormatJSON, printers.FormatYAML:
		return printers.WriteData(q.Out, f, m)
	case printers.FormatName:
		for _, r := range m.Roles {
			q.print("%s\n", r.Name)
		}
		return nil
	case printers.FormatMD:
		_, err := fmt.Fprint(q.Out, markdownMatrix(level, m))
		return err
	}
	t := &printers.Table{}
	header := []string{"PERMISSION"}
	for _, r := range m.Roles {
		header = append(header, shortRole(level, r.Name))
	}
	t.Add(header...)
	section := ""
	for _, p := range level.Permissions() {
		if p.Section != section {
			section = p.Section
			t.Add(section)
			t.Mark(0, q.style.Bold)
		}
		row := []string{"  " + p.ID}
		for i := range m.Roles {
			row = append(row, m.Roles[i].cell(p))
		}
		t.Add(row...)
	}
	if err := t.Write(q.Out); err != nil {
		return err
	}
	for _, r := range m.Roles {
		for _, o := range r.ReplacedBy {
			at := ""
			if o.File != "" {
				at = fmt.Sprintf(" (%s:%d)", o.File, o.Line)
			}
			q.print("%s is replaced by the Override %s/%s%s: ✓+ is added, - is taken\n", r.Name, o.Namespace, o.Name, at)
		}
	}
	return nil
}

// cell is a tick, with a mark where an Override made it so.
func (r *MatrixRole) cell(p catalogue.Permission) string {
	has, had := r.set.Has(p.Set()), r.system.Has(p.Set())
	switch {
	case has && had:
		return "✓"
	case has:
		return "✓+"
	case had:
		return "-"
	}
	return ""
}

func shortRole(level catalogue.Level, name string) string {
	return strings.ToUpper(strings.TrimPrefix(name, level.Prefix()))
}

func markdownMatrix(level catalogue.Level, m MatrixData) string {
	var b strings.Builder
	names := []string{"permission"}
	for _, r := range m.Roles {
		names = append(names, strings.TrimPrefix(r.Name, level.Prefix()))
	}
	b.WriteString("| " + strings.Join(names, " | ") + " |\n")
	b.WriteString("|---|" + strings.Join(slices.Repeat([]string{":-:|"}, len(m.Roles)), "") + "\n")
	for _, p := range level.Permissions() {
		row := []string{"`" + p.ID + "`"}
		for i := range m.Roles {
			row = append(row, m.Roles[i].cell(p))
		}
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
	return b.String()
}
