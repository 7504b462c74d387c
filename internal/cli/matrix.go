package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/answers/matrix"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/catalogue"
)

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
				return q.writeMatrix(f, level, matrix.Of(level))
			}
			return o.ask(cmd.Context(), func(q *question) error {
				key, _, err := q.entity(args[0])
				if err != nil {
					return err
				}
				return q.writeMatrix(f, key.Level, matrix.At(q.Records, key, q.now))
			})
		},
	}
	o.AddAtFlag(cmd)
	f = printers.AddOutputFlag(cmd, printers.FormatMD)
	return cmd
}

func (q *question) writeMatrix(f *printers.Format, level catalogue.Level, m matrix.Data) error {
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
	t := &printers.Table{Grid: true}
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
			row = append(row, cell(&m.Roles[i], p))
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
func cell(r *matrix.RoleData, p catalogue.Permission) string {
	has, had := r.Gives(p)
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

func markdownMatrix(level catalogue.Level, m matrix.Data) string {
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
			row = append(row, cell(&m.Roles[i], p))
		}
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
	return b.String()
}
